//! Brings what the session says of elements to the graphics card: only the ranges that changed.

use crate::camera::OtherCamera;
use crate::part_material::{Cut, MOST_PLANES};
use crate::scene::Scene;
use crate::session::Session;
use crate::session::paint::{Paint, other_painter, painter};
use bevy::app::{App, Plugin, PostUpdate};
use bevy::asset::AssetId;
use bevy::camera::Camera;
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::system::Query;
use bevy::math::Vec4;
use bevy::render::render_asset::RenderAssets;
use bevy::render::renderer::RenderQueue;
use bevy::render::storage::{GpuShaderBuffer, ShaderBuffer};
use bevy::render::{ExtractSchedule, MainWorld, Render, RenderApp, RenderSystems};
use std::ops::Range;

/// Changes that lie nearer to each other than this many elements are one upload.
const GAP: usize = 64;

/// What was brought to the graphics card last.
#[derive(Resource, Default)]
pub struct Painted {
    words: Vec<[u32; 2]>,
    version: Option<u64>,
    cleared: u64,
    /// What is still to be brought there: the first element, and the words from it on.
    changes: Vec<(usize, Vec<[u32; 2]>)>,
    buffer: Option<AssetId<ShaderBuffer>>,
    cut: Option<(AssetId<ShaderBuffer>, Cut)>,
    cut_changed: bool,
    /// How many elements changed in all, for measuring.
    pub uploaded: u64,
}

/// Keeps the looks of elements as the session has them.
pub struct RepaintPlugin;

impl Plugin for RepaintPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Painted>().add_systems(PostUpdate, (repaint, cut));
        if let Some(renderer) = app.get_sub_app_mut(RenderApp) {
            renderer
                .init_resource::<Uploads>()
                .add_systems(ExtractSchedule, extract)
                .add_systems(Render, upload.in_set(RenderSystems::PrepareResources));
        }
    }
}

/// Brings words up to date, and gives back the ranges in which they changed, joined where they are near each other.
fn renew(words: &mut [[u32; 2]], first: usize, paint: impl Fn(u32) -> Paint) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (n, old) in (0..).zip(words) {
        let new = paint(n).words();
        if *old == new {
            continue;
        }
        *old = new;
        let n = first + n as usize;
        match ranges.last_mut() {
            Some(last) if n < last.end + GAP => last.end = n + 1,
            _ => ranges.push(n..n + 1),
        }
    }
    ranges
}

fn repaint(session: Res<Session>, scene: Res<Scene>, mut painted: ResMut<Painted>) {
    let painted = &mut *painted;
    let elements = scene.elements;
    if scene.cleared != painted.cleared || painted.buffer != Some(scene.looks_buffer.id()) {
        painted.cleared = scene.cleared;
        painted.buffer = Some(scene.looks_buffer.id());
        painted.words = vec![Paint::default().words(); 2 * elements.max(1)];
        painted.changes.clear();
        painted.version = None;
    }
    let known = session.elements.as_ref().map_or(0, |e| e.len());
    if painted.version == Some(session.version) || known != elements {
        return;
    }
    painted.version = Some(session.version);
    let (mine, others) = painted.words.split_at_mut(elements);
    let mut changed = renew(mine, 0, painter(&session));
    // Where the second view is not drawn, what it had last stays there.
    if let Some(paint) = other_painter(&session) {
        changed.extend(renew(&mut others[..elements], elements, paint));
    }
    for range in changed {
        painted.uploaded += range.len() as u64;
        painted.changes.push((range.start, painted.words[range].to_vec()));
    }
}

/// Takes note of the sections.
fn cut(
    session: Res<Session>,
    scene: Res<Scene>,
    cameras: Query<&Camera, With<OtherCamera>>,
    mut painted: ResMut<Painted>,
) {
    // Half a pixel before the second view, so that rounding does not matter.
    let second = cameras.iter().find(|c| c.is_active).and_then(|c| c.viewport.as_ref());
    let split = second.map_or(f32::MAX, |v| v.physical_position.x as f32 - 0.5);
    let mut wanted = Cut { elements: scene.elements.max(1) as u32, split, ..Cut::default() };
    for (plane, (n, offset)) in wanted.planes.iter_mut().zip(session.sections().half_spaces()) {
        // Z up to Y up.
        *plane = Vec4::new(n.x as f32, n.z as f32, -n.y as f32, -offset as f32);
        wanted.count += 1;
    }
    debug_assert!(wanted.count as usize <= MOST_PLANES);
    let id = scene.cut_buffer.id();
    if painted.cut != Some((id, wanted)) {
        painted.cut = Some((id, wanted));
        painted.cut_changed = true;
    }
}

/// What the renderer has still to write.
#[derive(Resource, Default)]
struct Uploads {
    buffer: Option<AssetId<ShaderBuffer>>,
    changes: Vec<(usize, Vec<[u32; 2]>)>,
    cut: Option<(AssetId<ShaderBuffer>, Cut)>,
}

fn extract(mut uploads: ResMut<Uploads>, mut main: ResMut<MainWorld>) {
    let Some(mut painted) = main.get_resource_mut::<Painted>() else { return };
    if uploads.buffer != painted.buffer {
        uploads.buffer = painted.buffer;
        uploads.changes.clear();
    }
    if !painted.changes.is_empty() {
        uploads.changes.append(&mut painted.changes);
    }
    if painted.cut_changed {
        painted.cut_changed = false;
        uploads.cut = painted.cut;
    }
}

fn upload(
    mut uploads: ResMut<Uploads>,
    buffers: Res<RenderAssets<GpuShaderBuffer>>,
    queue: Res<RenderQueue>,
) {
    if let Some((id, cut)) = uploads.cut
        && let Some(buffer) = buffers.get(id)
    {
        uploads.cut = None;
        let bytes: Vec<u8> = cut.words().into_iter().flat_map(u32::to_le_bytes).collect();
        queue.write_buffer(&buffer.buffer, 0, &bytes);
    }
    let Some(buffer) = uploads.buffer.and_then(|id| buffers.get(id)) else { return };
    const SIZE: u64 = size_of::<[u32; 2]>() as u64;
    for (first, words) in std::mem::take(&mut uploads.changes) {
        let bytes: Vec<u8> = words.iter().flatten().flat_map(|word| word.to_le_bytes()).collect();
        let offset = first as u64 * SIZE;
        if offset + bytes.len() as u64 <= buffer.buffer.size() {
            queue.write_buffer(&buffer.buffer, offset, &bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::renew;
    use crate::session::paint::Paint;

    #[test]
    fn near_changes_are_one() {
        let check = |at: &[u32], expected: &[std::ops::Range<usize>]| {
            let mut words = vec![Paint::default().words(); 1000];
            let paint = |n: u32| Paint { hidden: at.contains(&n), ..Paint::default() };
            assert_eq!(renew(&mut words, 0, paint), expected);
            assert!((0..).zip(&words).all(|(n, word)| *word == paint(n).words()));
            assert!(renew(&mut words, 0, paint).is_empty());
        };
        check(&[], &[]);
        check(&[0, 3, 999], &[0..4, 999..1000]);
        check(&[10, 70, 300], &[10..71, 300..301]);
    }
}
