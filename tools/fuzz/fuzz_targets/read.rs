//! Any bytes: opened as a file would be, read to the end, every element accounted for.

#![no_main]

use groma_ifc::{Source, read_model, read_shapes};
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::sync::Arc;

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = Source::from_bytes(bytes.to_vec(), Path::new("fuzz.ifc")) else { return };
    let Ok((model, _)) = read_model(&source, &Arc::from("m"), &()) else { return };
    let Ok((shapes, _)) = read_shapes(&source, &model, &()) else { return };
    let sum = shapes.coverage();
    assert_eq!(sum.elements, model.elements.len());
    assert_eq!(sum.meshed + sum.no_shape + sum.failed, sum.elements);
});
