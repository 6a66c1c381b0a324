//! What is shown: one entity for each part or sheet of parts, as they arrive.

use crate::graphics::DrawWatch;
use crate::load::{Begun, LoadSystems, PartsArrived};
use crate::part_material::{CLOSED, Cut, PartLooks, PartMaterial, TURNED, part_material};
use crate::parts::{Part, Piece};
use crate::sheets::Sheet;
use bevy::app::{App, Plugin, PreUpdate, Startup};
use bevy::asset::{AssetEvent, Assets, Handle};
use bevy::camera::primitives::Aabb;
use bevy::camera::visibility::{NoAutoAabb, NoCpuCulling};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::entity_disabling::Disabled;
use bevy::ecs::message::{MessageMutator, MessageReader};
use bevy::ecs::query::{Allow, With};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::{Commands, Query};
use bevy::light::NotShadowCaster;
use bevy::material::AlphaMode;
use bevy::math::Vec3;
use bevy::mesh::{Indices, Mesh, Mesh3d, MeshTag};
use bevy::pbr::{MeshMaterial3d, RenderGpuCulledEntities, collect_gpu_culled_meshes};
use bevy::render::mesh::allocator::MeshAllocatorSettings;
use bevy::render::slab_allocator::SlabAllocatorSettings;
use bevy::render::storage::ShaderBuffer;
use bevy::render::view::{RenderShadowMapVisibleEntities, RenderVisibleEntities};
use bevy::render::{Render, RenderApp, RenderSystems};
use bevy::transform::components::Transform;
use std::any::TypeId;

/// Meshes lie together in buffers of up to so many bytes, which grow by being copied: all of a large one would be there
/// twice.
const MESH_BUFFER: u64 = 32 << 20;
/// The buffer of parts grows in steps of this many, so that it is seldom made anew.
const PARTS_STEP: usize = 1024;
/// Solid parts are drawn where the alpha of their colour is above this: everywhere, but the shader may leave
/// pixels out.
const MASK: f32 = 0.5;

/// How far what is shown reaches: the box of each part, lower and upper corner, in metres, Y up.
#[derive(Resource, Clone, PartialEq, Debug, Default)]
pub struct SceneBounds {
    boxes: Vec<(Vec3, Vec3)>,
    corners: Option<(Vec3, Vec3)>,
}

impl SceneBounds {
    /// What reaches from a lower to an upper corner.
    pub fn of(low: Vec3, high: Vec3) -> Self {
        let mut bounds = Self::default();
        bounds.push(low, high);
        bounds
    }

    /// The corners of the box of each part.
    pub fn points(&self) -> impl Iterator<Item = Vec3> {
        self.boxes.iter().flat_map(|&(low, high)| corners(low, high))
    }

    /// Lower and upper corner of the whole; `None` while there is nothing.
    pub fn corners(&self) -> Option<(Vec3, Vec3)> {
        self.corners
    }

    fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes a part into account, and tells how high it reaches.
    fn add(&mut self, part: &Transform, bounds: &Aabb) -> (f32, f32) {
        let placed = corners(bounds.min().into(), bounds.max().into()).map(|p| part.transform_point(p));
        let (low, high) = (placed.into_iter().reduce(Vec3::min), placed.into_iter().reduce(Vec3::max));
        let (low, high) = (low.unwrap_or_default(), high.unwrap_or_default());
        self.push(low, high);
        (low.y, high.y)
    }

    fn push(&mut self, low: Vec3, high: Vec3) {
        self.boxes.push((low, high));
        if low.cmple(high).all() {
            let (lowest, highest) = self.corners.unwrap_or((low, high));
            self.corners = Some((lowest.min(low), highest.max(high)));
        }
    }
}

/// The corners of a box.
pub(crate) fn corners(low: Vec3, high: Vec3) -> [Vec3; 8] {
    std::array::from_fn(|i| {
        let pick = |bit: usize| if i >> bit & 1 == 0 { low[bit] } else { high[bit] };
        Vec3::new(pick(0), pick(1), pick(2))
    })
}

