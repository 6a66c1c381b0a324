//! The geometry kernel: what it needs to know of a file, and the meshing of one element.

use crate::attributes::Step;
use crate::budget::{self, Ended, contained};
use crate::cost;
use crate::meshes;
use crate::scan::{Row, Scan};
use crate::solids::Looks;
use glam::{DAffine3, DMat4, DVec3};
use groma_geometry::Mesh;
use groma_model::Units;
use ifc_lite_core::EntityDecoder;
use ifc_lite_geometry::{
    BoolFailureReason, GeometryRouter, ItemDedupCache, MappedInstancePlan, RouterConfig,
    SharedBrepSignatureCache, SharedMappedItemCache, compose_instance_world_row_major,
};
use ifc_lite_processing::element::{
    ElementJobKind, ElementMeshJob, MeshProductionOptions, OwnedMeshProductionContext,
    OwnedMeshProductionData, ProductionModel, produce_element_meshes_owned,
};
use ifc_lite_processing::execution::{
    JobSpan, RouterCaches, SchedulerPolicy, build_router, decode_job, job_type,
};
use ifc_lite_processing::prepass::{
    PrepassSpans, ResolveOptions, Span, merge_indexed_colours, resolve_prepass,
};
use ifc_lite_processing::{MeshData, MeshFrame, style};
use rustc_hash::{FxHashMap, FxHashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// Where the attribute `Representation` of a product stands.
const REPRESENTATION: usize = 6;

/// What all elements of a file share.
pub(crate) struct Kernel<'a> {
    step: Step<'a>,
    units: Units,
    offset: DVec3,
    context: Arc<OwnedMeshProductionContext>,
    /// The same without openings.
    uncut: Arc<OwnedMeshProductionContext>,
    colours: FxHashMap<u32, [f32; 4]>,
    plan: MappedInstancePlan,
    flat: Option<Arc<FxHashSet<u32>>>,
    /// What the file says of looks and openings, for the meshes of our own.
    pub(crate) looks: Looks,
    items: ItemDedupCache,
    brep_signatures: SharedBrepSignatureCache,
    mapped: SharedMappedItemCache,
    placements: Vec<Mutex<FxHashMap<u32, [f64; 16]>>>,
}

/// True where as much surface is left as there was.
fn same_area(cut: &Produced, uncut: &Produced) -> bool {
    let area = |produced: &Produced| produced.parts.iter().map(|part| part.mesh.area()).sum::<f64>();
    (area(cut) - area(uncut)).abs() <= 1e-9 * area(uncut)
}

/// What became of one element.
#[derive(Default)]
pub(crate) struct Produced {
    pub(crate) parts: Vec<Part>,
    pub(crate) occurrences: Vec<Occurrence>,
    /// Boolean operations that were not carried out.
    pub(crate) uncut: Vec<String>,
    /// The openings that the kernel read, by instance name.
    pub(crate) openings: Vec<u32>,
    /// Items that were left out, by class.
    pub(crate) dropped: Vec<String>,
    /// True for meshes of our own, for which nothing was missing.
    pub(crate) own: bool,
    /// What its shape names and the file does not hold, as words.
    pub(crate) missing: Vec<String>,
    /// True when its openings leave nothing of it.
    pub(crate) consumed: bool,
    /// Why the kernel did not come to an end.
    pub(crate) ended: Option<Ended>,
}

/// A mesh of an element; parts of several elements may share it.
pub(crate) struct Part {
    pub(crate) mesh: Arc<Mesh>,
    pub(crate) placement: DAffine3,
    pub(crate) colour: [f32; 4],
    /// The map that other elements use it through, and its own placement by that map.
    pub(crate) template: Option<(u128, DAffine3)>,
    pub(crate) item: Option<u32>,
}

/// A use of a mesh that stands with another element.
pub(crate) struct Occurrence {
    pub(crate) map: u128,
    pub(crate) world: DAffine3,
    pub(crate) colour: [f32; 4],
}

