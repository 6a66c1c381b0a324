//! The title of the window: how far loading is, then what is shown.

use crate::load::{LoadFailed, LoadSystems, Opened, Progressed};
use bevy::app::{App, Plugin, PreUpdate};
use bevy::ecs::message::MessageReader;
use bevy::ecs::query::With;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Local, Query};
use bevy::window::{PrimaryWindow, Window};
use std::sync::Arc;

/// How many models are named; of more, only the number is told.
const NAMED: usize = 4;

/// Keeps the title of the window.
pub struct TitlePlugin;

impl Plugin for TitlePlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(PreUpdate, update_title.after(LoadSystems));
    }
}

fn update_title(
    mut progressed: MessageReader<Progressed>,
    mut opened: MessageReader<Opened>,
    mut failed: MessageReader<LoadFailed>,
    mut shown: Local<Option<String>>,
    mut windows: Query<&mut Window, With<PrimaryWindow>>,
) {
    let progress = progressed.read().last().map(|p| format!("{} {} % - groma", p.what, p.percent));
    let before = failed.read().last().map(|_| shown.clone().unwrap_or_else(|| "groma".into()));
    let now = opened.read().last().map(|o| title_of(&o.models()));
    if now.is_some() {
        shown.clone_from(&now);
    }
    let title = now.or(before).or(progress);
    if let Some(title) = title {
        for mut window in &mut windows {
            window.title.clone_from(&title);
        }
    }
}

/// `architecture, structure - 1234 elements - groma`
fn title_of(models: &[(Arc<str>, usize)]) -> String {
    let elements: usize = models.iter().map(|(_, n)| n).sum();
    let names = if models.len() > NAMED {
        format!("{} models", models.len())
    } else {
        models.iter().map(|(label, _)| &**label).collect::<Vec<_>>().join(", ")
    };
    format!("{names} - {elements} element{} - groma", if elements == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::title_of;

    #[test]
    fn the_title_names_a_few_models_and_counts_many() {
        let models: Vec<_> = ["a", "b", "c", "d", "e"].into_iter().map(|l| (l.into(), 2)).collect();
        assert_eq!(title_of(&[("arch".into(), 1)]), "arch - 1 element - groma");
        assert_eq!(title_of(&models[..4]), "a, b, c, d - 8 elements - groma");
        assert_eq!(title_of(&models), "5 models - 10 elements - groma");
    }
}