/// Frames in which nothing comes and nothing is missing from what is drawn, before parts rest.
const SETTLING: u8 = 8;

/// On an entity: it shows a part of an element, or a sheet of parts.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct OfScene;

/// Shows the parts that arrive, and keeps [`SceneBounds`].
pub struct ScenePlugin;

impl Plugin for ScenePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<SceneBounds>()
            .init_resource::<Scene>()
            .add_systems(Startup, prepare_materials)
            .add_message::<AssetEvent<PartMaterial>>()
            .add_systems(PreUpdate, (clear, show_parts, rest).chain().after(LoadSystems));
        if let Some(renderer) = app.get_sub_app_mut(RenderApp) {
            let sizes = SlabAllocatorSettings {
                max_slab_size: MESH_BUFFER,
                large_threshold: MESH_BUFFER,
                ..SlabAllocatorSettings::default()
            };
            renderer.insert_resource(MeshAllocatorSettings {
                slab_allocator_settings: sizes,
                ..MeshAllocatorSettings::default()
            });
            let catch_up = catch_up.in_set(RenderSystems::PrepareMeshes).after(collect_gpu_culled_meshes);
            renderer.add_systems(Render, catch_up);
        }
    }
}

/// Tells views and shadow maps of parts that came before them: the engine tells each only of those that come while it is
/// there.
fn catch_up(
    mut views: Query<&mut RenderVisibleEntities>,
    mut shadows: Query<&mut RenderShadowMapVisibleEntities>,
    parts: Option<Res<RenderGpuCulledEntities>>,
) {
    let Some(parts) = parts else { return };
    for mut view in &mut views {
        tell(&mut view, &parts);
    }
    for mut maps in &mut shadows {
        maps.subviews.values_mut().for_each(|view| tell(view, &parts));
    }
}

fn tell(view: &mut RenderVisibleEntities, parts: &RenderGpuCulledEntities) {
    let Some(seen) = view.classes.get_mut(&TypeId::of::<Mesh3d>()) else { return };
    if seen.entities_gpu_culling.len() >= parts.entities.len() {
        return;
    }
    for &part in parts.entities.keys() {
        if seen.entities_gpu_culling.insert(part, Entity::PLACEHOLDER).is_none() {
            seen.add_entity((Entity::PLACEHOLDER, part));
        }
    }
    seen.sort_added_entities();
}

/// What is on the graphics card.
#[derive(Resource, Default)]
pub struct Scene {
    meshes: Vec<(Handle<Mesh>, Aabb)>,
    /// By the tag of the part; padded to the step it grows in.
    parts: Vec<[u32; 2]>,
    count: usize,
    /// By element: lowest and highest point.
    extents: Vec<[f32; 2]>,
    parts_buffer: Handle<ShaderBuffer>,
    /// How elements look: see [`PartLooks::looks`].
    pub looks_buffer: Handle<ShaderBuffer>,
    extents_buffer: Handle<ShaderBuffer>,
    /// What is cut away: see [`PartLooks::cut`].
    pub cut_buffer: Handle<ShaderBuffer>,
    opaque: Handle<PartMaterial>,
    blended: Handle<PartMaterial>,
    /// Bytes of the meshes that the graphics card was given.
    pub uploaded: u64,
    /// How many elements there are.
    pub elements: usize,
    /// Counts how often all that was shown was taken away; what was painted is gone then, too.
    pub cleared: u64,
    /// What is shown is there until all models are.
    preview: bool,
    /// Entities of parts that the engine looks at in each frame.
    awake: Vec<Entity>,
    /// So many frames are left until they rest.
    settling: u8,
}

impl Scene {
    /// How many parts there are.
    pub fn part_count(&self) -> usize {
        self.count
    }

