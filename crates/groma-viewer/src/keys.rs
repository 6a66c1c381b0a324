//! Keys to commands.

use crate::camera::{InView, Keys};
use crate::panels::Desk;
use crate::session::Session;
use crate::session::action::Action;
use crate::session::command::{self, of_keys};
use crate::typing::text_of;
use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::{MessageReader, MessageWriter};
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Local;
use bevy::input::keyboard::{Key, KeyCode, KeyboardFocusLost, KeyboardInput};
use bevy_egui::egui::Modifiers;

/// Gives the commands whose keys are pressed.
pub struct KeysPlugin;

impl Plugin for KeysPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<InView>()
            .add_message::<KeyboardInput>()
            .add_message::<KeyboardFocusLost>()
            .add_systems(Update, press.before(crate::session_plugin::SessionSystems));
    }
}

/// What is held beside a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Beside {
    Control,
    Shift,
    Alt,
}

/// What is held beside keys, in the order in which keys go down and up: a slow frame may have a whole chord.
#[derive(Default)]
pub(crate) struct Held(Vec<(KeyCode, Beside)>);

impl Held {
    /// Takes what happened to a key.
    pub(crate) fn take(&mut self, input: &KeyboardInput) {
        self.0.retain(|(key, _)| *key != input.key_code);
        let beside = match input.logical_key {
            Key::Control | Key::Super | Key::Meta => Beside::Control,
            Key::Shift => Beside::Shift,
            Key::Alt => Beside::Alt,
            _ => return,
        };
        if input.state.is_pressed() {
            self.0.push((input.key_code, beside));
        }
    }

    /// Nothing is held any more.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// True while shift is held.
    pub(crate) fn shift(&self) -> bool {
        self.has(Beside::Shift)
    }

    fn has(&self, beside: Beside) -> bool {
        self.0.iter().any(|(_, held)| *held == beside)
    }

    /// True while Control is held.
    pub(crate) fn control(&self) -> bool {
        self.has(Beside::Control)
    }

    /// True while Alt is held.
    pub(crate) fn alt(&self) -> bool {
        self.has(Beside::Alt)
    }

    /// All of it, as egui tells it.
    pub(crate) fn modifiers(&self) -> Modifiers {
        let (alt, shift, control) = (self.alt(), self.shift(), self.control());
        Modifiers {
            alt,
            ctrl: control,
            shift,
            mac_cmd: cfg!(target_os = "macos") && control,
            command: control,
        }
    }
}

/// The key of a command that was pressed, by what it types: layouts differ in where their letters are.
pub(crate) fn key_of(input: &KeyboardInput) -> command::Key {
    let by_place = command::Key::Is(input.key_code);
    let latin = || format!("{:?}", input.key_code).strip_prefix("Key").and_then(one);
    let digit = || format!("{:?}", input.key_code).strip_prefix("Digit").and_then(one);
    let Key::Character(typed) = &input.logical_key else { return by_place };
    let Some(typed) = one(typed) else { return by_place };
    let typed = match typed {
        // Without shift, the key of "+" types this.
        '=' if input.key_code == KeyCode::Equal => '+',
        // Cyrillic, Greek and the like have the Latin letters beside their own.
        c if c.is_alphabetic() && !c.is_ascii() => latin().unwrap_or(c),
        // The row of digits types signs too, with shift or without it, but it is the same row everywhere.
        c if !c.is_alphanumeric() && !['+', '-', '.'].contains(&c) => digit().unwrap_or(c),
        c => c,
    };
    command::Key::Types(typed.to_ascii_lowercase())
}

/// The character that a text is.
fn one(text: &str) -> Option<char> {
    let mut all = text.chars();
    all.next().filter(|_| all.next().is_none())
}

/// Whether a key is for the field that one types into, or for the button that has the focus, rather than a command.
fn is_taken(keys: Keys, walking: bool, control: bool, key: command::Key) -> bool {
    use command::Key::{Is, Types};
    match keys {
        Keys::View => false,
        Keys::Widget if walking && key == Is(KeyCode::Tab) => false,
        // These press it, change it and leave it.
        Keys::Widget => match key {
            Is(KeyCode::Tab | KeyCode::Space | KeyCode::Enter | KeyCode::Escape) => true,
            Is(KeyCode::ArrowLeft | KeyCode::ArrowRight | KeyCode::ArrowUp | KeyCode::ArrowDown) => true,
            Is(_) | Types(_) => false,
        },
        // What Control makes a command is one here too, but for what edits a text.
        Keys::Field => match key {
            Types(c) => !control || "acvxyz".contains(c),
            Is(_) => true,
        },
    }
}

