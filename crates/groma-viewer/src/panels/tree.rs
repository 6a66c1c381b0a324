//! The trees of elements.

use crate::panels::{Desk, heading};
use crate::session::Session;
use crate::session::action::{Action, How, Panel};
use crate::session::catalogue::Sorting;
use crate::session::places::Places;
use bevy_egui::egui;

/// Shows the tree, of which only the rows in sight are laid out.
pub fn show(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    heading(ui, Panel::Tree, ask);
    ui.horizontal_wrapped(|ui| {
        for sorting in Sorting::ALL {
            if ui.selectable_label(s.sorting == sorting, sorting.title()).clicked() {
                ask.push(Action::Sort(sorting));
            }
        }
    });
    ui.separator();
    let tree = s.catalogue.tree(s.sorting);
    let unfolded = desk.unfolded.entry(s.sorting).or_default();
    // What was chosen in the view is unfolded and brought into sight once.
    let chosen = s.selection.first().filter(|_| s.selection.len() == 1);
    let mut reveal = None;
    if chosen != desk.revealed {
        desk.revealed = chosen;
        if let Some(place) = chosen {
            tree.above(place).into_iter().for_each(|node| unfolded.insert(node));
            reveal = chosen;
        }
    }
    let rows = tree.rows(unfolded);
    let Some(elements) = s.elements.as_ref().filter(|_| !rows.is_empty()) else {
        ui.weak(if s.sorting == Sorting::System { "The models name no systems" } else { "There is nothing" });
        return;
    };
    let height = ui.spacing().interact_size.y;
    let mut area = egui::ScrollArea::both().auto_shrink(false);
    let at =
        reveal.and_then(|place| rows.iter().position(|&r| tree.nodes[r as usize].element() == Some(place)));
    if let Some(at) = at {
        let step = height + ui.spacing().item_spacing.y;
        area = area.vertical_scroll_offset((at as f32 * step - 80.0).max(0.0));
    }
    let mut turned: Option<u32> = None;
    // Where a stretch that is chosen begins.
    let mut anchor = desk.anchor.filter(|(sorting, row)| *sorting == s.sorting && rows.contains(row));
    area.show_rows(ui, height, rows.len(), |ui, range| {
        for &row in &rows[range] {
            let node = &tree.nodes[row as usize];
            ui.horizontal(|ui| {
                ui.add_space(f32::from(node.depth) * 14.0);
                let mut label = node.label(elements);
                if node.element().is_some() {
                    ui.add_space(18.0);
                } else {
                    let open = unfolded.contains(row);
                    let button = ui.small_button(if open { "-" } else { "+" });
                    let name = format!("{} {label}", if open { "Fold" } else { "Unfold" });
                    button.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &name));
                    if button.clicked() {
                        turned = Some(row);
                    }
                    label += &format!(" ({})", node.count);
                }
                let places = || tree.elements(row as usize);
                let selected = tree.all(row as usize, |e| s.selection.contains(e));
                let hidden = tree.all(row as usize, |e| s.looks.hidden.contains(e));
                let mut text = egui::RichText::new(label);
                if hidden {
                    text = text.weak().strikethrough();
                }
                let response = ui.selectable_label(selected, text);
                if response.clicked() {
                    let (control, shift) = ui.input(|i| (i.modifiers.command, i.modifiers.shift));
                    let from = anchor.filter(|_| shift).map_or(row, |(_, from)| from);
                    if from == row {
                        anchor = Some((s.sorting, row));
                    }
                    let chosen = tree.stretch(&rows, from.min(row)..=from.max(row));
                    let how = match (control, shift) {
                        (true, true) => How::Add,
                        (true, false) => How::Toggle,
                        (false, _) => How::Replace,
                    };
                    ask.push(Action::SelectAll(chosen, how));
                }
                if response.double_clicked() {
                    ask.push(Action::FitSelection);
                }
                response.context_menu(|ui| menu(ui, s, &places(), ask));
            });
        }
    });
    desk.anchor = anchor;
    if let Some(row) = turned {
        let unfolded = desk.unfolded.entry(s.sorting).or_default();
        if unfolded.contains(row) { unfolded.remove(row) } else { unfolded.insert(row) }
    }
}

fn menu(ui: &mut egui::Ui, s: &Session, places: &Places, ask: &mut Vec<Action>) {
    let hidden = places.iter().all(|p| s.looks.hidden.contains(p));
    if ui.button(if hidden { "Show" } else { "Hide" }).clicked() {
        ask.push(Action::SetHidden(places.clone(), !hidden));
        ui.close();
    }
    if ui.button("Isolate").clicked() {
        ask.push(Action::SelectAll(places.clone(), How::Replace));
        ask.push(Action::Isolate);
        ui.close();
    }
    if ui.button("Fit").clicked() {
        ask.push(Action::SelectAll(places.clone(), How::Replace));
        ask.push(Action::FitSelection);
        ui.close();
    }
}
