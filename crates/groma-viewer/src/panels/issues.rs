//! The list of issues, and what is said of the one that is open.

use crate::panels::{Desk, heading_with, within};
use crate::session::Session;
use crate::session::action::{Action, Panel};
use crate::session::clashes::SortBy;
use bevy_egui::egui;
use groma::exchange::clash_text::{length, length_at_least};
use groma::exchange::comments_file::Status;

/// The states that can be listed or not.
const STATES: [&str; 4] = ["new", "reopened", "open", "waived"];

/// So high is the list at least: where the panel is lower, all of it is scrolled.
const LIST: f32 = 120.0;

/// Shows the list and the open issue.
pub fn show(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    let clashes = &s.clashes;
    let (shown, all) = (clashes.listed().len(), clashes.all().len());
    let verdict = match &clashes.verdict {
        None => "not checked yet: press Check".to_owned(),
        Some(verdict) if shown == all => verdict.clone(),
        Some(verdict) => format!("{verdict}; {shown} listed"),
    };
    heading_with(ui, Panel::Issues, ask, |ui, _| {
        ui.label(verdict);
    });
    egui::ScrollArea::vertical().id_salt("issues").auto_shrink(false).show(ui, |ui| {
        controls(ui, s, desk, ask);
        if clashes.verdict.is_none() {
            return;
        }
        ui.separator();
        let size = egui::vec2(ui.available_width(), ui.available_height().max(LIST));
        ui.allocate_ui(size, |ui| {
            ui.set_min_size(size);
            if clashes.current().is_some() {
                egui::Panel::right("issue")
                    .resizable(true)
                    .default_size(330.0)
                    .max_size(size.x * 0.6)
                    .show(ui, |ui| within(ui, |ui| open(ui, s, desk, ask)));
            }
            list(ui, s, ask);
        });
    });
}

fn controls(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    let clashes = &s.clashes;
    ui.horizontal_wrapped(|ui| {
        let busy = s.busy.is_some();
        if ui.add_enabled(!busy, egui::Button::new("Check")).on_hover_text("Check for clashes (F7)").clicked()
        {
            ask.push(Action::Check);
        }
        if ui.add_enabled(!clashes.listed().is_empty(), egui::Button::new("◀ Previous")).clicked() {
            ask.push(Action::StepIssue(false));
        }
        if ui.add_enabled(!clashes.listed().is_empty(), egui::Button::new("Next ▶")).clicked() {
            ask.push(Action::StepIssue(true));
        }
        let label = ui.label("Filter");
        let edit = egui::TextEdit::singleline(&mut desk.issues).hint_text("words").desired_width(140.0);
        if ui.add(edit).labelled_by(label.id).changed() {
            ask.push(Action::FilterIssues(desk.issues.clone()));
        }
        ui.label("Sort by");
        for sort in SortBy::ALL {
            if ui.selectable_label(clashes.sort == sort, sort.title()).clicked() {
                ask.push(Action::SortIssues(sort));
            }
        }
        for state in STATES {
            let mut listed = !clashes.without.contains(&state);
            if ui.checkbox(&mut listed, state).changed() {
                ask.push(Action::ListState(state, listed));
            }
        }
    });
}

fn list(ui: &mut egui::Ui, s: &Session, ask: &mut Vec<Action>) {
    let clashes = &s.clashes;
    let listed = clashes.listed();
    let height = ui.spacing().interact_size.y;
    let mut area = egui::ScrollArea::vertical().id_salt("list").auto_shrink(false);
    let id = ui.id().with("brought into sight");
    let current = clashes.current_index();
    let before: Option<u32> = ui.data(|d| d.get_temp(id)).flatten();
    if before != current {
        ui.data_mut(|d| d.insert_temp(id, current));
        if let Some(at) = current.and_then(|c| listed.iter().position(|&n| n == c)) {
            let step = height + ui.spacing().item_spacing.y;
            area = area.vertical_scroll_offset((at as f32 * step - 40.0).max(0.0));
        }
    }
    area.show_rows(ui, height, listed.len(), |ui, range| {
        for &n in &listed[range] {
            let issue = &clashes.all()[n as usize];
            let row = &issue.row;
            let size = match row.depth {
                Some(depth) if issue.is_bound => format!(">= {}", length_at_least(depth)),
                Some(depth) => length(depth),
                None => format!("{} apart", length(row.distance)),
            };
            let when = match (&row.solve_by, row.due) {
                (Some(day), true) => format!("  due since {day}"),
                (Some(day), false) => format!("  by {day}"),
                (None, _) => String::new(),
            };
            let places = if row.places > 1 { format!("  {} places", row.places) } else { String::new() };
            let status = row.status_words().map(|words| format!(" ({words})")).unwrap_or_default();
            let (mark, state) = (mark(row.severity), row.state);
            let text = format!("{mark}  {state}{status}  {size}{places}{when}  {}", row.title);
            // All rows are of one height, or what is in sight would not be what is laid out.
            let button = egui::Button::selectable(current == Some(n), &text).truncate();
            let mut response = ui.add(button);
            if response.intrinsic_size().is_some_and(|whole| whole.x > response.rect.width() + 0.5) {
                response = response.on_hover_text(text);
            }
            if response.clicked() {
                ask.push(Action::OpenIssue(Some(n)));
            }
        }
    });
}