    /// Takes a part in, and gives back its tag.
    fn add(&mut self, piece: Piece, transform: &Transform, aabb: &Aabb, bounds: &mut SceneBounds) -> usize {
        let (low, high) = bounds.add(transform, aabb);
        if let Some(extent) = self.extents.get_mut(piece.place as usize) {
            *extent = [extent[0].min(low), extent[1].max(high)];
        }
        let tag = self.count;
        self.count += 1;
        if tag == self.parts.len() {
            self.parts.resize(tag + PARTS_STEP.max(tag / 2), [0; 2]);
        }
        let flags = if piece.closed { CLOSED } else { 0 } | if piece.turned { TURNED } else { 0 };
        self.parts[tag] = [u32::from_le_bytes(piece.colour), piece.place | flags];
        tag
    }

    /// Draws a mesh of parts, whose tags begin with this one.
    fn draw(
        &mut self,
        commands: &mut Commands,
        tag: usize,
        opaque: bool,
        mesh: Handle<Mesh>,
        transform: Transform,
        aabb: Aabb,
    ) {
        let material = if opaque { self.opaque.clone() } else { self.blended.clone() };
        let mut entity = commands.spawn((
            Mesh3d(mesh),
            MeshMaterial3d(material),
            MeshTag(tag as u32),
            transform,
            aabb,
            // What is out of sight is found by the graphics card, which does not go through them one by one.
            NoCpuCulling,
            NoAutoAabb,
            OfScene,
        ));
        if !opaque {
            entity.insert(NotShadowCaster);
        }
        self.awake.push(entity.id());
        self.settling = SETTLING;
    }
}

fn prepare_materials(
    mut scene: ResMut<Scene>,
    mut buffers: ResMut<Assets<ShaderBuffer>>,
    mut materials: ResMut<Assets<PartMaterial>>,
) {
    scene.parts_buffer = buffers.add(ShaderBuffer::from(vec![[0_u32; 2]]));
    scene.looks_buffer = buffers.add(ShaderBuffer::from(vec![[0_u32; 2]; 2]));
    scene.extents_buffer = buffers.add(ShaderBuffer::from(vec![[0_f32; 2]]));
    scene.cut_buffer = buffers.add(ShaderBuffer::from(Cut::default().words()));
    let looks = PartLooks {
        parts: scene.parts_buffer.clone(),
        looks: scene.looks_buffer.clone(),
        extents: scene.extents_buffer.clone(),
        cut: scene.cut_buffer.clone(),
    };
    scene.opaque = materials.add(part_material(looks.clone(), AlphaMode::Mask(MASK)));
    scene.blended = materials.add(part_material(looks, AlphaMode::Blend));
}

/// Takes away what was shown before, when other models begin to arrive.
fn clear(
    mut commands: Commands,
    mut begun: MessageReader<Begun>,
    mut scene: ResMut<Scene>,
    mut bounds: ResMut<SceneBounds>,
    shown: Query<Entity, (With<OfScene>, Allow<Disabled>)>,
    mut buffers: ResMut<Assets<ShaderBuffer>>,
) {
    let Some(&Begun { elements, preview }) = begun.read().last() else { return };
    for entity in &shown {
        commands.entity(entity).despawn();
    }
    scene.meshes.clear();
    scene.parts.clear();
    scene.awake.clear();
    (scene.count, scene.uploaded) = (0, 0);
    scene.preview = preview;
    scene.elements = elements;
    scene.cleared += 1;
    let n = elements.max(1);
    scene.extents = vec![[f32::INFINITY, f32::NEG_INFINITY]; n];
    bounds.clear();
    // All is as modelled, in both views, until it is painted.
    if let Some(mut buffer) = buffers.get_mut(&scene.looks_buffer) {
        buffer.set_data(vec![crate::session::paint::Paint::default().words(); 2 * n]);
    }
}

