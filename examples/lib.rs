//! Small programs that use groma as a library:
//!
//! - `cargo run -p groma-examples --example storeys -- FILE.ifc`: what stands on each storey
//! - `cargo run -p groma-examples --example clearance -- A.ifc B.ifc`: the ten tightest places
//! - `cargo run -p groma-examples --example tasks -- FILE.ifc`: the work that a model holds
