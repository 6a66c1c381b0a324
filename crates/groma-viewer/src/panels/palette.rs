//! All commands, found by what one types.

use crate::panels::Desk;
use crate::session::Session;
use crate::session::action::Action;
use crate::session::command::{COMMANDS, Chord, Menu, named};
use bevy_egui::egui;

/// How high the list may be.
const LIST: f32 = 340.0;

/// A command in the list.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it is called.
    pub title: String,
    menu: Menu,
    keys: Option<Chord>,
    refused: Option<&'static str>,
    action: Action,
}

/// All that can be found in the present session.
fn all(s: &Session) -> Vec<Found> {
    let own = COMMANDS.iter().map(|c| Found {
        title: c.title.to_owned(),
        menu: c.menu,
        keys: c.keys,
        refused: (c.refused)(s),
        action: (c.action)(s),
    });
    let mut all: Vec<Found> = own.collect();
    let (mut of_project, mut forgetting) = (Vec::new(), Vec::new());
    for c in named(s) {
        let found = Found { title: c.title, menu: c.menu, keys: None, refused: c.refused, action: c.action };
        forgetting.extend(c.forget.map(|(title, action)| Found { title, action, ..found.clone() }));
        of_project.push(found);
    }
    all.extend(of_project.into_iter().chain(forgetting));
    all
}

/// The commands that have all the typed words, those that begin with them first.
pub fn matching(s: &Session, typed: &str) -> Vec<Found> {
    let typed = typed.trim().to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let mut found: Vec<Found> = all(s)
        .into_iter()
        .filter(|c| {
            let text = format!("{} {}", c.title, c.menu.title()).to_lowercase();
            words.iter().all(|w| text.contains(w))
        })
        .collect();
    found.sort_by_key(|c| !c.title.to_lowercase().starts_with(&typed));
    found
}

/// Shows the list while it is open.
pub fn show(ctx: &egui::Context, s: &Session, desk: &mut Desk, ask: &mut Vec<Action>) {
    if !s.palette {
        desk.palette.clear();
        desk.marked = 0;
        return;
    }
    egui::Area::new("palette".into())
        .order(egui::Order::Foreground)
        .anchor(egui::Align2::CENTER_TOP, [0.0, 60.0])
        .show(ctx, |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_width(460.0);
                let edit = egui::TextEdit::singleline(&mut desk.palette)
                    .hint_text("what do you want to do?")
                    .desired_width(f32::INFINITY);
                let response = ui.add(edit);
                response
                    .widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, "Command"));
                response.request_focus();
                if response.changed() {
                    desk.marked = 0;
                }
                let found = matching(s, &desk.palette);
                let (down, up, enter) = ui.input(|i| {
                    (
                        i.key_pressed(egui::Key::ArrowDown),
                        i.key_pressed(egui::Key::ArrowUp),
                        i.key_pressed(egui::Key::Enter),
                    )
                });
                let last = found.len().saturating_sub(1);
                desk.marked = match (down, up) {
                    (true, _) => (desk.marked + 1).min(last),
                    (_, true) => desk.marked.saturating_sub(1),
                    _ => desk.marked.min(last),
                };
                let mut give = |command: &Found| {
                    if command.refused.is_none() {
                        ask.push(command.action.clone());
                    }
                    ask.push(Action::Palette(false));
                };
                if enter && let Some(command) = found.get(desk.marked) {
                    give(command);
                }
                // What floats is as high as it was; without a least height a short list would stay short.
                egui::ScrollArea::vertical().min_scrolled_height(LIST).max_height(LIST).show(ui, |ui| {
                    for (n, command) in found.iter().enumerate() {
                        let text = match command.refused {
                            Some(why) => format!("{}: {why}", command.title),
                            None => command.title.clone(),
                        };
                        let button = egui::Button::selectable(n == desk.marked, text);
                        let button = match command.keys {
                            Some(keys) => button.shortcut_text(keys.words()),
                            None => button,
                        };
                        let response = ui.add_enabled(command.refused.is_none(), button);
                        if n == desk.marked && (down || up) {
                            response.scroll_to_me(None);
                        }
                        if response.clicked() {
                            give(command);
                        }
                    }
                });
            });
        });
}
