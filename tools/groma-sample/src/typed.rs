//! `ifc_rs` and our own writer in one file.
//!
//! `ifc_rs` keeps a map from record number to typed object. An object is built in it with its builders,
//! under numbers that follow those of our writer, then written out as text and taken out of the map: so
//! both write into one file in one sequence of numbers, refer to each other's records by number, and
//! memory does not grow with the building. The random GlobalId of a rooted object gives way to the one
//! made from its stable name. (The storey builders of `ifc_rs` collect their elements in hash sets, which
//! come out in another order in each run; the builders of the objects themselves do not.)

use crate::kit::Kit;
use crate::step::Ref;
use ifc_rs::IFC;
use ifc_rs::prelude::{Dummy, Id, IfcType, TypedId};
use std::io::Write;

/// The id that `ifc_rs` takes for a record.
pub(crate) fn id<T: IfcType>(of: Ref) -> TypedId<T> {
    TypedId::new(Id(of.0))
}

/// A model that is written through `ifc_rs` and through our own writer.
pub(crate) struct Typed<W: Write> {
    pub(crate) kit: Kit<W>,
    ifc: IFC,
    /// The last swept solid that was written: what a colour is given to.
    pub(crate) solid: Ref,
}

impl<W: Write> Typed<W> {
    pub(crate) fn new(kit: Kit<W>) -> Self {
        Self { kit, ifc: IFC::default(), solid: Ref(0) }
    }

    /// Builds an object that has no GlobalId, and what it inserts on the way, and writes them.
    pub(crate) fn add<T: IfcType>(&mut self, build: impl FnOnce(&mut IFC) -> T) -> Ref {
        self.write(None, build)
    }

    /// Builds a rooted object and writes it, with the GlobalId of this key.
    pub(crate) fn root<T: IfcType>(&mut self, key: &str, build: impl FnOnce(&mut IFC) -> T) -> Ref {
        let global_id = self.kit.id(key);
        self.write(Some(&global_id), build)
    }

    fn write<T: IfcType>(&mut self, global_id: Option<&str>, build: impl FnOnce(&mut IFC) -> T) -> Ref {
        // The map numbers from its greatest entry: a marker there continues our sequence.
        let before = self.kit.step.last();
        self.ifc.data.insert(Id(before), Dummy { s: String::new() });
        let value = build(&mut self.ifc);
        let last = self.ifc.data.insert_new(value).id().0;
        for number in before + 1..=last {
            let mut record = self.ifc.data.get_untyped(Id(number)).to_string();
            if record.contains("IFCBOOLEAN") || record.contains("IFCMATERIALLAYER(") {
                // `ifc_rs` spells truth values out; the format has letters for them.
                record = record.replace(".TRUE.", ".T.").replace(".FALSE.", ".F.");
            }
            if record.starts_with("IFCEXTRUDEDAREASOLID") {
                self.solid = Ref(number);
            }
            if let (Some(global_id), true) = (global_id, number == last) {
                replace_global_id(&mut record, global_id);
            }
            let written = self.kit.step.add_text(&record);
            debug_assert_eq!(written, Ref(number));
            self.ifc.data.remove(Id(number));
        }
        self.ifc.data.remove(Id(before));
        Ref(last)
    }
}

/// Puts another GlobalId in place of the first attribute of a record.
fn replace_global_id(record: &mut String, global_id: &str) {
    if let Some(open) = record.find("('") {
        record.replace_range(open + 2..open + 24, global_id);
    }
}

#[cfg(test)]
mod tests {
    use super::replace_global_id;

    #[test]
    fn the_first_attribute_is_replaced() {
        let mut record = "IFCWALL('0123456789012345678901',$,'A');".to_owned();
        replace_global_id(&mut record, "abcdefghijklmnopqrstuv");
        assert_eq!(record, "IFCWALL('abcdefghijklmnopqrstuv',$,'A');");
    }
}