impl<'a> Kernel<'a> {
    /// Reads styles, openings and mapped items of the file.
    pub(crate) fn new(step: Step<'a>, units: &Units) -> Self {
        let _span = tracing::info_span!("prepare kernel").entered();
        let mut decoder = step.scan.decoder(step.bytes).with_strict_reals();
        decoder.seed_unit_scales(units.length, units.angle);
        let spans = PrepassSpans {
            styled_items: spans(step.scan, &["IFCSTYLEDITEM"]),
            indexed_colour_maps: spans(step.scan, &["IFCINDEXEDCOLOURMAP"]),
            material_def_reprs: spans(step.scan, &["IFCMATERIALDEFINITIONREPRESENTATION"]),
            rel_associates_material: spans(step.scan, &["IFCRELASSOCIATESMATERIAL"]),
            void_rels: spans(step.scan, &["IFCRELVOIDSELEMENT"]),
            fills_rels: Vec::new(),
            aggregate_rels: spans(step.scan, &["IFCRELAGGREGATES"]),
            defines_by_type: spans(step.scan, &["IFCRELDEFINESBYTYPE"]),
        };
        // Where looks cannot be read, openings still are.
        let voids = PrepassSpans { void_rels: spans.void_rels.clone(), ..PrepassSpans::default() };
        let mut resolved = contained(|| resolve_prepass(&spans, &mut decoder, ResolveOptions::default()))
            .or_else(|| contained(|| resolve_prepass(&voids, &mut decoder, ResolveOptions::default())))
            .unwrap_or_else(|| {
                resolve_prepass(&PrepassSpans::default(), &mut decoder, ResolveOptions::default())
            });
        merge_indexed_colours(&mut resolved.geometry_style_index, &resolved.indexed_colour_index);

        let mut colours: FxHashMap<u32, [f32; 4]> =
            resolved.geometry_style_index.iter().map(|(&id, style)| (id, style.color)).collect();
        // One entry for each element, so the order of the table does not matter.
        let of_materials = resolved.element_material_colors.iter();
        of_materials.for_each(|(&element, of_materials)| {
            if let Some(colour) = style::element_material_fallback_color(of_materials) {
                colours.entry(element).or_insert(colour);
            }
        });
        let flat = style::indexed_colour_split_guard_ids(&resolved.indexed_colour_full);
        let torn: FxHashSet<u32> = resolved.indexed_colour_full.keys().copied().collect();
        let offset = offset(step, units, &mut decoder);
        let looks = Looks {
            styles: Arc::new(resolved.geometry_style_index),
            materials: Arc::new(resolved.element_material_colors),
            voids: Arc::new(resolved.void_index),
            torn: Arc::new(torn),
        };
        let data = OwnedMeshProductionData {
            void_index: looks.voids.clone(),
            geometry_style_index: looks.styles.clone(),
            indexed_colour_full: Arc::new(resolved.indexed_colour_full),
            element_material_colors: looks.materials.clone(),
            texture_index: Arc::default(),
            site_local_rotation: None,
        };
        let snapshot = |data| ProductionModel::new().snapshot(data);
        Self {
            step,
            units: units.clone(),
            offset,
            uncut: snapshot(OwnedMeshProductionData { void_index: Arc::default(), ..data.clone() }),
            context: snapshot(data),
            colours,
            looks,
            plan: Arc::new(plan(step)),
            flat,
            items: GeometryRouter::new_dedup_cache(),
            brep_signatures: GeometryRouter::new_brep_signature_cache(),
            mapped: GeometryRouter::new_mapped_item_cache(),
            placements: (0..rayon::current_num_threads().max(1)).map(|_| Mutex::default()).collect(),
        }
    }

    /// Meshes one element. A panic of the kernel ends this element alone, and so does too much work; openings
    /// that are too much work are left out.
    pub(crate) fn mesh(&self, row: Row, slot: usize) -> Produced {
        let ended = |ended| Produced { ended: Some(ended), ..Produced::default() };
        let id = self.step.scan.id(row);
        let openings = self.looks.voids.get(&id).map_or(&[][..], |ids| ids);
        let shapes: Vec<(u32, usize)> = openings.iter().map(|&id| (id, REPRESENTATION)).collect();
        let cost = cost::estimate(self.step, (id, slot), &shapes);
        if cost.is_body_too_much() {
            return ended(Ended::OverBudget);
        }
        let uncut =
            || budget::within(budget::ELEMENT, || self.produce(row, &self.uncut)).unwrap_or_else(ended);
        if !openings.is_empty() && cost.are_openings_too_much() {
            return uncut();
        }
        match budget::within(budget::ELEMENT, || self.produce(row, &self.context)) {
            Ok(mut produced) => {
                let is_open = || produced.parts.iter().any(|part| !part.mesh.is_closed());
                // The kernel may leave an open host as it is, and says nothing.
                if !openings.is_empty() && is_open() && same_area(&produced, &uncut()) {
                    produced.openings.clear();
                }
                produced
            }
            Err(Ended::OverBudget) if !openings.is_empty() => uncut(),
            Err(why) => ended(why),
        }
    }

