//! What the tests of reading share.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use glam::DVec3;
use groma_geometry::Shapes;
use groma_ifc::{Source, read_model};
use groma_model::{Coverage, Diagnostics, Element, Model};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// A STEP file with these records in metres; the project is `#1` and its context `#9`.
pub(crate) fn step(schema: &str, data: &str) -> Vec<u8> {
    format!(
        "ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((''),'2;1');\nFILE_NAME('','',(''),(''),'','','');\n\
         FILE_SCHEMA(('{schema}'));\nENDSEC;\nDATA;\n\
         #1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,(#9),#2);\n\
         #2=IFCUNITASSIGNMENT((#3,#4));\n#3=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);\n\
         #4=IFCSIUNIT(*,.PLANEANGLEUNIT.,$,.RADIAN.);\n#5=IFCCARTESIANPOINT((0.,0.,0.));\n\
         #6=IFCDIRECTION((0.,0.,1.));\n#7=IFCDIRECTION((1.,0.,0.));\n#8=IFCAXIS2PLACEMENT3D(#5,#6,#7);\n\
         #9=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-05,#8,$);\n\
         {data}\nENDSEC;\nEND-ISO-10303-21;\n"
    )
    .into_bytes()
}

/// A source of these bytes.
pub(crate) fn source(bytes: Vec<u8>) -> Source {
    Source::from_bytes(bytes, Path::new("test.ifc")).unwrap()
}

/// The model of these bytes, and what was said.
pub(crate) fn model(bytes: Vec<u8>) -> (Model, Diagnostics) {
    read_model(&source(bytes), &Arc::from("m"), &()).unwrap()
}

/// Model, shapes and all that was said.
pub(crate) fn all(source: &Source, label: &str) -> (Model, Shapes, Diagnostics) {
    let (model, shapes, said) = groma_ifc::read(source, &Arc::from(label), &(), &()).unwrap();
    let coverage: Coverage = shapes.coverage();
    assert_eq!(coverage.elements, model.elements.len());
    assert_eq!(coverage.meshed + coverage.no_shape + coverage.failed, coverage.elements);
    for instance in &shapes.instances {
        assert!(instance.placement.is_finite());
        let mesh = &shapes.meshes[instance.mesh as usize];
        assert!(mesh.positions.iter().all(|p| p.is_finite()));
        assert!(mesh.triangles.iter().flatten().all(|&i| (i as usize) < mesh.positions.len()));
    }
    assert!(shapes.instances.is_sorted_by_key(|i| i.element));
    (model, shapes, said)
}

/// The element with a name.
pub(crate) fn named<'m>(model: &'m Model, name: &str) -> &'m Element {
    model
        .elements
        .iter()
        .find(|e| e.name.as_deref() == Some(name))
        .unwrap_or_else(|| panic!("no element {name}"))
}

/// Each diagnostic in a line: code, instance, detail.
pub(crate) fn told(said: &Diagnostics) -> String {
    said.iter()
        .map(|d| {
            let id = d.location.express_id.map_or_else(String::new, |id| format!(" #{id}"));
            let detail = d.detail.as_deref().map_or_else(String::new, |d| format!(" {d}"));
            format!("{}{id}{detail}\n", d.code)
        })
        .collect()
}

/// Runs on a pool of so many threads with stacks for the kernel.
pub(crate) fn with_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(64 << 20).build().unwrap().install(run)
}

/// Box and volume of each element that has a mesh, by GlobalId, in metres.
pub(crate) fn extents(model: &Model, shapes: &Shapes) -> BTreeMap<String, (DVec3, DVec3, f64)> {
    let mut found: BTreeMap<String, (DVec3, DVec3, f64)> = BTreeMap::new();
    for instance in &shapes.instances {
        let id = model.element(instance.element).key.global_id.to_string();
        let mesh = &shapes.meshes[instance.mesh as usize];
        let (lo, hi, volume) = found.entry(id).or_insert((DVec3::INFINITY, DVec3::NEG_INFINITY, 0.0));
        for &p in &mesh.positions {
            let p = instance.placement.transform_point3(p);
            (*lo, *hi) = (lo.min(p), hi.max(p));
        }
        *volume += mesh.volume() * instance.placement.matrix3.determinant().abs();
    }
    found
}