/// A word, with as many bangs as it weighs.
fn mark(severity: &str) -> String {
    let bangs = match severity {
        "critical" => "!!! ",
        "major" => "!! ",
        "minor" => "! ",
        _ => "",
    };
    format!("{bangs}{severity}")
}

fn open(ui: &mut egui::Ui, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    // What was typed is kept until it is written.
    if desk.said != s.said {
        desk.said = s.said;
        desk.comment.clear();
        desk.assigned_to.clear();
        desk.status = None;
    }
    let Some(issue) = s.clashes.current() else { return };
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let row = &issue.row;
        ui.strong(&row.title);
        ui.label(format!("{}, {}, rule {}", row.severity, row.state, row.rule));
        if let Some(words) = row.status_words() {
            ui.strong(words);
        }
        ui.label(&row.why);
        if !row.storeys.is_empty() {
            ui.label(format!("on {}", row.storeys.join(", ")));
        }
        if let Some(words) = row.deadline_words() {
            ui.label(words);
        }
        for (label, places) in [("A", &issue.first), ("B", &issue.second)] {
            for &place in places.iter().take(8) {
                if ui.link(format!("{label}: {}", s.title(place))).clicked() {
                    ask.push(Action::Select(Some(place), crate::session::action::How::Replace));
                }
            }
            if places.len() > 8 {
                ui.weak(format!("and {} more", places.len() - 8));
            }
        }
        if ui.button("Leave the issue").clicked() {
            ask.push(Action::OpenIssue(None));
        }
        if !row.comments.is_empty() {
            ui.separator();
        }
        for c in &row.comments {
            ui.label(format!("{} {}: {}", c.date, c.author, c.words()));
        }
        ui.separator();
        comment(ui, desk, ask);
        waiver(ui, desk, ask);
    });
}

/// A line to type something into.
fn field(ui: &mut egui::Ui, name: &str, text: &mut String, hint: &str) {
    ui.horizontal(|ui| {
        let label = ui.label(name);
        ui.add(egui::TextEdit::singleline(text).hint_text(hint).desired_width(f32::INFINITY))
            .labelled_by(label.id);
    });
}

fn comment(ui: &mut egui::Ui, desk: &mut Desk, ask: &mut Vec<Action>) {
    ui.collapsing("Say something of it", |ui| {
        field(ui, "Author", &mut desk.author, "name");
        field(ui, "Comment", &mut desk.comment, "the duct goes below");
        field(ui, "Assigned to", &mut desk.assigned_to, "name");
        ui.horizontal(|ui| {
            for status in Status::ALL {
                let chosen = desk.status == Some(status);
                if ui.selectable_label(chosen, status.as_str()).clicked() {
                    desk.status = (!chosen).then_some(status);
                }
            }
        });
        let assigned_to = Some(desk.assigned_to.trim().to_owned()).filter(|who| !who.is_empty());
        let says = !desk.comment.trim().is_empty() || desk.status.is_some() || assigned_to.is_some();
        let complete = says && !desk.author.trim().is_empty();
        let button = ui.add_enabled(complete, egui::Button::new("Write the comment"));
        if button
            .on_disabled_hover_text("a comment needs an author, and a text, a status or a name")
            .clicked()
        {
            let (text, author, status) = (desk.comment.clone(), desk.author.clone(), desk.status);
            ask.push(Action::Comment { text, author, status, assigned_to });
        }
    });
}

fn waiver(ui: &mut egui::Ui, desk: &mut Desk, ask: &mut Vec<Action>) {
    ui.collapsing("Waive it", |ui| {
        ui.label("Someone answers for it until a day");
        field(ui, "Author", &mut desk.author, "name");
        field(ui, "Reason", &mut desk.reason, "sleeve is ordered");
        field(ui, "Until", &mut desk.expires, "2026-12-31");
        let complete = [&desk.reason, &desk.author, &desk.expires].iter().all(|t| !t.trim().is_empty());
        let button = ui.add_enabled(complete, egui::Button::new("Write the waiver"));
        if button.on_disabled_hover_text("a waiver needs reason, author and last day").clicked() {
            ask.push(Action::Waive(desk.reason.clone(), desk.author.clone(), desk.expires.clone()));
        }
    });
}
