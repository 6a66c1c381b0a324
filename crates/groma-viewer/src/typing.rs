//! What is typed, told to the panels in the order in which it was typed: bevy_egui takes what is held at the end of a
//! frame for what was held in all of it, and a slow frame may have a whole chord. It also knows no clipboard.

use crate::clipboard::Clipboard;
use crate::keys::{Held, key_of};
use crate::session::action::Action;
use crate::session::{Session, command};
use bevy::app::{App, Plugin, PreUpdate};
use bevy::ecs::change_detection::Res;
use bevy::ecs::entity::Entity;
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Local, Query};
use bevy::input::keyboard::{Key, KeyCode, KeyboardFocusLost, KeyboardInput};
use bevy_egui::helpers::{bevy_to_egui_key, bevy_to_egui_physical_key};
use bevy_egui::input::EguiInputEvent;
use bevy_egui::{EguiContext, EguiGlobalSettings, EguiInputSet, egui};

/// Tells it.
pub struct TypingPlugin;

impl Plugin for TypingPlugin {
    fn build(&self, app: &mut App) {
        if let Some(mut settings) = app.world_mut().get_resource_mut::<EguiGlobalSettings>() {
            settings.input_system_settings.run_write_keyboard_input_messages_system = false;
        }
        app.add_systems(PreUpdate, tell.in_set(EguiInputSet::ReadBevyMessages));
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
    fn of(key: command::Key, control: bool, shift: bool) -> Option<Self> {
        use command::Key::{Is, Types};
        match (key, control, shift) {
            (Types('c'), true, false) | (Is(KeyCode::Insert), true, false) => Some(Self::Copy),
            (Types('x'), true, false) => Some(Self::Cut),
            (Types('v'), true, false) | (Is(KeyCode::Insert), false, true) => Some(Self::Paste),
            _ => None,
        }
    }
}

/// What a key types, with what is held beside it.
pub(crate) fn text_of<'a>(input: &'a KeyboardInput, held: &Held) -> Option<&'a str> {
    // Windows has Control and Alt for the key that types the third sign of a key.
    let types = !held.control() || held.alt();
    if !types || !input.state.is_pressed() {
        return None;
    }
    match &input.logical_key {
        Key::Character(typed) => Some(typed.as_str()).filter(|t| !t.contains(char::is_control)),
        Key::Space => Some(" "),
        _ => None,
    }
}

/// What a key is to egui: layouts without Latin letters have them by their places.
fn event_of(input: &KeyboardInput, held: &Held) -> Option<egui::Event> {
    let physical_key = bevy_to_egui_physical_key(&input.key_code);
    let key = bevy_to_egui_key(&input.logical_key).or(physical_key)?;
    let pressed = input.state.is_pressed();
    Some(egui::Event::Key { key, physical_key, pressed, repeat: false, modifiers: held.modifiers() })
}

fn tell(
    mut inputs: MessageReader<KeyboardInput>,
    mut lost: MessageReader<KeyboardFocusLost>,
    mut held: Local<Held>,
    clipboard: Option<Res<Clipboard>>,
    session: Option<Res<Session>>,
    mut contexts: Query<(Entity, &mut EguiContext)>,
    mut events: MessageWriter<EguiInputEvent>,
) {
    // What is typed after the palette's keys is the palette's, and not of the field that one types into.
    let mut opens_palette = false;
    for input in inputs.read() {
        held.take(input);
        let edit = Edit::of(key_of(input), held.control(), held.shift());
        let edit = edit.filter(|_| input.state.is_pressed());
        for (context, mut egui) in &mut contexts {
            let edited = match edit {
                Some(Edit::Copy) => Some(egui::Event::Copy),
                Some(Edit::Cut) => Some(egui::Event::Cut),
                // Another program is asked for it, which may be slow: only where it is wanted.
                Some(Edit::Paste) if egui.get_mut().text_edit_focused() => {
                    clipboard.as_ref().and_then(|c| c.text()).map(egui::Event::Paste)
                }
                Some(Edit::Paste) | None => None,
            };
            let typed = text_of(input, &held)
                .filter(|_| !opens_palette)
                .map(|text| egui::Event::Text(text.to_owned()));
            let all = typed.into_iter().chain(event_of(input, &held)).chain(edited);
            events.write_batch(all.map(|event| EguiInputEvent { context, event }));
        }
        let command = command::of_keys(held.control(), held.shift(), key_of(input));
        opens_palette |= input.state.is_pressed()
            && command.zip(session.as_ref()).is_some_and(|(c, s)| (c.action)(s) == Action::Palette(true));
    }
    if lost.read().count() > 0 {
        held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::input::ButtonState;

    #[test]
    fn keys_copy_cut_and_paste() {
        let check = |key, control, shift, expect| {
            assert_eq!(Edit::of(key, control, shift), expect, "{key:?} {control} {shift}");
        };
        let (types, is) = (command::Key::Types, command::Key::Is);
        check(types('c'), true, false, Some(Edit::Copy));
        check(types('x'), true, false, Some(Edit::Cut));
        check(types('v'), true, false, Some(Edit::Paste));
        check(is(KeyCode::Insert), false, true, Some(Edit::Paste));
        check(is(KeyCode::Insert), true, false, Some(Edit::Copy));
        check(types('v'), false, false, None);
        check(is(KeyCode::Insert), false, false, None);
    }

    #[test]
    fn what_is_held_goes_with_each_key_and_not_with_the_frame() {
        let mut app = App::new();
        app.add_message::<KeyboardInput>()
            .add_message::<KeyboardFocusLost>()
            .add_message::<EguiInputEvent>()
            .add_systems(PreUpdate, tell);
        app.world_mut().spawn(EguiContext::default());
        let letter = |c: &str| Key::Character(c.into());
        let (down, up) = (ButtonState::Pressed, ButtonState::Released);
        for (key_code, logical_key, state) in [
            (KeyCode::ControlLeft, Key::Control, down),
            (KeyCode::KeyA, letter("a"), down),
            (KeyCode::KeyA, letter("a"), up),
            (KeyCode::ControlLeft, Key::Control, up),
            (KeyCode::ShiftLeft, Key::Shift, down),
            (KeyCode::KeyW, letter("W"), down),
            (KeyCode::KeyW, letter("W"), up),
            (KeyCode::ShiftLeft, Key::Shift, up),
            (KeyCode::Space, Key::Space, down),
            (KeyCode::KeyF, letter("ф"), down),
        ] {
            let window = Entity::PLACEHOLDER;
            app.world_mut().write_message(KeyboardInput {
                key_code,
                logical_key,
                state,
                text: None,
                repeat: false,
                window,
            });
        }
        app.update();
        let messages = app.world().resource::<bevy::ecs::message::Messages<EguiInputEvent>>();
        let told: Vec<String> = messages
            .iter_current_update_messages()
            .map(|message| match &message.event {
                egui::Event::Text(text) => format!("types {text:?}"),
                egui::Event::Key { key, pressed, modifiers, .. } => {
                    let held = [(modifiers.command, "command "), (modifiers.shift, "shift ")];
                    let held: String = held.iter().filter(|h| h.0).map(|h| h.1).collect();
                    format!("{held}{key:?}{}", if *pressed { "" } else { " up" })
                }
                other => format!("{other:?}"),
            })
            .collect();
        let expect = [
            "command A",
            "command A up",
            r#"types "W""#,
            "shift W",
            "shift W up",
            r#"types " ""#,
            "Space",
            r#"types "ф""#,
            "F",
        ];
        assert_eq!(told, expect);
    }
}
