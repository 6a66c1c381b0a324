//! What is connected to what: ports with elements and with each other, elements with elements.

use crate::index::run_of;
use groma_model::Model;
use rustc_hash::FxHashMap;

/// Slots of elements, which are their indices.
pub(crate) struct Connections {
    /// (element, port), sorted.
    ports: Vec<(u32, u32)>,
    /// (port, port) and (element, element), each both ways, sorted.
    connected: Vec<(u32, u32)>,
}

impl Connections {
    pub(crate) fn of(model: &Model) -> Self {
        let relations = &model.relations;
        let mut ports: Vec<(u32, u32)> = relations.ports.iter().map(|&(port, of)| (of.0, port.0)).collect();
        ports.sort_unstable();
        let element_of: FxHashMap<u32, u32> = ports.iter().map(|&(element, port)| (port, element)).collect();
        let of_ports = relations.port_connections.iter().map(|&(a, b)| (a.0, b.0));
        let through = of_ports
            .clone()
            .filter_map(|(a, b)| Some((*element_of.get(&a)?, *element_of.get(&b)?)))
            .filter(|(a, b)| a != b);
        let direct = relations.connects.iter().map(|&(a, b)| (a.0, b.0));
        let mut connected: Vec<(u32, u32)> =
            of_ports.chain(through).chain(direct).flat_map(|(a, b)| [(a, b), (b, a)]).collect();
        connected.sort_unstable();
        connected.dedup();
        Self { ports, connected }
    }

    /// The ports of an element.
    pub(crate) fn ports(&self, element: u32) -> impl Iterator<Item = u32> {
        run_of(&self.ports, element)
    }

    /// What a port or an element is connected to; elements also through their ports.
    pub(crate) fn connected(&self, slot: u32) -> impl Iterator<Item = u32> {
        run_of(&self.connected, slot)
    }
}