fn show_parts(
    mut commands: Commands,
    mut arrived: MessageMutator<PartsArrived>,
    mut scene: ResMut<Scene>,
    mut bounds: ResMut<SceneBounds>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut buffers: ResMut<Assets<ShaderBuffer>>,
    mut materials: ResMut<Assets<PartMaterial>>,
) {
    if arrived.is_empty() {
        return;
    }
    let scene = &mut *scene;
    for PartsArrived(batch) in arrived.read() {
        let batch = std::mem::take(batch);
        // What was to be shown before all models were there comes too late.
        if batch.preview != scene.preview {
            continue;
        }
        for made in batch.meshes {
            scene.uploaded += bytes_of(&made.mesh);
            scene.meshes.push((meshes.add(made.mesh), made.bounds));
        }
        for Part { piece, mesh, transform } in batch.parts {
            let Some((mesh, aabb)) = scene.meshes.get(mesh as usize).cloned() else { continue };
            let tag = scene.add(piece, &transform, &aabb, &mut bounds);
            scene.draw(&mut commands, tag, piece.is_opaque(), mesh, transform, aabb);
        }
        for Sheet { mesh, transform, pieces } in batch.sheets {
            scene.uploaded += bytes_of(&mesh.mesh);
            let (tag, opaque) = (scene.count, pieces.first().is_some_and(|(piece, _)| piece.is_opaque()));
            for (piece, aabb) in pieces {
                scene.add(piece, &transform, &aabb, &mut bounds);
            }
            scene.draw(&mut commands, tag, opaque, meshes.add(mesh.mesh), transform, mesh.bounds);
        }
    }
    if let Some(mut buffer) = buffers.get_mut(&scene.parts_buffer) {
        buffer.set_data(scene.parts.clone());
    }
    if let Some(mut buffer) = buffers.get_mut(&scene.extents_buffer) {
        buffer.set_data(scene.extents.clone());
    }
    // A buffer of another size is another buffer on the graphics card: the materials must bind it anew.
    for material in [&scene.opaque, &scene.blended] {
        if let Some(mut material) = materials.get_mut(material) {
            material.extension.parts = scene.parts_buffer.clone();
        }
    }
}

/// How much of the graphics card's memory a mesh takes.
fn bytes_of(mesh: &Mesh) -> u64 {
    let indices = match mesh.indices() {
        Some(Indices::U16(all)) => 2 * all.len(),
        Some(Indices::U32(all)) => 4 * all.len(),
        None => 0,
    };
    (mesh.get_vertex_buffer_size() + indices) as u64
}

/// Lets parts rest once they are drawn: the engine goes through all that does not rest in each frame, to see what changed,
/// and of parts nothing does but what their buffers say. They wake when their materials change, which are bound anew.
fn rest(
    mut commands: Commands,
    mut scene: ResMut<Scene>,
    mut changes: MessageReader<AssetEvent<PartMaterial>>,
    watch: Option<Res<DrawWatch>>,
    resting: Query<Entity, (With<OfScene>, With<Disabled>)>,
) {
    let changed = changes.read().filter(|c| matches!(c, AssetEvent::Modified { .. })).count() > 0;
    if changed && !resting.is_empty() {
        let scene = &mut *scene;
        for entity in &resting {
            commands.entity(entity).try_remove::<Disabled>();
            scene.awake.push(entity);
        }
        scene.settling = SETTLING;
        return;
    }
    if scene.awake.is_empty() || watch.is_none_or(|watch| watch.drawn().pending > 0) {
        return;
    }
    match scene.settling {
        0 => {
            let settled = std::mem::take(&mut scene.awake);
            commands
                .try_insert_batch(settled.into_iter().map(|entity| (entity, Disabled)).collect::<Vec<_>>());
        }
        left => scene.settling = left - 1,
    }
}

/// Only while something is shown.
pub fn something_is_shown(scene: Res<Scene>) -> bool {
    scene.count > 0
}
