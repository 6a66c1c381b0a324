//! The menu bar, with the search for elements.

use crate::panels::{Desk, entered};
use crate::session::Session;
use crate::session::action::Action;
use crate::session::command::{COMMANDS, Menu, named};
use bevy_egui::egui;

/// Shows the menus and the search bar.
pub fn show(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        for menu in Menu::ALL {
            ui.menu_button(menu.title(), |ui| {
                for command in COMMANDS.iter().filter(|c| c.menu == menu) {
                    let refused = (command.refused)(s);
                    let ticked = command.ticked.is_some_and(|ticked| ticked(s));
                    let text =
                        if ticked { format!("✔ {}", command.title) } else { command.title.to_owned() };
                    let mut button = egui::Button::new(text);
                    if let Some(keys) = command.keys {
                        button = button.shortcut_text(keys.words());
                    }
                    let response = ui.add_enabled(refused.is_none(), button);
                    let response = match refused {
                        Some(why) => response.on_disabled_hover_text(why),
                        None => response,
                    };
                    if response.clicked() {
                        ask.push((command.action)(s));
                        ui.close();
                    }
                }
                kept(ui, s, menu, ask);
            });
        }
        ui.separator();
        search(ui, s, desk, ask);
    });
}

/// What a project has stands in the menus of what it does.
fn kept(ui: &mut egui::Ui, s: &Session, menu: Menu, ask: &mut Vec<Action>) {
    for (n, command) in named(s).into_iter().filter(|c| c.menu == menu).enumerate() {
        if n == 0 {
            ui.separator();
        }
        ui.horizontal(|ui| {
            let tick = if command.ticked { "✔ " } else { "" };
            let button = egui::Button::new(format!("{tick}{}", command.name));
            let response = ui.add_enabled(command.refused.is_none(), button);
            if response.on_disabled_hover_text(command.refused.unwrap_or_default()).clicked() {
                ask.push(command.action);
                ui.close();
            }
            if let Some((title, action)) = command.forget {
                let forget = ui.small_button("×").on_hover_text(&title);
                forget.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &title));
                if forget.clicked() {
                    ask.push(action);
                    ui.close();
                }
            }
        });
    }
}

fn search(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    let label = ui.label("Search");
    let edit = egui::TextEdit::singleline(&mut desk.search)
        .hint_text("IfcWall, Pset_WallCommon.IsExternal=TRUE")
        .desired_width(320.0);
    let response = ui.add(edit).labelled_by(label.id);
    if entered(ui, &response) {
        ask.push(Action::Search(desk.search.clone()));
    }
    if let Some(error) = s.search_error.as_ref().filter(|_| s.search == desk.search) {
        let colour = ui.visuals().error_fg_color;
        ui.colored_label(colour, error.lines().next().unwrap_or_default()).on_hover_text(error);
        return;
    }
    if s.search.is_empty() || s.selection.is_empty() || s.search != desk.search {
        return;
    }
    let name = ui
        .add(egui::TextEdit::singleline(&mut desk.set_name).hint_text("name of a set").desired_width(110.0));
    let keep = ui.add_enabled(!desk.set_name.trim().is_empty(), egui::Button::new("Keep as set"));
    if (keep.clicked() || entered(ui, &name)) && !desk.set_name.trim().is_empty() {
        ask.push(Action::KeepSet(desk.set_name.trim().to_owned()));
        desk.set_name.clear();
    }
}
