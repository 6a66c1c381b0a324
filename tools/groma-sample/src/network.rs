//! Pieces of services with ports: two ports at one point are joined, whoever comes second.

use crate::kit::{Item, Kit, Shared};
use crate::shape::{Axes, Solid, Style};
use crate::step::{Ref, Value, attributes};
use std::collections::BTreeMap;
use std::io::Write;

/// What flows, in the words of `IfcDistributionPort`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Medium {
    /// `DUCT`, `PIPE` or `CABLECARRIER`.
    pub(crate) port: &'static str,
    /// `AIRCONDITIONING`, `FIREPROTECTION`, …
    pub(crate) kind: &'static str,
    /// The system its pieces belong to.
    pub(crate) system: Ref,
}

/// One piece: an instance of a shape that repeats.
pub(crate) struct Piece<'a> {
    pub(crate) class: &'a str,
    pub(crate) kind: &'static str,
    pub(crate) role: String,
    pub(crate) name: &'a str,
    /// Placement within the storey.
    pub(crate) at: [f64; 3],
    pub(crate) axes: Axes,
    /// The name of its shape.
    pub(crate) map: String,
    /// Where its ports are, within the storey.
    pub(crate) ports: Vec<[f64; 3]>,
}

/// Writes pieces and joins their ports.
pub(crate) struct Network<'k, W: Write> {
    pub(crate) kit: &'k mut Kit<W>,
    /// Height of the storey that is being written.
    pub(crate) elevation: f64,
    open: BTreeMap<[i64; 3], Ref>,
    joints: usize,
    types: BTreeMap<String, Ref>,
}

impl<'k, W: Write> Network<'k, W> {
    pub(crate) fn new(kit: &'k mut Kit<W>) -> Self {
        Self { kit, elevation: 0.0, open: BTreeMap::new(), joints: 0, types: BTreeMap::new() }
    }

    /// Writes a piece with its ports.
    pub(crate) fn piece(
        &mut self,
        medium: Option<Medium>,
        piece: &Piece<'_>,
        solids: impl FnOnce() -> Vec<(Solid, Style)>,
    ) -> Ref {
        let shape = match self.kit.rich && piece.class.ends_with("FITTING") {
            true => self.kit.breps(&solids()),
            false => self.kit.mapped(&piece.map, solids),
        };
        let item = Item {
            class: piece.class,
            role: &piece.role,
            name: piece.name,
            at: piece.at,
            axes: piece.axes,
            tail: &[Value::Enum(piece.kind)],
        };
        let placement = self.kit.place(Some(self.kit.storey_placement), item.at, item.axes);
        let element = self.kit.element_at(&item, placement, Some(shape));
        self.kit.share(Shared::Storey, self.kit.storey, element);
        let kind = self.type_of(piece);
        self.kit.is_of(kind, element);
        if let Some(medium) = medium {
            self.kit.join(medium.system, element);
            self.ports(medium, piece, element, placement);
        }
        element
    }

    fn type_of(&mut self, piece: &Piece<'_>) -> Ref {
        let name = format!("{}TYPE/{}", piece.class, piece.name);
        if let Some(&found) = self.types.get(&name) {
            return found;
        }
        let made = self.kit.element_type(&format!("{}TYPE", piece.class), piece.name, piece.kind, None, &[]);
        self.types.insert(name, made);
        made
    }

    fn ports(&mut self, medium: Medium, piece: &Piece<'_>, element: Ref, placement: Ref) {
        let mut ports = Vec::new();
        let terminal = piece.class.ends_with("TERMINAL");
        for (index, &at) in piece.ports.iter().enumerate() {
            let local = to_local(at, piece.at, piece.axes);
            let place = self.kit.place(Some(placement), local, crate::shape::UP);
            let port = self.kit.step.add(
                "IFCDISTRIBUTIONPORT",
                attributes!(
                    self.kit.id(&self.kit.key(&format!("{}/port{index}", piece.role))),
                    Value::Null,
                    Value::Null,
                    Value::Null,
                    Value::Null,
                    place,
                    Value::Null,
                    Value::Enum(if terminal { "SINK" } else { "SOURCEANDSINK" }),
                    Value::Enum(medium.port),
                    Value::Enum(medium.kind)
                ),
            );
            ports.push(port);
            let point = [at[0], at[1], at[2] + self.elevation].map(|x| (x * 1e4).round() as i64);
            if let Some(other) = self.open.remove(&point) {
                self.joints += 1;
                let key = format!("joint/{}", self.joints);
                self.kit.relation("IFCRELCONNECTSPORTS", &key, attributes!(other, port, Value::Null));
            } else {
                self.open.insert(point, port);
            }
        }
        if !ports.is_empty() {
            let key = self.kit.key(&format!("{}/ports", piece.role));
            self.kit.relation("IFCRELNESTS", &key, attributes!(element, Value::refs(&ports)));
        }
    }
}

/// A point in the frame that stands at `origin` and looks along `axes`.
fn to_local(point: [f64; 3], origin: [f64; 3], [z, x]: Axes) -> [f64; 3] {
    let y = [z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]];
    let d = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]];
    [x, y, z].map(|a| a[0] * d[0] + a[1] * d[1] + a[2] * d[2])
}

#[cfg(test)]
mod tests {
    use super::to_local;
    use crate::shape::{EAST, SOUTH};

    #[test]
    fn a_port_at_the_end_of_a_segment_lies_on_its_axis() {
        assert_eq!(to_local([5.0, 2.0, 3.0], [1.0, 2.0, 3.0], EAST), [0.0, 0.0, 4.0]);
        assert_eq!(to_local([1.0, 0.5, 3.0], [1.0, 2.0, 3.0], SOUTH), [0.0, 0.0, 1.5]);
    }
}
