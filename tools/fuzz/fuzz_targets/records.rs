//! Records without a header: what follows `DATA;` of a small model, so that every mutation reaches the readers.

#![no_main]

use groma_ifc::{Source, read_model, read_shapes};
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::sync::Arc;

fuzz_target!(|records: &[u8]| {
    let mut bytes = b"ISO-10303-21;HEADER;FILE_SCHEMA(('IFC4X3_ADD2'));ENDSEC;DATA;\n".to_vec();
    bytes.extend_from_slice(records);
    bytes.extend_from_slice(b"\nENDSEC;END-ISO-10303-21;\n");
    let Ok(source) = Source::from_bytes(bytes, Path::new("fuzz.ifc")) else { return };
    let Ok((model, _)) = read_model(&source, &Arc::from("m"), &()) else { return };
    let Ok((shapes, _)) = read_shapes(&source, &model, &()) else { return };
    assert_eq!(shapes.status.len(), model.elements.len());
});
