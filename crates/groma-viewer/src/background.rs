//! What is behind the model: a sky that darkens upwards, and a plain ground colour below the horizon.

use crate::camera::MainCamera;
use bevy::app::{App, Plugin, PostUpdate, Startup};
use bevy::asset::{Assets, RenderAssetUsages};
use bevy::camera::ClearColor;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::color::{Color, ColorToComponents, LinearRgba, Mix};
use bevy::ecs::change_detection::ResMut;
use bevy::ecs::component::Component;
use bevy::ecs::query::{With, Without};
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Commands, Query};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::{Mesh, Mesh3d, MeshBuilder, SphereKind, SphereMeshBuilder, VertexAttributeValues};
use bevy::pbr::{MeshMaterial3d, StandardMaterial};
use bevy::transform::TransformSystems;
use bevy::transform::components::Transform;

/// The dome's radius in metres; only its direction from the eye is seen.
const RADIUS: f32 = 100_000.0;

const ZENITH: LinearRgba = LinearRgba::rgb(0.30, 0.44, 0.62);
const HORIZON: LinearRgba = LinearRgba::rgb(0.78, 0.83, 0.88);
const GROUND: LinearRgba = LinearRgba::rgb(0.50, 0.53, 0.56);

/// On the dome around the camera.
#[derive(Component)]
struct Dome;

/// Adds the background.
pub struct BackgroundPlugin;

impl Plugin for BackgroundPlugin {
    fn build(&self, app: &mut App) {
        // In parallel projection the dome is too far away to be seen.
        app.insert_resource(ClearColor(Color::LinearRgba(HORIZON)))
            .add_systems(Startup, add_dome)
            .add_systems(PostUpdate, stay_around_camera.before(TransformSystems::Propagate));
    }
}

/// The colour of a direction; `height` is the sine of its elevation.
fn sky(height: f32) -> LinearRgba {
    if height >= 0.0 {
        HORIZON.mix(&ZENITH, height.powf(0.6))
    } else {
        HORIZON.mix(&GROUND, (-height * 1.6).min(1.0).powf(0.6))
    }
}

fn add_dome(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let kind = SphereKind::Uv { sectors: 64, stacks: 64 };
    let mut dome = SphereMeshBuilder { sphere: bevy::math::primitives::Sphere::new(RADIUS), kind }.build();
    dome.asset_usage = RenderAssetUsages::RENDER_WORLD;
    dome.remove_attribute(Mesh::ATTRIBUTE_UV_0);
    if let Some(VertexAttributeValues::Float32x3(positions)) = dome.attribute(Mesh::ATTRIBUTE_POSITION) {
        let colours: Vec<[f32; 4]> = positions.iter().map(|p| sky(p[1] / RADIUS).to_f32_array()).collect();
        dome.insert_attribute(Mesh::ATTRIBUTE_COLOR, colours);
    }
    commands.spawn((
        Dome,
        Mesh3d(meshes.add(dome)),
        MeshMaterial3d(materials.add(StandardMaterial {
            unlit: true,
            cull_mode: None,
            ..StandardMaterial::default()
        })),
        NoFrustumCulling,
        NotShadowCaster,
        NotShadowReceiver,
    ));
}

fn stay_around_camera(
    cameras: Query<&Transform, (With<MainCamera>, Without<Dome>)>,
    mut domes: Query<&mut Transform, With<Dome>>,
) {
    let Some(camera) = cameras.iter().next() else { return };
    for mut dome in &mut domes {
        dome.translation = camera.translation;
    }
}