fn press(
    mut inputs: MessageReader<KeyboardInput>,
    mut lost: MessageReader<KeyboardFocusLost>,
    mut held: Local<Held>,
    in_view: Res<InView>,
    session: Res<Session>,
    mut desk: Option<ResMut<Desk>>,
    mut ask: MessageWriter<Action>,
) {
    // What is typed after the palette's own keys is meant for it, though it is not there yet.
    let mut opens_palette = false;
    for input in inputs.read() {
        held.take(input);
        if opens_palette {
            let typed = text_of(input, &held).into_iter();
            desk.iter_mut().zip(typed).for_each(|(desk, text)| desk.palette.push_str(text));
            continue;
        }
        if !input.state.is_pressed() || input.repeat {
            continue;
        }
        let (control, shift) = (held.control(), held.shift());
        let key = key_of(input);
        let escape = key == command::Key::Is(KeyCode::Escape);
        if escape && (session.palette || !session.dropped.is_empty()) {
            ask.write(Action::Escape);
            continue;
        }
        // With Alt, keys are the window system's, or type signs.
        if held.alt() || is_taken(in_view.keys, session.walking, control, key) {
            continue;
        }
        if escape {
            ask.write(Action::Escape);
            continue;
        }
        // While one walks, letters are steps.
        if session.walking && !control && key != command::Key::Is(KeyCode::Tab) {
            continue;
        }
        if let Some(command) = of_keys(control, shift, key) {
            let action = match (command.refused)(&session) {
                Some(why) => Action::Refuse(command.title, why),
                None => (command.action)(&session),
            };
            opens_palette = action == Action::Palette(true);
            ask.write(action);
        }
    }
    if lost.read().count() > 0 {
        held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::ecs::entity::Entity;
    use bevy::input::ButtonState;

    fn input(key_code: KeyCode, logical_key: Key) -> KeyboardInput {
        let (state, window) = (ButtonState::Pressed, Entity::PLACEHOLDER);
        KeyboardInput { key_code, logical_key, state, text: None, repeat: false, window }
    }

    #[test]
    fn keys_are_what_they_type_in_the_layout_that_is_in_use() {
        let check = |key_code, typed: &str, expect: command::Key| {
            assert_eq!(
                key_of(&input(key_code, Key::Character(typed.into()))),
                expect,
                "{key_code:?} {typed}"
            );
        };
        let types = command::Key::Types;
        check(KeyCode::KeyZ, "z", types('z'));
        check(KeyCode::KeyY, "z", types('z')); // German
        check(KeyCode::KeyQ, "A", types('a')); // French, with shift
        check(KeyCode::KeyZ, "я", types('z')); // Russian
        check(KeyCode::Semicolon, "ö", types('ö'));
        check(KeyCode::Digit1, "!", types('1')); // American, with shift
        check(KeyCode::Digit1, "&", types('1')); // French, without
        check(KeyCode::Numpad1, "1", types('1'));
        check(KeyCode::Equal, "+", types('+'));
        check(KeyCode::Equal, "=", types('+'));
        check(KeyCode::NumpadAdd, "+", types('+'));
        check(KeyCode::BracketRight, "+", types('+')); // German
        check(KeyCode::Digit6, "-", types('-')); // French
        check(KeyCode::Comma, ";", types(';'));
        assert_eq!(key_of(&input(KeyCode::F5, Key::F5)), command::Key::Is(KeyCode::F5));
    }

    #[test]
    fn what_edits_a_text_is_the_fields() {
        let check = |keys, control, key, expect: bool| {
            assert_eq!(is_taken(keys, false, control, key), expect, "{keys:?} {control} {key:?}");
        };
        let (types, is) = (command::Key::Types, command::Key::Is);
        for c in "acvxyz".chars() {
            check(Keys::Field, true, types(c), true);
            check(Keys::View, true, types(c), false);
            check(Keys::Widget, true, types(c), false);
        }
        for c in "okpq.".chars() {
            check(Keys::Field, true, types(c), false);
            check(Keys::Field, false, types(c), true);
        }
        check(Keys::Field, true, is(KeyCode::ArrowLeft), true);
        check(Keys::Field, false, is(KeyCode::Escape), true);
        check(Keys::Widget, false, is(KeyCode::ArrowLeft), true);
        check(Keys::Widget, false, is(KeyCode::Tab), true);
        check(Keys::Widget, false, types('h'), false);
        assert!(!is_taken(Keys::Widget, true, false, is(KeyCode::Tab)));
    }
}
