//! Which types are stored, field by field.
//!
//! Each list names all fields of its type: the patterns and expressions that are made of it do not compile
//! with one too few or too many, so a field that a type gains cannot be forgotten here.

use crate::store::{Corrupt, Reader, Store, Writer};
use groma_geometry::{Instance, Mesh, Shapes};
use groma_model::process::{
    Cost, Lag, LagValue, ProcessObject, Recurrence, Resource, ResourceTime, Sequence, Task, TaskTime, Use,
    WorkCalendar, WorkControl, WorkTime,
};
use groma_model::{
    Body, Class, Classification, Crs, Element, ElementId, ElementKey, Header, Layer, MapConversion, Material,
    MaterialKind, Model, NoShape, PathConnection, PathEnd, Place, PresentationLayer, Processes, Property,
    PropertySet, ReferenceValue, Relations, ShapeStatus, SpaceBoundary, SpatialNode, SpatialTree, System,
    TableValue, TypeObject, Units, Value,
};
use std::sync::Arc;

macro_rules! structs {
    ($($type:ident { $($field:ident),* $(,)? })*) => { $(
        impl Store for $type {
            fn write(&self, out: &mut Writer) {
                let Self { $($field),* } = self;
                $($field.write(out);)*
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
                Ok(Self { $($field: Store::read(input)?),* })
            }
        }
    )* };
}

macro_rules! enums {
    ($($type:ident {
        $($tag:literal $variant:ident $(($($item:ident),*))? $({ $($field:ident),* })?),* $(,)?
    })*) => { $(
        impl Store for $type {
            fn write(&self, out: &mut Writer) {
                match self {
                    $(Self::$variant $(($($item),*))? $({ $($field),* })? => {
                        out.byte($tag);
                        $($($item.write(out);)*)?
                        $($($field.write(out);)*)?
                    })*
                }
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
                input.nested(|input| Ok(match input.byte()? {
                    $($tag => Self::$variant
                        $(($({ let $item = Store::read(input)?; $item }),*))?
                        $({ $($field: Store::read(input)?),* })?,)*
                    _ => return Err(Corrupt),
                }))
            }
        }
    )* };
}

structs! {
    Model {
        label, header, units, place, elements, types, property_sets, project_property_sets, materials,
        classifications, bodies, systems, presentation_layers, processes, spatial, relations,
    }
    Header { schema, exporter, time_stamp, description, bytes, entities }
    Units { length, length_name, angle, area, volume }
    Place { map, crs, site, offset_in_placements, true_north, latitude, longitude, elevation }
    MapConversion { crs, eastings, northings, height, rotation, scale }
    Crs { name, epsg, description, geodetic_datum, vertical_datum, map_projection, map_zone, map_unit }
    ElementKey { model, global_id }
    Element {
        key, express_id, class, predefined_type, name, description, object_type, tag, type_object, placement,
        container, whole, property_sets, materials, classifications, body, layer, attributes,
    }
    Body { styles, profiles }
    TypeObject {
        global_id, express_id, class, name, description, tag, predefined_type, property_sets, materials,
        classifications, attributes,
    }
    PropertySet { name, global_id, quantities, predefined, properties }
    Property { name, value, unit }
    TableValue { defining, defined }
    ReferenceValue { class, name }
    Material { kind, name, description, category, layers, styles, property_sets }
    Layer { material, single, name, category, thickness, ventilated, fraction, profile }
    Classification { system, edition, identification, name, location, parent }
    System {
        global_id, class, name, long_name, description, object_type, predefined_type, members, groups, serves,
        property_sets, classifications, attributes,
    }
    PresentationLayer { name, description, identifier, elements }
    SpatialTree { project, project_id, nodes }
    SpatialNode { element, parent, children, elevation, contains }
    Relations {
        voids, fills, projections, aggregates, connects, paths, covers, covers_spaces, space_boundaries,
        references, interferes, flow_controls, ports, port_connections,
    }
    PathConnection { relating, related, relating_end, related_end }
    SpaceBoundary { space, element, global_id, physical, internal, level }
    Processes { tasks, sequences, work_controls, calendars, resources }
    ProcessObject {
        global_id, express_id, class, name, description, object_type, identification, long_description,
        predefined_type, type_object, property_sets, classifications, attributes, calendar, parent, children,
    }
    Task {
        object, status, work_method, is_milestone, priority, time, work_controls, inputs, outputs, types,
        groups, resources,
    }
    Use { resource, quantity }
    TaskTime {
        name, data_origin, duration_type, schedule_duration, schedule_start, schedule_finish, early_start,
        early_finish, late_start, late_finish, free_float, total_float, start_float, finish_float,
        is_critical, status_time, actual_duration, actual_start, actual_finish, remaining_time, completion,
        recurrence,
    }
    Sequence { global_id, name, description, predecessor, successor, kind, lag }
    Lag { name, data_origin, value, duration_type }
    WorkControl {
        object, creation_date, creators, purpose, duration, total_float, start_time, finish_time, tasks,
        resources, baseline_of,
    }
    WorkCalendar { object, working_times, exception_times }
    WorkTime { name, data_origin, recurrence, start, finish }
    Recurrence { kind, days, weekdays, months, position, interval, occurrences, periods }
    Resource { object, usage, costs, base_quantity, elements, actors }
    ResourceTime {
        name, data_origin, schedule_work, schedule_usage, schedule_start, schedule_finish, schedule_contour,
        leveling_delay, is_over_allocated, status_time, actual_work, actual_usage, actual_start,
        actual_finish, remaining_work, remaining_usage, completion,
    }
    Cost { name, category, value, unit, basis }
    Shapes { meshes, instances, status }
    Instance { element, mesh, placement, colour }
}

