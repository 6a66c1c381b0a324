//! What a large office's exports carry beside shapes: for each element, property and quantity sets of its
//! own, as authoring programs write them. Only with [`Options::rich`](crate::Options::rich).

use crate::kit::Kit;
use crate::step::{Ref, Value, attributes};
use std::io::Write;

const MAKERS: [&str; 5] =
    ["Baugruppe Nord GmbH", "Établissements Rénier", "Kovács és Társa Kft.", "Smith & O'Leary", "北方建材"];
const PHASES: [&str; 3] = ["New construction", "Fit-out", "Existing"];

impl<W: Write> Kit<W> {
    /// Writes the sets of an element: identity, dimensions, constraints, base quantities.
    pub(crate) fn detail(&mut self, element: Ref) {
        let n = element.0;
        let label = |text: String| Value::typed("IFCLABEL", text);
        let real = |kind, x: usize| Value::typed(kind, x as f64 / 1000.0);
        let mixed = n.wrapping_mul(2_654_435_761) >> 7;
        let maker = MAKERS[mixed % MAKERS.len()];
        let identity = [
            ("Mark", label(format!("{}-{n:07}", &self.prefix))),
            ("Comments", label(format!("Checked in round {}, see sheet A-{:03}", n % 7, mixed % 400))),
            ("Manufacturer", label(maker.to_owned())),
            ("Model", label(format!("Series {} / {}", mixed % 90 + 10, mixed % 13))),
            ("Workset", label(format!("Workset {}", mixed % 24))),
            ("Assembly Code", Value::typed("IFCIDENTIFIER", format!("{:02}.{:02}.10", n % 60, mixed % 40))),
            ("Phase Created", label(PHASES[mixed % 3].to_owned())),
        ];
        let sizes = [
            ("Length", real("IFCLENGTHMEASURE", mixed % 6_000_000)),
            ("Width", real("IFCLENGTHMEASURE", mixed % 900_000)),
            ("Area", real("IFCAREAMEASURE", mixed % 90_000)),
            ("Volume", real("IFCVOLUMEMEASURE", mixed % 20_000)),
            ("Mass", real("IFCMASSMEASURE", mixed % 700_000)),
            ("IsExternal", Value::typed("IFCBOOLEAN", mixed.is_multiple_of(5))),
        ];
        let sets = [
            self.properties(&format!("{n}/identity"), "Identity Data", &identity),
            self.properties(&format!("{n}/dimensions"), "Dimensions", &sizes),
            self.quantities(n, mixed),
        ];
        for (i, set) in sets.into_iter().enumerate() {
            let members = attributes!(Value::refs(&[element]), set);
            self.relation("IFCRELDEFINESBYPROPERTIES", &format!("{n}/details/{i}"), members);
        }
    }

    fn quantities(&mut self, n: usize, mixed: usize) -> Ref {
        let mut all = Vec::new();
        for (class, name, value) in [
            ("IFCQUANTITYLENGTH", "Length", mixed % 6_000_000),
            ("IFCQUANTITYAREA", "GrossArea", mixed % 90_000),
            ("IFCQUANTITYVOLUME", "GrossVolume", mixed % 20_000),
        ] {
            let attributes = attributes!(name, Value::Null, Value::Null, value as f64 / 1000.0, Value::Null);
            all.push(self.step.add(class, attributes));
        }
        self.step.add(
            "IFCELEMENTQUANTITY",
            attributes!(
                self.id(&format!("quantities/{n}")),
                Value::Null,
                "BaseQuantities",
                Value::Null,
                "groma",
                Value::refs(&all)
            ),
        )
    }
}
