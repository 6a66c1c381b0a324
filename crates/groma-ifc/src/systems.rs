//! Systems, zones and other groups.

use crate::reader::{Reader, push_new};
use crate::relations::{is_spatial, related};
use crate::schema::Role;
use groma_model::{Diagnostics, Element, System};
use rustc_hash::FxHashMap;

/// The groups of a file, and where each stands among them, by instance name.
pub(crate) struct Groups {
    pub(crate) systems: Vec<System>,
    pub(crate) by_id: FxHashMap<u32, u32>,
}

impl Groups {
    /// Instance name and index of each, in file order.
    pub(crate) fn in_order(&self) -> Vec<(u32, u32)> {
        let mut all: Vec<(u32, u32)> = self.by_id.iter().map(|(&id, &at)| (id, at)).collect();
        all.sort_unstable_by_key(|&(_, at)| at);
        all
    }
}

/// Reads every group of the file, in file order: its members, and the spatial elements that it serves.
pub(crate) fn read(reader: &Reader<'_>, elements: &[Element], said: &mut Diagnostics) -> Groups {
    let rows = reader.rows_of(Role::Group);
    let read = reader.read(&rows, said, |row, a| {
        let id = reader.step.scan.id(row);
        let info = reader.class(row)?;
        let text = |attribute: &str| reader.text(a, info.slot(attribute));
        let global_id = text("GlobalId").unwrap_or_else(|| format!("#{id}").into());
        let object_type = text("ObjectType");
        let system = System {
            name: text("Name"),
            long_name: text("LongName"),
            description: text("Description"),
            predefined_type: reader.predefined(info, a, object_type.as_ref()),
            object_type,
            attributes: reader.simple(info, a),
            ..System::new(global_id, info.class.clone())
        };
        Some((id, system))
    });
    let by_id: FxHashMap<u32, u32> = read.iter().map(|(id, _)| *id).zip(0..).collect();
    let mut systems: Vec<System> = read.into_iter().map(|(_, system)| system).collect();
    for relation in reader.relations(&["IFCRELASSIGNSTOGROUP", "IFCRELASSIGNSTOGROUPBYFACTOR"], 6, 4, said) {
        let Some(&at) = by_id.get(&relation.relating) else { continue };
        let system = &mut systems[at as usize];
        system.members.extend(related(reader, &relation));
        system.groups.extend(relation.related.iter().filter_map(|id| by_id.get(id)));
    }
    // A zone or system may also be made of others by aggregation.
    for relation in reader.relations(&["IFCRELAGGREGATES"], 4, 5, &mut Diagnostics::default()) {
        if let Some(&at) = by_id.get(&relation.relating) {
            systems[at as usize].groups.extend(relation.related.iter().filter_map(|id| by_id.get(id)));
        }
    }
    for relation in reader.relations(&["IFCRELSERVICESBUILDINGS"], 4, 5, said) {
        if let Some(&at) = by_id.get(&relation.relating) {
            systems[at as usize].serves.extend(related(reader, &relation));
        }
    }
    // What these refer to in vain is said where the relations between elements are read.
    for relation in
        reader.relations(&["IFCRELREFERENCEDINSPATIALSTRUCTURE"], 5, 4, &mut Diagnostics::default())
    {
        let Some(&place) = reader.elements.get(&relation.relating) else { continue };
        for at in relation.related.iter().filter_map(|id| by_id.get(id)) {
            push_new(&mut systems[*at as usize].serves, place);
        }
    }
    for (at, system) in systems.iter_mut().enumerate() {
        system.members.sort_unstable();
        system.members.dedup();
        system.groups.retain(|&group| group as usize != at);
        system.groups.sort_unstable();
        system.groups.dedup();
        system.serves.retain(|id| is_spatial(&elements[id.index()]));
        system.serves.sort_unstable();
        system.serves.dedup();
    }
    Groups { systems, by_id }
}