    fn produce(&self, row: Row, context: &Arc<OwnedMeshProductionContext>) -> Produced {
        let mut produced = Produced::default();
        let (start, end) = self.step.scan.span(row);
        let span = JobSpan { id: self.step.scan.id(row), start, end };
        // A thread that waits inside the kernel may take up another element: it finds its cache in use.
        let thread = rayon::current_thread_index().unwrap_or(0) % self.placements.len();
        let mut cache = self.placements[thread].try_lock().ok();
        let mut decoder = self.step.scan.decoder(self.step.bytes).with_strict_reals();
        if let Some(cache) = cache.as_deref_mut() {
            decoder.set_placement_transform_cache(std::mem::take(cache));
        }
        decoder.seed_unit_scales(self.units.length, self.units.angle);
        self.produce_with(&mut decoder, span, context, &mut produced);
        if let Some(cache) = cache.as_deref_mut() {
            *cache = decoder.take_placement_transform_cache();
        }
        produced
    }

    fn produce_with(
        &self,
        decoder: &mut EntityDecoder<'_>,
        span: JobSpan,
        context: &Arc<OwnedMeshProductionContext>,
        produced: &mut Produced,
    ) {
        let Ok(entity) = decode_job(decoder, span, SchedulerPolicy::PerJob) else {
            produced.dropped.push("the record itself".into());
            return;
        };
        let router = self.router();
        let job = ElementMeshJob {
            id: span.id,
            ifc_type: job_type(&entity, self.step.bytes, span, None),
            entity: &entity,
            kind: ElementJobKind::Product,
            element_color: style::resolve_element_color(&entity, &self.colours, decoder),
            metadata: None,
        };
        let options = MeshProductionOptions::default();
        let Ok(made) = produce_element_meshes_owned(&job, context, &options, decoder, &router) else {
            return;
        };
        let mut dropped: Vec<String> = router.take_unsupported_items().into_keys().collect();
        dropped.sort();
        produced.dropped = dropped;
        if decoder.refused_records() > 0 {
            let mut ids = decoder.refused_record_ids();
            ids.sort_unstable();
            produced.dropped.extend(ids.first().map(|id| format!("#{id}")));
        }
        produced.openings = router
            .take_host_opening_diagnostics()
            .remove(&span.id)
            .map_or_else(Vec::new, |host| host.openings.iter().map(|o| o.opening_id).collect());
        produced.consumed = router.host_consumed_by_void(span.id);
        produced.uncut = made
            .csg_failures
            .values()
            .flatten()
            .filter(|failure| is_loss(&failure.reason))
            .map(|failure| failure.reason.label().to_owned())
            .collect();
        produced.uncut.sort();
        produced.uncut.dedup();
        for mesh in made.meshes {
            self.add(mesh, produced);
        }
        produced.occurrences = made
            .instance_occurrences
            .into_iter()
            .map(|o| Occurrence {
                map: o.rep_identity,
                world: affine(&o.world_transform),
                colour: linear(o.color),
            })
            .collect();
    }

    fn router(&self) -> GeometryRouter {
        let config = RouterConfig {
            unit_scale: self.units.length,
            rtc_offset: self.offset.into(),
            ..RouterConfig::default()
        };
        let caches = RouterCaches {
            items: self.items.clone(),
            brep_signatures: self.brep_signatures.clone(),
            mapped_items: self.mapped.clone(),
        };
        build_router(config, SchedulerPolicy::PerJob, caches, None, Some(&self.plan), self.flat.as_ref())
    }

