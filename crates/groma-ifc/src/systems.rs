//! Systems, zones and other groups.

use crate::reader::Reader;
use crate::relations::related;
use crate::schema::Role;
use groma_model::{Diagnostics, System};
use rustc_hash::FxHashMap;

/// Reads every group of the file, in file order, with its members that are elements.
pub(crate) fn read(reader: &Reader<'_>, said: &mut Diagnostics) -> Vec<System> {
    let rows = reader.rows_of(Role::Group);
    let mut index: FxHashMap<u32, usize> = FxHashMap::default();
    let read = reader.read(&rows, said, |row, a| {
        let id = reader.step.scan.id(row);
        let class = reader.classes.get(reader.step.scan.keyword(row))?.class.clone();
        let global_id = reader.text(a, Some(0)).unwrap_or_else(|| format!("#{id}").into());
        Some((id, System { name: reader.text(a, Some(2)), ..System::new(global_id, class) }))
    });
    let mut systems = Vec::with_capacity(read.len());
    for (id, system) in read {
        index.insert(id, systems.len());
        systems.push(system);
    }
    for relation in reader.relations(&["IFCRELASSIGNSTOGROUP", "IFCRELASSIGNSTOGROUPBYFACTOR"], 6, 4, said) {
        if let Some(&at) = index.get(&relation.relating) {
            systems[at].members.extend(related(reader, &relation));
        }
    }
    for system in &mut systems {
        system.members.sort_unstable();
        system.members.dedup();
    }
    systems
}
