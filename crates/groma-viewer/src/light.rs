//! Light: a sun that casts shadows, a weak light against it, and the sky.

use crate::camera::CameraSystems;
use crate::orbit::Orbit;
use crate::scene::SceneBounds;
use bevy::app::{App, Plugin, Startup, Update};
use bevy::color::Color;
use bevy::ecs::change_detection::{DetectChanges, Ref, Res};
use bevy::ecs::component::Component;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Commands, Query};
use bevy::light::{
    CascadeShadowConfig, CascadeShadowConfigBuilder, DirectionalLight, DirectionalLightShadowMap,
    GlobalAmbientLight,
};
use bevy::math::Vec3;
use bevy::transform::components::Transform;

/// Towards the sun: high in the south-south-west, so that the first view sees a lit and a dimmer side.
const TO_SUN: Vec3 = Vec3::new(-0.35, 0.85, 0.75);
/// Towards the light that keeps the other sides from being dark.
const TO_FILL: Vec3 = Vec3::new(0.8, 0.35, -0.2);
/// Texels along a side of each shadow map.
const SHADOW_MAP: usize = 2048;

/// Whether the sun casts shadows.
#[derive(Resource)]
struct Shadows(bool);

/// On the light that casts shadows.
#[derive(Component)]
struct Sun;

/// Adds the light, and keeps the shadows as sharp as the view allows.
pub struct SunlightPlugin {
    /// Whether the sun casts shadows.
    pub shadows: bool,
}

impl Plugin for SunlightPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(DirectionalLightShadowMap { size: SHADOW_MAP })
            .insert_resource(GlobalAmbientLight {
                color: Color::srgb(0.90, 0.95, 1.0),
                brightness: 550.0,
                ..GlobalAmbientLight::default()
            })
            .insert_resource(Shadows(self.shadows))
            .add_systems(Startup, add_lights)
            .add_systems(Update, stretch_shadows.after(CameraSystems));
    }
}

fn add_lights(mut commands: Commands, shadows: Res<Shadows>) {
    let from = |direction: Vec3| Transform::from_translation(direction).looking_at(Vec3::ZERO, Vec3::Y);
    commands.spawn((
        Sun,
        DirectionalLight {
            color: Color::srgb(1.0, 0.98, 0.94),
            illuminance: 7_000.0,
            shadow_maps_enabled: shadows.0,
            ..DirectionalLight::default()
        },
        from(TO_SUN),
    ));
    commands.spawn((
        DirectionalLight {
            color: Color::srgb(0.92, 0.95, 1.0),
            illuminance: 2_800.0,
            ..DirectionalLight::default()
        },
        from(TO_FILL),
    ));
}

/// Spreads the shadow maps over the part of the view that the scene fills.
fn stretch_shadows(
    bounds: Res<SceneBounds>,
    cameras: Query<Ref<Orbit>>,
    mut suns: Query<&mut CascadeShadowConfig, With<Sun>>,
) {
    let Some(orbit) = cameras.iter().next() else { return };
    if !bounds.is_changed() && !orbit.is_changed() {
        return;
    }
    let Some((low, high)) = bounds.corners() else { return };
    let eye = orbit.transform().translation;
    let (near, far) =
        ((eye.clamp(low, high) - eye).length(), (eye - low).abs().max((eye - high).abs()).length());
    let (near, far) = (near.max(0.1), far.max(1.0));
    // Seen from afar, the scene is a shallow part of the view, and one map covers it.
    let cascades = if near * 2.0 > far { 1 } else { 3 };
    let config = CascadeShadowConfigBuilder {
        num_cascades: cascades,
        minimum_distance: near * 0.9,
        first_cascade_far_bound: (near * far * far).cbrt().min(far * 0.5).max(near * 1.1),
        maximum_distance: far * 1.05,
        ..CascadeShadowConfigBuilder::default()
    };
    for mut sun in &mut suns {
        *sun = config.build();
    }
}
