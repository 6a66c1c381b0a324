//! What the parts of the reading of a model share.

use crate::attributes::{Attributes, Step};
use crate::lists::Lists;
use crate::scan::Row;
use crate::schema::{ClassInfo, Classes, Role};
use crate::solids::Reading;
use crate::texts::Texts;
use crate::units::FileUnits;
use groma_model::{Diagnostic, Diagnostics, ElementId, Property, Value, codes};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The text, its classes, and the elements and types found so far.
pub(crate) struct Reader<'a> {
    pub(crate) step: Step<'a>,
    pub(crate) classes: Classes,
    pub(crate) units: FileUnits<'a>,
    pub(crate) placements: Reading<'a>,
    pub(crate) texts: Texts,
    /// The attributes of elements.
    pub(crate) attributes: Lists<(Arc<str>, Value)>,
    pub(crate) properties: Lists<Property>,
    /// Elements by instance name.
    pub(crate) elements: FxHashMap<u32, ElementId>,
    /// Type objects by instance name.
    pub(crate) types: FxHashMap<u32, u32>,
}

/// A relation of one instance to some others, in file order.
pub(crate) struct Relation {
    pub(crate) row: Row,
    pub(crate) relating: u32,
    pub(crate) related: Vec<u32>,
}

impl<'a> Reader<'a> {
    /// The records of a role, in file order.
    pub(crate) fn rows_of(&self, role: Role) -> Vec<Row> {
        rows_of(self.step, &self.classes, role)
    }

    /// The records of some keywords, in file order.
    pub(crate) fn rows(&self, keywords: &[&str]) -> Vec<Row> {
        rows(self.step, keywords)
    }

    /// Reads records in parallel; a record that is broken is said so and left out.
    pub(crate) fn read<T: Send>(
        &self,
        rows: &[Row],
        said: &mut Diagnostics,
        read: impl Fn(Row, &Attributes<'a>) -> Option<T> + Sync,
    ) -> Vec<T> {
        let all: Vec<(Row, Option<T>)> = rows
            .par_iter()
            .with_min_len(64)
            .map(|&row| (row, self.step.attributes(row).and_then(|a| read(row, &a))))
            .collect();
        let mut found = Vec::with_capacity(all.len());
        for (row, value) in all {
            match value {
                Some(value) => found.push(value),
                None => said.push(self.step.broken(row)),
            }
        }
        found
    }

    /// Reads the relations of some keywords: which attribute relates, and which holds what is related.
    /// References to instances that the file does not hold are said and left out.
    pub(crate) fn relations(
        &self,
        keywords: &[&str],
        relating: usize,
        related: usize,
        said: &mut Diagnostics,
    ) -> Vec<Relation> {
        let rows = self.rows(keywords);
        let read = self.read(&rows, said, |row, a| {
            Some(Relation { row, relating: a.reference(relating)?, related: a.references(related) })
        });
        read.into_iter().filter_map(|r| self.checked(r, said)).collect()
    }

    fn checked(&self, mut relation: Relation, said: &mut Diagnostics) -> Option<Relation> {
        let row = relation.row;
        let mut exists = |id: u32| {
            let there = self.step.scan.row(id).is_some();
            if !there {
                said.push(self.dangling(row, id));
            }
            there
        };
        let there = exists(relation.relating);
        relation.related.retain(|&id| exists(id));
        there.then_some(relation)
    }

    /// Says that a record refers to an instance that the file does not hold.
    pub(crate) fn dangling(&self, row: Row, to: u32) -> Diagnostic {
        let mut d = Diagnostic::new(codes::DANGLING_REFERENCE).at(self.step.scan.id(row).into());
        d.location.class = Some(self.step.scan.keyword(row).into());
        d.detail(format!("#{to}"))
    }

    /// A text attribute, shared; `None` when it is empty.
    pub(crate) fn text(&self, attributes: &Attributes<'_>, slot: Option<usize>) -> Option<Arc<str>> {
        let text = attributes.text(slot?)?;
        (!text.is_empty()).then(|| self.texts.get(&text))
    }

    /// The class of a record.
    pub(crate) fn class(&self, row: Row) -> Option<&ClassInfo> {
        self.classes.get(self.step.scan.keyword(row))
    }

    /// The simple-valued attributes that have no field of their own.
    pub(crate) fn simple(&self, info: &ClassInfo, a: &Attributes<'_>) -> Vec<(Arc<str>, Value)> {
        let found = info.simple.iter().filter_map(|simple| {
            Some((simple.name.clone(), self.attribute(a.raw(simple.slot), simple.measure)?))
        });
        found.collect()
    }

    /// `PredefinedType`, or the user's word where that is `USERDEFINED`.
    pub(crate) fn predefined(
        &self,
        info: &ClassInfo,
        a: &Attributes<'_>,
        user: Option<&Arc<str>>,
    ) -> Option<Arc<str>> {
        let value = a.enumeration(info.slot("PredefinedType")?)?;
        if value.eq_ignore_ascii_case("USERDEFINED")
            && let Some(user) = user
        {
            return Some(user.clone());
        }
        Some(self.texts.get(value))
    }
}

/// The records of a role, in file order.
pub(crate) fn rows_of(step: Step<'_>, classes: &Classes, role: Role) -> Vec<Row> {
    let keywords: Vec<&str> =
        classes.iter().filter(|(_, c)| c.role == role).map(|(k, _)| k.as_str()).collect();
    rows(step, &keywords)
}

fn rows(step: Step<'_>, keywords: &[&str]) -> Vec<Row> {
    let mut rows: Vec<Row> = keywords.iter().flat_map(|k| step.scan.rows(k)).collect();
    rows.sort_unstable();
    rows
}

/// Appends what a list does not have yet.
pub(crate) fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
