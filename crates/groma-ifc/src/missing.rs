//! What the shape of an element names that the file does not hold: faces, loops, points, whole shells. The
//! kernel leaves these out without a word.

use crate::attributes::{Attributes, Step, list};
use crate::bodies::is_not_a_body;
use crate::scan::Row;
use crate::solids::is_ours_alone;
use rustc_hash::FxHashSet;

/// More records than this are not followed for one element.
const MOST: usize = 1_000_000;
/// Placements are followed so far.
const DEEPEST: usize = 64;
/// More than this is not told of one element.
const MOST_TOLD: usize = 100;

/// What is missing from the shape (an `IfcProductDefinitionShape`) and the placement of an element, each as words.
/// Alignments that are not followed here are missing too, with what stands or is swept along them: the kernel leaves
/// out the parts of them that it does not know.
pub(crate) fn missing(
    step: Step<'_>,
    element: u32,
    shape: u32,
    placement: Option<u32>,
    follows: &dyn Fn(u32) -> bool,
) -> Vec<String> {
    let mut walk = Walk { step, follows, open: Vec::new(), seen: FxHashSet::default(), missing: Vec::new() };
    placement.into_iter().for_each(|id| walk.placement(element, id));
    if step.scan.row(shape).is_none() {
        walk.missing.push(format!("#{shape} (of #{element})"));
    }
    let representations = step.record(shape);
    for id in representations.map_or_else(Vec::new, |a| a.references(2)) {
        walk.to(shape, id);
    }
    while let Some(row) = walk.open.pop() {
        if walk.seen.len() > MOST || walk.missing.len() >= MOST_TOLD {
            break;
        }
        walk.record(row);
    }
    walk.missing.sort();
    walk.missing
}

struct Walk<'a> {
    step: Step<'a>,
    follows: &'a dyn Fn(u32) -> bool,
    open: Vec<Row>,
    seen: FxHashSet<Row>,
    missing: Vec<String>,
}

impl Walk<'_> {
    fn to(&mut self, from: u32, id: u32) {
        match self.step.scan.row(id) {
            Some(row) => {
                if self.seen.insert(row) {
                    self.open.push(row);
                }
            }
            None => self.missing.push(format!("#{id} (of #{from})")),
        }
    }

    /// A placement and what it is relative to, with all that they name.
    fn placement(&mut self, element: u32, id: u32) {
        let (mut from, mut next) = (element, Some(id));
        for _ in 0..DEEPEST {
            let Some(id) = next else { return };
            self.to(from, id);
            let a = self.step.record(id);
            (from, next) = (id, a.and_then(|a| a.reference(0)));
        }
    }

    fn record(&mut self, row: Row) {
        let id = self.step.scan.id(row);
        let keyword = self.step.scan.keyword(row);
        if (keyword == "IFCLINEARPLACEMENT" || is_ours_alone(keyword)) && !(self.follows)(id) {
            self.missing.push(match keyword {
                "IFCLINEARPLACEMENT" => format!("the place #{id} along a line"),
                _ if keyword.ends_with("WITHVOIDS") => format!("the voids of #{id}"),
                _ => format!("the sweep #{id} along a line"),
            });
        }
        match keyword {
            // A point or a direction names nothing.
            "IFCCARTESIANPOINT" | "IFCDIRECTION" => {}
            "IFCSHAPEREPRESENTATION" => {
                let Some(a) = self.step.attributes(row) else { return };
                if !is_not_a_body(&a) {
                    self.list(id, a.raw(3));
                }
            }
            "IFCGRADIENTCURVE" | "IFCSEGMENTEDREFERENCECURVE" | "IFCALIGNMENTCURVE"
                if !(self.follows)(id) =>
            {
                self.missing.push(format!("pieces of the alignment #{id}"));
            }
            "IFCREPRESENTATIONMAP" => {
                let Some(a) = self.step.attributes(row) else { return };
                a.references(0).into_iter().chain(a.references(1)).for_each(|to| self.to(id, to));
            }
            "IFCCLOSEDSHELL" | "IFCOPENSHELL" | "IFCCONNECTEDFACESET" | "IFCFACE" | "IFCPOLYLOOP" => {
                let Some(a) = self.step.attributes(row) else { return };
                self.list(id, a.raw(0));
            }
            _ => {
                let (start, end) = self.step.scan.span(row);
                let record = &self.step.bytes[start..end];
                let attributes = record.iter().position(|&b| b == b'(').map_or(&[][..], |at| &record[at..]);
                named(attributes, |to| self.to(id, to));
                if matches!(keyword, "IFCTRIANGULATEDFACESET" | "IFCPOLYGONALFACESET")
                    && let Some(a) = self.step.attributes(row)
                {
                    self.indices(id, keyword, &a);
                }
            }
        }
    }

    /// A list of which each entry has to be a reference.
    fn list(&mut self, id: u32, token: &[u8]) {
        let Some(items) = list(token) else {
            self.missing.push(format!("the list of #{id}"));
            return;
        };
        for item in items {
            match ifc_lite_core::parser::parse_ref(item) {
                Some(to) => self.to(id, to),
                None => self.missing.push(format!("{} (of #{id})", String::from_utf8_lossy(item))),
            }
        }
    }

    /// Indices that lead to no point.
    fn indices(&mut self, id: u32, keyword: &str, a: &Attributes<'_>) {
        let count = a.reference(0).and_then(|points| {
            let points = self.step.instance(points, &["IFCCARTESIANPOINTLIST3D"])?;
            Some(list(points.raw(0))?.count() as u64)
        });
        let Some(count) = count else { return };
        let mut worst = None;
        let mut check = |token: &[u8]| {
            for number in token.split(|b| !b.is_ascii_digit()).filter(|n| !n.is_empty()) {
                let index = number
                    .iter()
                    .fold(0_u64, |n, d| n.saturating_mul(10).saturating_add(u64::from(d - b'0')));
                if index == 0 || index > count {
                    worst = worst.max(Some(index));
                }
            }
        };
        if keyword == "IFCTRIANGULATEDFACESET" {
            if a.raw(4) == b"$" {
                check(a.raw(3));
            }
        } else if a.raw(3) == b"$" {
            for face in a.references(2) {
                let face = self.step.record(face);
                face.into_iter().for_each(|f| [f.raw(0), f.raw(1)].into_iter().for_each(&mut check));
            }
        }
        if let Some(index) = worst {
            self.missing.push(format!("point {index} of {count} (of #{id})"));
        }
    }
}

/// Each instance that a record names, outside of texts.
fn named(record: &[u8], mut found: impl FnMut(u32)) {
    let mut at = 0;
    while let Some(&byte) = record.get(at) {
        at += 1;
        match byte {
            b'\'' => at += record[at..].iter().position(|&b| b == b'\'').map_or(record.len(), |n| n + 1),
            b'#' => {
                let digits = record[at..].iter().take_while(|b| b.is_ascii_digit()).count();
                let number = record[at..at + digits]
                    .iter()
                    .try_fold(0_u32, |n, d| n.checked_mul(10)?.checked_add(u32::from(d - b'0')));
                at += digits;
                if digits > 0 {
                    found(number.unwrap_or(u32::MAX));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn references_are_found_outside_of_texts() {
        let mut ids = Vec::new();
        named(b"('#1 it''s #2',#3,(#4, #55),$,#)", |id| ids.push(id));
        assert_eq!(ids, [3, 4, 55]);
    }
}
