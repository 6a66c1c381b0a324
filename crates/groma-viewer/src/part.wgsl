// How a part stands and is lit. Its own colour and element come from one buffer, by its tag; how the
// element looks at this moment from another; what is cut away from a uniform.

#import bevy_pbr::{
    mesh_functions,
    mesh_functions::get_tag,
    mesh_view_bindings::view,
    pbr_fragment::pbr_input_from_standard_material,
    pbr_functions::alpha_discard,
    utils::octahedral_decode_signed,
    view_transformations::position_world_to_clip,
}
#ifdef PREPASS_PIPELINE
#import bevy_pbr::prepass_io::FragmentOutput

// As bevy's, but for what is of no use here.
struct VertexOutput {
    @builtin(position) position: vec4<f32>,
    @location(0) world_position: vec4<f32>,
    @location(1) @interpolate(flat, first) tag: u32,
#ifdef UNCLIPPED_DEPTH_ORTHO_EMULATION
    @location(2) unclipped_depth: f32,
#endif
}
#else
#import bevy_pbr::{
    forward_io,
    forward_io::FragmentOutput,
    pbr_functions::{apply_pbr_lighting, main_pass_post_lighting_processing},
}

// As bevy's, but for the normal: a triangle has that of its first point, so that triangles can share points.
struct VertexOutput {
    @builtin(position) position: vec4<f32>,
    @location(0) world_position: vec4<f32>,
    @location(1) @interpolate(flat, first) world_normal: vec3<f32>,
    @location(6) @interpolate(flat, first) instance_index: u32,
    @location(7) @interpolate(flat, first) tag: u32,
}
#endif

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    // The normal as a place on an octahedron, 12 bits each way; the number of its part among those drawn with it.
    @location(1) face: u32,
}

struct Cut {
    // What lies on the negative side of any of these is cut away.
    planes: array<vec4<f32>, 12>,
    count: u32,
    // In views that begin to the right of this pixel, elements look as the second half of `looks` says.
    split: f32,
    // How many elements there are.
    elements: u32,
    padding: u32,
}

