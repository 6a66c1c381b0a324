// How a part is lit: its colour comes from one buffer, by the tag of its mesh instance.

#import bevy_pbr::{
    forward_io::{VertexOutput, FragmentOutput},
    mesh_functions::get_tag,
    pbr_fragment::pbr_input_from_standard_material,
    pbr_functions::{alpha_discard, apply_pbr_lighting, main_pass_post_lighting_processing},
}

// sRGB and alpha, 8 bits each, red lowest.
@group(#{MATERIAL_BIND_GROUP}) @binding(100) var<storage, read> colours: array<u32>;

fn linear(srgb: vec3<f32>) -> vec3<f32> {
    return select(pow((srgb + 0.055) / 1.055, vec3(2.4)), srgb / 12.92, srgb <= vec3(0.04045));
}

@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) is_front: bool) -> FragmentOutput {
    var pbr = pbr_input_from_standard_material(in, is_front);
    let colour = unpack4x8unorm(colours[get_tag(in.instance_index)]);
    pbr.material.base_color = alpha_discard(pbr.material, vec4(linear(colour.rgb), colour.a));
    // Faces that a file turned inside out, and those of mirrored parts, are lit like any other.
    let facing = select(-1.0, 1.0, dot(pbr.N, pbr.V) >= 0.0);
    pbr.N *= facing;
    pbr.world_normal *= facing;
    var out: FragmentOutput;
    out.color = main_pass_post_lighting_processing(pbr, apply_pbr_lighting(pbr));
    return out;
}
