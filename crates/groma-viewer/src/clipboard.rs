//! What panels copy, and a command that shows the present view again, go to the system's clipboard.

use crate::camera::{MainCamera, stand_of};
use crate::orbit::Orbit;
use crate::session::{Effect, Session};
use crate::session_plugin::{OpenFiles, SessionSystems};
use crate::view_command::{left_out, words};
use bevy::app::{App, Plugin, PostUpdate, Update};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::message::MessageReader;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Query;
use bevy_egui::{EguiOutput, EguiPostUpdateSet, egui};
use std::sync::{Mutex, PoisonError};

/// The clipboard, once something was copied.
#[derive(Resource, Default)]
pub(crate) struct Clipboard(Mutex<Option<arboard::Clipboard>>);

/// Copies.
pub struct ClipboardPlugin;

impl Plugin for ClipboardPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Clipboard>()
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
    pub(crate) fn text(&self) -> Option<String> {
        self.with(arboard::Clipboard::get_text).ok()
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
