//! Whether there is a graphics card to draw with, and whether drawing works.

use bevy::app::{App, AppExit, Plugin};
use bevy::ecs::change_detection::{Res, ResMut};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs;
use bevy::ecs::world::World;
use bevy::pbr::MeshesToReextractNextFrame;
use bevy::render::error_handler::{ErrorType, RenderError, RenderErrorHandler, RenderErrorPolicy};
use bevy::render::render_resource::{CachedPipelineState, PipelineCache};
use bevy::render::renderer::{
    RenderAdapter, RenderAdapterInfo, RenderDevice, RenderInstance, RenderQueue, WgpuWrapper,
};
use bevy::render::settings::{Backends, PowerPreference, RenderCreation, RenderResources, WgpuSettings};
use bevy::render::{Render, RenderApp, RenderPlugin, RenderSystems};
use bevy::shader::ShaderCacheError;
use std::sync::{Arc, Mutex, PoisonError};
use thiserror::Error;

/// There is nothing to draw with.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error(
    "no graphics driver was found: {problem}\n  \
     hint: install the driver of your graphics card, or Mesa's, which also draws without a card \
     (Debian, Ubuntu: apt-get install libvulkan1 mesa-vulkan-drivers)"
)]
pub struct NoGraphics {
    /// What the graphics interface says.
    pub problem: String,
}

/// The graphics interfaces to look for: Vulkan, or what the system has in its place. OpenGL is left out,
/// since it cannot draw all of this, and its libraries write to stderr.
fn backends() -> Backends {
    Backends::from_env().unwrap_or(Backends::PRIMARY)
}

/// Bevy's renderer on these interfaces.
pub fn renderer() -> RenderPlugin {
    let settings = WgpuSettings { backends: Some(backends()), ..WgpuSettings::default() };
    RenderPlugin { render_creation: settings.into(), ..RenderPlugin::default() }
}

/// What the viewer draws with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Graphics {
    /// Its name and driver, for people.
    pub name: String,
    /// True for a program that stands for a graphics card, which is slow.
    pub software: bool,
}

/// Finds what the viewer would draw with.
///
/// # Errors
///
/// There is none, nor a program that stands for one.
pub fn find_graphics() -> Result<Graphics, NoGraphics> {
    let info = find_adapter()?.get_info();
    Ok(Graphics {
        name: format!("{} ({}, {})", info.name, info.backend, info.driver_info),
        software: info.device_type == wgpu::DeviceType::Cpu,
    })
}

fn find_adapter() -> Result<wgpu::Adapter, NoGraphics> {
    let mut wanted = wgpu::InstanceDescriptor::new_without_display_handle();
    wanted.backends = backends();
    // Nothing is drawn with it that would have to be watched.
    wanted.flags = wgpu::InstanceFlags::empty();
    adapter_of(&wgpu::Instance::new(wanted))
}

fn adapter_of(instance: &wgpu::Instance) -> Result<wgpu::Adapter, NoGraphics> {
    let options = wgpu::RequestAdapterOptions {
        power_preference: PowerPreference::HighPerformance,
        ..wgpu::RequestAdapterOptions::default()
    };
    bevy::tasks::block_on(instance.request_adapter(&options))
        .map_err(|error| NoGraphics { problem: error.to_string() })
}

