//! The attributes of one record as the file writes them.

use crate::scan::{Row, Scan};
use groma_model::{Diagnostic, codes};
use ifc_lite_core::StepListItems;
use ifc_lite_core::parser::{StepRecord, parse_ref, parse_step_real};
use std::borrow::Cow;

/// A STEP text with the places of its records.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) scan: &'a Scan,
}

impl<'a> Step<'a> {
    /// The attributes of a record; `None` when it is no valid record.
    pub(crate) fn attributes(&self, row: Row) -> Option<Attributes<'a>> {
        let (start, end) = self.scan.span(row);
        let record = StepRecord::parse(self.bytes.get(start..end)?)?;
        Some(Attributes(record.attrs().collect()))
    }

    /// The attributes of an instance; `None` where the file does not hold it.
    pub(crate) fn record(&self, id: u32) -> Option<Attributes<'a>> {
        self.attributes(self.scan.row(id)?)
    }

    /// The attributes of an instance, if its keyword (upper case) is among these.
    pub(crate) fn instance(&self, id: u32, keywords: &[&str]) -> Option<Attributes<'a>> {
        let row = self.scan.row(id)?;
        keywords.contains(&self.scan.keyword(row)).then(|| self.attributes(row)).flatten()
    }

    /// The keyword of an instance in upper case; empty when there is none.
    pub(crate) fn keyword(&self, id: u32) -> &'a str {
        self.scan.row(id).map_or("", |row| self.scan.keyword(row))
    }

    /// Says that a record is broken.
    pub(crate) fn broken(&self, row: Row) -> Diagnostic {
        let mut said = Diagnostic::new(codes::BROKEN_RECORD).at(self.scan.id(row).into());
        said.location.class = Some(self.scan.keyword(row).into());
        said
    }
}

/// The attributes of one record, in order, each without white space around it.
pub(crate) struct Attributes<'a>(Vec<&'a [u8]>);

impl<'a> Attributes<'a> {
    /// An attribute as written; `$` beyond the last.
    pub(crate) fn raw(&self, slot: usize) -> &'a [u8] {
        self.0.get(slot).copied().unwrap_or(b"$")
    }

    /// A text, decoded; `None` for anything else.
    pub(crate) fn text(&self, slot: usize) -> Option<Cow<'a, str>> {
        text(self.raw(slot))
    }

    /// An enumeration value without its dots.
    pub(crate) fn enumeration(&self, slot: usize) -> Option<&'a str> {
        enumeration(self.raw(slot))
    }

    /// True where an enumeration has this value, in whatever case; `None` where it is none.
    pub(crate) fn is(&self, slot: usize, value: &str) -> Option<bool> {
        self.enumeration(slot).map(|word| word.eq_ignore_ascii_case(value))
    }

    /// A reference to another instance.
    pub(crate) fn reference(&self, slot: usize) -> Option<u32> {
        parse_ref(self.raw(slot))
    }

    /// The references of a list, or of a single value; also inside a typed value.
    pub(crate) fn references(&self, slot: usize) -> Vec<u32> {
        references(self.raw(slot))
    }

    /// A number.
    pub(crate) fn real(&self, slot: usize) -> Option<f64> {
        real(self.raw(slot))
    }

    /// A whole number, also where it is written as a real.
    pub(crate) fn integer(&self, slot: usize) -> Option<i64> {
        self.real(slot).filter(|x| x.fract() == 0.0 && x.abs() < 9e15).map(|x| x as i64)
    }

    /// The whole numbers of a list.
    pub(crate) fn integers(&self, slot: usize) -> Vec<i64> {
        let items = list(self.raw(slot));
        items.into_iter().flatten().filter_map(real).map(|x| x as i64).collect()
    }

    /// A boolean; unknown is none.
    pub(crate) fn logical(&self, slot: usize) -> Option<bool> {
        match self.enumeration(slot)? {
            "T" | "t" => Some(true),
            "F" | "f" => Some(false),
            _ => None,
        }
    }
}

/// A text token, decoded.
pub(crate) fn text(token: &[u8]) -> Option<Cow<'_, str>> {
    crate::encoding::decoded(token)
}

/// An enumeration token without its dots.
pub(crate) fn enumeration(token: &[u8]) -> Option<&str> {
    let inner = token.strip_prefix(b".")?.strip_suffix(b".")?;
    std::str::from_utf8(inner).ok().filter(|s| !s.is_empty())
}

/// A finite number, also inside a typed value.
pub(crate) fn real(token: &[u8]) -> Option<f64> {
    let inner = typed(token).map_or(token, |(_, inner)| inner);
    parse_step_real(inner).filter(|x| x.is_finite())
}

/// The items of a list token.
pub(crate) fn list(token: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    StepListItems::of_list(token)
}

/// The references of a list token, of a single one, or of those inside a typed value.
pub(crate) fn references(token: &[u8]) -> Vec<u32> {
    if let Some(id) = parse_ref(token) {
        return vec![id];
    }
    let token = typed(token).map_or(token, |(_, inner)| inner);
    match list(token) {
        Some(items) => items.filter_map(parse_ref).collect(),
        None => parse_ref(token).into_iter().collect(),
    }
}

/// The type and the inner token of a typed value: `IFCLABEL('x')` is `IFCLABEL` and `'x'`.
pub(crate) fn typed(token: &[u8]) -> Option<(&str, &[u8])> {
    let open = token.iter().position(|&b| b == b'(').filter(|&at| at > 0)?;
    let name = token[..open].trim_ascii();
    if !name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') {
        return None;
    }
    let inner = token[open + 1..].strip_suffix(b")")?.trim_ascii();
    Some((std::str::from_utf8(name).ok()?, inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_by_their_form() {
        assert_eq!(typed(b"IFCLABEL('a(b')"), Some(("IFCLABEL", &b"'a(b'"[..])));
        assert_eq!(typed(b"('a')"), None);
        assert_eq!(typed(b"'a('"), None);
        assert_eq!(references(b"(#1, #2,$)"), [1, 2]);
        assert_eq!(references(b"IFCPROPERTYSETDEFINITIONSET((#1,#2))"), [1, 2]);
        assert_eq!(references(b"#3"), [3]);
        assert_eq!(references(b"$"), [] as [u32; 0]);
        assert_eq!(real(b"IFCLENGTHMEASURE(1.5E3)"), Some(1500.0));
        assert_eq!(real(b"1.E999"), None);
        assert_eq!(enumeration(b".NOTDEFINED."), Some("NOTDEFINED"));
        assert_eq!(text(b"'\\X2\\00E4\\X0\\''s'").as_deref(), Some("ä's"));
    }
}
