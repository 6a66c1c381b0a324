//! How a person likes the viewer, kept from one day to the next for all projects.

use crate::panels::Desk;
use crate::session::action::Panel;
use crate::session::{Effect, Session};
use crate::session_plugin::SessionSystems;
use bevy::app::{App, Plugin, Startup, Update};
use bevy::ecs::change_detection::{DetectChanges, ResMut};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use groma::cache::{Keeps, directory_of_user};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What is kept. A file of another version is read as far as it is understood.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light colours.
    pub light: bool,
    /// Parallel projection.
    pub parallel: bool,
    /// Who writes comments and waivers.
    pub author: String,
    /// The panels that are open, by title.
    pub panels: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self::of(&Session::new(), String::new())
    }
}

impl Settings {
    fn of(session: &Session, author: String) -> Self {
        let panels = session.panels.union(&session.waiting).filter(|&&p| p != Panel::Problems);
        Self {
            light: session.light,
            parallel: session.parallel,
            author,
            panels: panels.map(|p| p.title().to_owned()).collect(),
        }
    }

    fn panels(&self) -> BTreeSet<Panel> {
        Panel::ALL.into_iter().filter(|p| self.panels.iter().any(|title| title == p.title())).collect()
    }

    /// Reads a file; one that is not there yet has what is usual.
    ///
    /// # Errors
    ///
    /// What the system says, or what is no TOML, in words.
    pub fn read(path: &Path) -> Result<Self, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text).map_err(|e| format!("{}: {}", path.display(), e.message())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("cannot read {}: {error}", path.display())),
        }
    }

    fn write(&self, path: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
        let text = toml::to_string(self).map_err(|e| e.to_string())?;
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir).map_err(failed)?;
        }
        groma::files::write(path, text.as_bytes()).map_err(failed)
    }
}

/// The user's file, see [`directory_of_user`] with `GROMA_CONFIG_DIR`.
pub fn file_of_user() -> Option<PathBuf> {
    Some(directory_of_user("GROMA_CONFIG_DIR", Keeps::Settings)?.join("viewer.toml"))
}

/// Takes up what was kept, and keeps what changes.
pub struct SettingsPlugin {
    /// The file; without one nothing is kept.
    pub file: Option<PathBuf>,
}

#[derive(Resource)]
struct Keeper {
    file: PathBuf,
    /// What the file has, or would have if it could be written; `None` before the first frame.
    kept: Option<Settings>,
    author: String,
}

impl Plugin for SettingsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Desk>();
        if let Some(file) = &self.file {
            app.insert_resource(Keeper { file: file.clone(), kept: None, author: String::new() })
                .add_systems(Startup, take_up)
                .add_systems(Update, keep.after(SessionSystems));
        }
    }
}

fn take_up(mut keeper: ResMut<Keeper>, mut session: ResMut<Session>, mut desk: ResMut<Desk>) {
    match Settings::read(&keeper.file) {
        Ok(settings) => {
            (session.light, session.parallel) = (settings.light, settings.parallel);
            session.panels = settings.panels();
            desk.author.clone_from(&settings.author);
            keeper.author = settings.author;
        }
        Err(error) => {
            // It would be written over once anything changes.
            let aside = keeper.file.with_extension("toml.unread");
            let kept = match std::fs::rename(&keeper.file, &aside) {
                Ok(()) => format!("; it is kept as {}", aside.display()),
                Err(_) => String::new(),
            };
            session.fail(format!("{error}{kept}"));
        }
    }
}

fn keep(mut keeper: ResMut<Keeper>, mut effects: MessageReader<Effect>, mut session: ResMut<Session>) {
    let mut author = None;
    for effect in effects.read() {
        // A name counts once something is written under it.
        if let Effect::Comment { author: own, .. } | Effect::Waive { author: own, .. } = effect {
            author = Some(own.trim().to_owned());
        }
    }
    if author.is_none() && !session.is_changed() {
        return;
    }
    keeper.author = author.unwrap_or_else(|| std::mem::take(&mut keeper.author));
    let now = Settings::of(&session, keeper.author.clone());
    // How the window begins is not what a person has chosen.
    let is_chosen = keeper.kept.as_ref().is_some_and(|kept| *kept != now);
    if is_chosen && let Err(error) = now.write(&keeper.file) {
        session.fail(error);
    }
    if is_chosen || keeper.kept.is_none() {
        keeper.kept = Some(now);
    }
}