enums! {
    Value {
        0 Text(text),
        1 Real { value, measure },
        2 Integer(number),
        3 Logical(logical),
        4 List(list),
        5 Bounded { lower, upper, set_point },
        6 Table(table),
        7 Reference(reference),
    }
    MaterialKind { 0 Single, 1 List, 2 Layers, 3 Constituents, 4 Profiles }
    PathEnd { 0 Start, 1 Between, 2 End, 3 Unknown }
    LagValue { 0 Duration(text), 1 Ratio(ratio) }
    NoShape { 0 NoRepresentation, 1 NotABody, 2 ShapeInParts, 3 Empty, 4 ShapeOnType, 5 Void }
    ShapeStatus { 0 Meshed, 1 NoShape(why), 2 Failed(code) }
}

impl Store for ElementId {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        u32::read(input).map(Self)
    }
}

impl Store for Class {
    fn write(&self, out: &mut Writer) {
        out.class(self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        input.class()
    }
}

impl Store for Arc<Mesh> {
    /// Points that f32 holds exactly, as those of the geometry kernel are, take half the space.
    fn write(&self, out: &mut Writer) {
        let Mesh { positions, triangles } = &**self;
        let all = || positions.iter().flat_map(|p| p.to_array());
        let short = all().all(|x| f64::from(x as f32).to_bits() == x.to_bits());
        short.write(out);
        out.number(positions.len() as u64);
        all().for_each(|x| if short { (x as f32).write(out) } else { x.write(out) });
        out.number(triangles.len() as u64);
        triangles.as_flattened().iter().for_each(|i| out.bytes.extend_from_slice(&i.to_le_bytes()));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let short = bool::read(input)?;
        let size = if short { 4 } else { 8 };
        let count = input.count(3 * size)?;
        let bytes = input.take(count * 3 * size)?;
        let point = |p: &[u8]| {
            glam::DVec3::from_array(std::array::from_fn(|k| {
                let at = &p[k * size..];
                match at.first_chunk() {
                    Some(x) if !short => f64::from_le_bytes(*x),
                    _ => at.first_chunk().map_or(0.0, |x| f64::from(f32::from_le_bytes(*x))),
                }
            }))
        };
        let positions: Vec<_> = bytes.chunks_exact(3 * size).map(point).collect();
        let count = input.count(12)?;
        let bytes = input.take(count * 12)?;
        let index = |b: &[u8]| b.first_chunk().map_or(0, |b| u32::from_le_bytes(*b));
        let triangles: Vec<[u32; 3]> =
            bytes.chunks_exact(12).map(|t| [index(t), index(&t[4..]), index(&t[8..])]).collect();
        if triangles.as_flattened().iter().any(|&i| i as usize >= positions.len()) {
            return Err(Corrupt);
        }
        Ok(Self::new(Mesh { positions, triangles }))
    }
}