/// Bevy's renderer on a card that does nothing, but claims to be able to do what the one at hand does: all work of the
/// viewer's is done, and none of a driver's.
///
/// # Errors
///
/// It cannot be had.
pub fn idle_renderer() -> Result<RenderPlugin, NoGraphics> {
    let mut wanted = wgpu::InstanceDescriptor::new_without_display_handle();
    wanted.backends = Backends::NOOP;
    wanted.backend_options.noop.enable = true;
    let instance = wgpu::Instance::new(wanted);
    let adapter = adapter_of(&instance)?;
    // What it can do with which texture it does not tell: those count that all cards can.
    let without =
        wgpu::Features::all_experimental_mask() | wgpu::Features::TEXTURE_ADAPTER_SPECIFIC_FORMAT_FEATURES;
    let (features, limits) = match find_adapter() {
        Ok(like) => (like.features() - without, like.limits()),
        Err(_) => (wgpu::Features::empty(), wgpu::Limits::default()),
    };
    let descriptor = wgpu::DeviceDescriptor {
        required_features: features,
        required_limits: limits.or_worse_values_from(&adapter.limits()),
        ..wgpu::DeviceDescriptor::default()
    };
    let (device, queue) = bevy::tasks::block_on(adapter.request_device(&descriptor))
        .map_err(|error| NoGraphics { problem: error.to_string() })?;
    let resources = RenderResources(
        RenderDevice::from(device),
        RenderQueue(Arc::new(WgpuWrapper::new(queue))),
        RenderAdapterInfo(WgpuWrapper::new(adapter.get_info())),
        RenderAdapter(Arc::new(WgpuWrapper::new(adapter))),
        RenderInstance(Arc::new(WgpuWrapper::new(instance))),
    );
    Ok(RenderPlugin { render_creation: RenderCreation::Manual(resources), ..RenderPlugin::default() })
}

/// What the renderer told of the frame it drew last.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Drawn {
    /// How many frames it drew.
    pub frames: u64,
    /// How many pipelines and parts are not ready, so that they are missing from the picture.
    pub pending: usize,
    /// The first pipeline that cannot be made, or other fault of drawing.
    pub fault: Option<String>,
    /// The graphics device was lost.
    pub lost: bool,
}

/// Reads [`Drawn`] from either side: the program's and the renderer's.
#[derive(Resource, Clone, Default)]
pub struct DrawWatch(Arc<Mutex<Drawn>>);

impl DrawWatch {
    /// What the renderer told last.
    pub fn drawn(&self) -> Drawn {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn update(&self, change: impl FnOnce(&mut Drawn)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Watches the renderer; a fault that it cannot go on with ends the program.
pub struct DrawWatchPlugin;

impl Plugin for DrawWatchPlugin {
    fn build(&self, app: &mut App) {
        let watch = DrawWatch::default();
        app.insert_resource(watch.clone()).insert_resource(RenderErrorHandler(give_up));
        if let Some(renderer) = app.get_sub_app_mut(RenderApp) {
            renderer.insert_resource(watch).add_systems(Render, report_frame.in_set(RenderSystems::Cleanup));
        }
    }
}

fn report_frame(
    watch: ResMut<DrawWatch>,
    pipelines: Res<PipelineCache>,
    late: Option<Res<MeshesToReextractNextFrame>>,
) {
    let mut pending = pipelines.waiting_pipelines().count() + late.map_or(0, |late| late.len());
    let mut fault = None;
    for pipeline in pipelines.pipelines() {
        match &pipeline.state {
            CachedPipelineState::Ok(_) => {}
            CachedPipelineState::Queued | CachedPipelineState::Creating(_) => {}
            // These are tried again: the shader is still being loaded.
            CachedPipelineState::Err(
                ShaderCacheError::ShaderNotLoaded(_) | ShaderCacheError::ShaderImportNotYetAvailable,
            ) => pending = pending.max(1),
            CachedPipelineState::Err(error) => fault = fault.or_else(|| Some(error.to_string())),
        }
    }
    watch.update(|drawn| {
        drawn.frames += 1;
        drawn.pending = pending;
        if drawn.fault.is_none() {
            drawn.fault = fault;
        }
    });
}

/// Keeps the reason and ends the program: what was drawn wrongly once is drawn wrongly again.
fn give_up(error: &RenderError, main_world: &mut World, _: &mut World) -> RenderErrorPolicy {
    if let Some(watch) = main_world.get_resource::<DrawWatch>() {
        watch.update(|drawn| {
            drawn.fault.get_or_insert_with(|| format!("{:?}: {}", error.ty, error.description));
            drawn.lost |= error.ty == ErrorType::DeviceLost;
        });
    }
    main_world.write_message(AppExit::error());
    RenderErrorPolicy::StopRendering
}
