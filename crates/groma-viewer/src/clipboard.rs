//! What panels copy, and a command that shows the present view again, go to the system's clipboard; what is pasted into
//! a text comes from there.

use crate::camera::{MainCamera, stand_of};
use crate::keys::{Held, key_of};
use crate::orbit::Orbit;
use crate::session::command::Key;
use crate::session::{Effect, Session};
use crate::session_plugin::{OpenFiles, SessionSystems};
use crate::view_command::{left_out, words};
use bevy::app::{App, Plugin, PostUpdate, PreUpdate, Update};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::entity::Entity;
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Local, Query};
use bevy::input::keyboard::{KeyCode, KeyboardFocusLost, KeyboardInput};
use bevy_egui::input::{EguiInputEvent, write_keyboard_input_messages_system};
use bevy_egui::{EguiContext, EguiInputSet, EguiOutput, EguiPostUpdateSet, egui};
use std::sync::{Mutex, PoisonError};

/// The clipboard, once something was copied.
#[derive(Resource, Default)]
struct Clipboard(Mutex<Option<arboard::Clipboard>>);

/// Copies.
pub struct ClipboardPlugin;

impl Plugin for ClipboardPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Clipboard>()
            .add_systems(
                PreUpdate,
                edit.in_set(EguiInputSet::ReadBevyMessages).after(write_keyboard_input_messages_system),
            )
            .add_systems(Update, copy_command.after(SessionSystems))
            .add_systems(PostUpdate, copy_text.after(EguiPostUpdateSet::ProcessOutput));
    }
}

impl Clipboard {
    fn with<T>(
        &self,
        act: impl FnOnce(&mut arboard::Clipboard) -> Result<T, arboard::Error>,
    ) -> Result<T, String> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let clipboard = match &mut *kept {
            Some(clipboard) => clipboard,
            none => none.insert(arboard::Clipboard::new().map_err(|e| e.to_string())?),
        };
        act(clipboard).map_err(|e| e.to_string())
    }

    fn copy(&self, text: &str) -> Result<(), String> {
        self.with(|clipboard| clipboard.set_text(text))
    }

    /// What is in it, if that is a text.
    fn text(&self) -> Option<String> {
        self.with(arboard::Clipboard::get_text).ok()
    }
}

/// What a person does with a text and the clipboard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Edit {
    Copy,
    Cut,
    Paste,
}

impl Edit {
    /// That of a key, with Control or shift held.
    fn of(key: Key, control: bool, shift: bool) -> Option<Self> {
        match (key, control, shift) {
            (Key::Types('c'), true, false) | (Key::Is(KeyCode::Insert), true, false) => Some(Self::Copy),
            (Key::Types('x'), true, false) => Some(Self::Cut),
            (Key::Types('v'), true, false) | (Key::Is(KeyCode::Insert), false, true) => Some(Self::Paste),
            _ => None,
        }
    }
}

/// Tells egui of it: by itself it knows the keys, but no clipboard.
fn edit(
    mut inputs: MessageReader<KeyboardInput>,
    mut lost: MessageReader<KeyboardFocusLost>,
    mut held: Local<Held>,
    clipboard: Res<Clipboard>,
    mut contexts: Query<(Entity, &mut EguiContext)>,
    mut events: MessageWriter<EguiInputEvent>,
) {
    for input in inputs.read() {
        held.take(input);
        let edit = Edit::of(key_of(input), held.control(), held.shift());
        let Some(edit) = edit.filter(|_| input.state.is_pressed()) else { continue };
        for (context, mut egui) in &mut contexts {
            let event = match edit {
                Edit::Copy => Some(egui::Event::Copy),
                Edit::Cut => Some(egui::Event::Cut),
                // Another program is asked for it, which may be slow: only where it is wanted.
                Edit::Paste if egui.get_mut().text_edit_focused() => clipboard.text().map(egui::Event::Paste),
                Edit::Paste => None,
            };
            events.write_batch(event.map(|event| EguiInputEvent { context, event }));
        }
    }
    if lost.read().count() > 0 {
        held.clear();
    }
}

fn copy_text(clipboard: Res<Clipboard>, outputs: Query<&EguiOutput>) {
    for output in &outputs {
        for command in &output.platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                // Without a clipboard there is nothing to be done about it.
                let _ = clipboard.copy(text);
            }
        }
    }
}

fn copy_command(
    mut effects: MessageReader<Effect>,
    clipboard: Res<Clipboard>,
    files: Res<OpenFiles>,
    cameras: Query<&Orbit, With<MainCamera>>,
    mut session: ResMut<Session>,
) {
    for effect in effects.read() {
        if *effect != Effect::CopyCommand {
            continue;
        }
        let Some(orbit) = cameras.iter().next() else { continue };
        let text = words(&session, &files, &stand_of(orbit));
        match clipboard.copy(&text) {
            Ok(()) => {
                let lost = left_out(&session).map(|lost| format!(" ({lost})")).unwrap_or_default();
                session.say(format!("Copied{lost}: {text}"));
            }
            Err(error) => session.fail(format!("cannot copy ({error}): {text}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_copy_cut_and_paste() {
        let check = |key, control, shift, expect| {
            assert_eq!(Edit::of(key, control, shift), expect, "{key:?} {control} {shift}");
        };
        check(Key::Types('c'), true, false, Some(Edit::Copy));
        check(Key::Types('x'), true, false, Some(Edit::Cut));
        check(Key::Types('v'), true, false, Some(Edit::Paste));
        check(Key::Is(KeyCode::Insert), false, true, Some(Edit::Paste));
        check(Key::Is(KeyCode::Insert), true, false, Some(Edit::Copy));
        check(Key::Types('v'), false, false, None);
        check(Key::Is(KeyCode::Insert), false, false, None);
    }
}