// Of each part: sRGB and alpha, 8 bits each, red lowest; then its element, with CLOSED and TURNED above it.
@group(#{MATERIAL_BIND_GROUP}) @binding(100) var<storage, read> parts: array<vec2<u32>>;
// Of each element: a colour in the place of the part's where its alpha is not 0; then flags.
@group(#{MATERIAL_BIND_GROUP}) @binding(101) var<storage, read> looks: array<vec2<u32>>;
// Of each element: its lowest and highest point.
@group(#{MATERIAL_BIND_GROUP}) @binding(102) var<storage, read> extents: array<vec2<f32>>;
@group(#{MATERIAL_BIND_GROUP}) @binding(103) var<storage, read> cut: Cut;

const ELEMENT: u32 = 0x3fffffffu;
const CLOSED: u32 = 0x40000000u;
// The mesh is inside out, or its placement mirrors it.
const TURNED: u32 = 0x80000000u;
const HIDDEN: u32 = 1u;
const GHOST: u32 = 2u;
const SELECTED: u32 = 4u;
const SHEER: u32 = 8u;

fn look_of(part: vec2<u32>) -> vec2<u32> {
    let second = view.viewport.x >= cut.split;
    return looks[(part.y & ELEMENT) + select(0u, cut.elements, second)];
}

fn normal_of(face: u32) -> vec3<f32> {
    let place = vec2<f32>(vec2(face, face >> 12u) & vec2(0xfffu));
    return octahedral_decode_signed((place - 2048.0) / 2047.0);
}

@vertex
fn vertex(vertex: Vertex) -> VertexOutput {
    var out: VertexOutput;
    let world = mesh_functions::get_world_from_local(vertex.instance_index);
    out.world_position = mesh_functions::mesh_position_local_to_world(world, vec4(vertex.position, 1.0));
    // In a sheet of parts tags are counted from that of its first.
    let tag = get_tag(vertex.instance_index) + (vertex.face >> 24u);
    let part = parts[tag];
    let look = look_of(part);
    let grown = (look.y >> 8u) & 0xffu;
    if grown < 255u {
        // What is under way stands up to a height; above it, it is pressed flat.
        let extent = extents[part.y & ELEMENT];
        out.world_position.y = min(out.world_position.y, mix(extent.x, extent.y, f32(grown) / 255.0));
    }
    out.position = position_world_to_clip(out.world_position.xyz);
    if (look.y & HIDDEN) != 0u {
        // Beyond the far plane: no pixel of it is ever worked on.
        out.position = vec4(0.0, 0.0, -2.0, 1.0);
    }
#ifdef PREPASS_PIPELINE
#ifdef UNCLIPPED_DEPTH_ORTHO_EMULATION
    out.unclipped_depth = out.position.z;
    out.position.z = min(out.position.z, 1.0);
#endif
#else
    out.world_normal = mesh_functions::mesh_normal_local_to_world(normal_of(vertex.face), vertex.instance_index);
    out.instance_index = vertex.instance_index;
#endif
    out.tag = tag;
    return out;
}

fn linear(srgb: vec3<f32>) -> vec3<f32> {
    return select(pow((srgb + 0.055) / 1.055, vec3(2.4)), srgb / 12.92, srgb <= vec3(0.04045));
}

// Whether a pixel belongs to the screen of dots that ghosts are drawn as.
fn is_dot(at: vec4<f32>) -> bool {
    let x = u32(at.x);
    let y = u32(at.y);
    return (x % 3u) == 0u && (y % 2u) == ((x / 3u) % 2u);
}

// Every second pixel, so that it is seen through ghosts before it, and what is inside through it.
fn is_sheer(at: vec4<f32>) -> bool {
    return ((u32(at.x) + u32(at.y)) % 2u) == 0u;
}

fn is_away(position: vec3<f32>, flags: u32, at: vec4<f32>) -> bool {
    for (var i = 0u; i < cut.count; i++) {
        if dot(cut.planes[i], vec4(position, 1.0)) < 0.0 {
            return true;
        }
    }
    return (flags & HIDDEN) != 0u
        || ((flags & GHOST) != 0u && !is_dot(at))
        || ((flags & SHEER) != 0u && !is_sheer(at));
}

#ifdef PREPASS_PIPELINE

@fragment
fn fragment(in: VertexOutput)
#ifdef PREPASS_FRAGMENT
    -> FragmentOutput
#endif
{
    let part = parts[in.tag];
    if is_away(in.world_position.xyz, look_of(part).y, in.position) {
        discard;
    }
#ifdef PREPASS_FRAGMENT
    var out: FragmentOutput;
#ifdef UNCLIPPED_DEPTH_ORTHO_EMULATION
    out.frag_depth = in.unclipped_depth;
#endif
    return out;
#endif
}

#else

// Darker where the pattern of an element is.
fn pattern(kind: u32, position: vec3<f32>, normal: vec3<f32>, at: vec4<f32>) -> f32 {
    var dark = false;
    switch kind {
        case 1u: { dark = fract((at.x + at.y) / 12.0) < 0.34; }
        case 2u: { dark = fract((at.x + at.y) / 12.0) < 0.25 || fract((at.x - at.y) / 12.0) < 0.25; }
        case 3u: { dark = length(fract(at.xy / 9.0) - vec2(0.5)) < 0.27; }
        case 4u: { dark = fract(at.y / 8.0) < 0.3; }
        default: {}
    }
    return select(1.0, 0.55, dark);
}

@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) is_front: bool) -> FragmentOutput {
    let part = parts[in.tag];
    let look = look_of(part);
    if is_away(in.world_position.xyz, look.y, in.position) {
        discard;
    }
    let own = unpack4x8unorm(part.x);
    let given = unpack4x8unorm(look.x);
    var colour = vec4(linear(select(own.rgb, given.rgb, given.a > 0.0)), own.a);
    colour = vec4(colour.rgb * pattern((look.y >> 4u) & 15u, in.world_position.xyz, in.world_normal, in.position), colour.a);
    if (look.y & GHOST) != 0u {
        colour = vec4(mix(colour.rgb, vec3(0.32, 0.34, 0.37), 0.8), 1.0);
    }
    let selected = (look.y & SELECTED) != 0u;
    if selected {
        colour = vec4(mix(colour.rgb, vec3(1.0, 0.62, 0.05), 0.65), max(colour.a, 0.6));
    }
    var out: FragmentOutput;
    let inside = is_front == ((part.y & TURNED) != 0u);
    if cut.count > 0u && inside && (part.y & CLOSED) != 0u && (look.y & (GHOST | SHEER)) == 0u && own.a > 0.99 {
        // The inside of a solid that hides what is behind it is seen only through a cut: it is drawn as if the cut
        // were filled.
        let stripe = fract((in.position.x - in.position.y) / 10.0) < 0.3;
        out.color = vec4(colour.rgb * select(0.62, 0.28, stripe), 1.0);
        return out;
    }
    var seen: forward_io::VertexOutput;
    seen.position = in.position;
    seen.world_position = in.world_position;
    seen.world_normal = in.world_normal;
    seen.instance_index = in.instance_index;
    var pbr = pbr_input_from_standard_material(seen, is_front);
    pbr.material.base_color = alpha_discard(pbr.material, colour);
    // Faces that a file turned inside out, and those of mirrored parts, are lit like any other.
    let facing = select(-1.0, 1.0, dot(pbr.N, pbr.V) >= 0.0);
    pbr.N *= facing;
    pbr.world_normal *= facing;
    if selected {
        pbr.material.emissive = vec4(0.22, 0.11, 0.0, 0.0);
    }
    out.color = main_pass_post_lighting_processing(pbr, apply_pbr_lighting(pbr));
    return out;
}

#endif
