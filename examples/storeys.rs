//! What stands on each storey of a model, and how much of it, in cubic metres where a quantity says so.

#![allow(clippy::print_stdout, reason = "the answer is the program's output")]

use groma::model::{ElementId, Value};
use groma::{ModelSource, Project};
use std::collections::BTreeMap;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).ok_or("usage: storeys FILE.ifc")?;
    let project = Project::open(&[ModelSource::parse(&file)?], &())?;
    let model = &project.models[0].model;
    let mut storeys: BTreeMap<&str, BTreeMap<&str, (usize, f64)>> = BTreeMap::new();
    for (index, element) in model.elements.iter().enumerate() {
        let id = ElementId(index as u32);
        let Some(storey) = model.storey(id).filter(|&s| s != id) else { continue };
        let name = model.element(storey).name.as_deref().unwrap_or("(unnamed)");
        let (count, volume) =
            storeys.entry(name).or_default().entry(element.class.name()).or_insert((0, 0.0));
        *count += 1;
        *volume += net_volume(model, id).unwrap_or(0.0);
    }
    for (storey, classes) in storeys {
        println!("{storey}");
        for (class, (count, volume)) in classes {
            println!("  {class:<32} {count:>5}  {volume:>9.2} m3");
        }
    }
    Ok(())
}

/// `NetVolume`, whichever quantity set it stands in.
fn net_volume(model: &groma::model::Model, id: ElementId) -> Option<f64> {
    let sets = model.property_sets(id).filter(|s| s.quantities);
    sets.flat_map(|s| &*s.properties).find(|p| &*p.name == "NetVolume").and_then(|p| match p.value {
        Some(Value::Real { value, .. }) => Some(value),
        _ => None,
    })
}