    fn add(&self, made: MeshData, produced: &mut Produced) {
        let mesh = meshes::indexed(&made.positions, &made.indices);
        if mesh.triangles.is_empty() {
            return;
        }
        let part = Part {
            mesh: Arc::new(mesh),
            placement: DAffine3::from_translation(DVec3::from_array(made.origin) + self.offset),
            colour: linear(made.color),
            template: made
                .instance
                .as_ref()
                .filter(|meta| meta.instanceable)
                .map(|meta| (meta.rep_identity, affine(&compose_instance_world_row_major(meta)))),
            item: made.geometry_item_id,
        };
        // The pieces of one item that differ in colour are one body.
        let torn = part.item.is_some_and(|item| self.looks.torn.contains(&item));
        match produced.parts.last_mut().filter(|last| torn && last.item == part.item) {
            Some(last) => {
                let shift = part.placement.translation - last.placement.translation;
                meshes::join(Arc::make_mut(&mut last.mesh), &part.mesh, shift);
                last.template = None;
            }
            None => produced.parts.push(part),
        }
    }

    /// The mesh of a map in its own coordinates, for uses of it that found no template.
    pub(crate) fn source(&self, map: u128) -> Option<(Mesh, DVec3)> {
        let id = u32::try_from(map).ok()?;
        let source = self.mapped.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()?;
        let mesh = meshes::indexed(&source.positions, &source.indices);
        (!mesh.triangles.is_empty()).then(|| (mesh, DVec3::from_array(source.origin)))
    }
}

/// True when a boolean operation was left out, so that the body is not what the file says. The other reasons
/// are remarks: nothing to cut, or a result whose topology is open in the kernel's eyes.
fn is_loss(reason: &BoolFailureReason) -> bool {
    !matches!(
        reason,
        BoolFailureReason::NoBoundsOverlap
            | BoolFailureReason::KernelError(_)
            | BoolFailureReason::CutterUnionUnavailable
    )
}

fn spans(scan: &Scan, keywords: &[&str]) -> Vec<Span> {
    let mut rows: Vec<Row> = keywords.iter().flat_map(|k| scan.rows(k)).collect();
    rows.sort_unstable();
    rows.into_iter()
        .map(|row| {
            let (start, end) = scan.span(row);
            (scan.id(row), start, end)
        })
        .collect()
}

/// How often each map is used, and the first of its uses, for maps that are used more than once.
fn plan(step: Step<'_>) -> FxHashMap<u32, (u32, u32)> {
    let mut plan: FxHashMap<u32, (u32, u32)> = FxHashMap::default();
    for row in step.scan.rows("IFCMAPPEDITEM") {
        let Some(map) = step.attributes(row).and_then(|a| a.reference(0)) else { continue };
        let id = step.scan.id(row);
        let uses = plan.entry(map).or_insert((0, id));
        *uses = (uses.0 + 1, uses.1.min(id));
    }
    plan.retain(|_, (count, _)| *count >= 2);
    plan
}

/// What is taken off all coordinates before they become f32: where the site stands, or where the kernel
/// finds the model far out.
fn offset(step: Step<'_>, units: &Units, decoder: &mut EntityDecoder<'_>) -> DVec3 {
    let router =
        GeometryRouter::from_config(RouterConfig { unit_scale: units.length, ..RouterConfig::default() });
    let found = catch_unwind(AssertUnwindSafe(|| {
        let site = step.scan.rows("IFCSITE").next().and_then(|row| {
            let (start, end) = step.scan.span(row);
            let site = decoder.decode_at(start, end).ok()?;
            router.resolve_scaled_placement(&site, decoder).ok()
        });
        let far = router.detect_rtc_offset_for_file(step.bytes, decoder);
        MeshFrame::select(site.as_ref().map(|m| &m[..]), far).rtc_offset()
    }));
    found.ok().map(DVec3::from).filter(|o| o.is_finite()).unwrap_or(DVec3::ZERO)
}

fn affine(row_major: &[f64; 16]) -> DAffine3 {
    DAffine3::from_mat4(DMat4::from_cols_array(row_major).transpose())
}

/// From the display colour that IFC writes to linear light.
pub(crate) fn linear(colour: [f32; 4]) -> [f32; 4] {
    let [r, g, b, a] = colour.map(|c| c.clamp(0.0, 1.0));
    let decode = |c: f32| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    [decode(r), decode(g), decode(b), a]
}
