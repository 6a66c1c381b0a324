//! Values as properties and attributes have them.

use crate::attributes::{enumeration, list, text, typed};
use crate::dates;
use crate::reader::Reader;
use groma_model::{ReferenceValue, Value};
use ifc_lite_core::StepNumber;
use ifc_lite_core::parser::{parse_ref, read_step_number};
use std::sync::Arc;

/// A value, and the unit in which its numbers stand.
pub(crate) type Measured = (Option<Value>, Option<Arc<str>>);

impl Reader<'_> {
    /// A typed or a bare value; `unit` is the instance name of the unit that it names itself.
    pub(crate) fn value(&self, token: &[u8], unit: Option<u32>) -> Measured {
        let mut symbol = None;
        let value = self.token(token, unit, None, &mut symbol);
        (value, symbol)
    }

    /// A number of a measure in upper case, such as `IFCLENGTHMEASURE`.
    pub(crate) fn measured(&self, token: &[u8], measure: &str, unit: Option<u32>) -> Measured {
        let inner = typed(token).map_or(token, |(_, inner)| inner);
        let mut symbol = None;
        let value = self.number(inner, Some(measure), unit, &mut symbol);
        (value, symbol)
    }

    /// A list of values; `None` for an empty one.
    pub(crate) fn values(&self, token: &[u8], unit: Option<u32>) -> Measured {
        let mut symbol = None;
        let items: Vec<Value> = list(token)
            .into_iter()
            .flatten()
            .filter_map(|item| self.token(item, unit, None, &mut symbol))
            .collect();
        ((!items.is_empty()).then_some(Value::List(items)), symbol)
    }

    /// The value of an attribute whose declared measure is known or not; `None` for references and lists
    /// that hold any.
    pub(crate) fn attribute(&self, token: &[u8], measure: Option<&str>) -> Option<Value> {
        match token.first()? {
            b'#' | b'$' | b'*' => None,
            b'(' => {
                let items: Option<Vec<Value>> = list(token)?.map(|i| self.attribute(i, measure)).collect();
                items.filter(|items| !items.is_empty()).map(Value::List)
            }
            _ => self.token(token, None, measure, &mut None),
        }
    }

    fn token(
        &self,
        token: &[u8],
        unit: Option<u32>,
        measure: Option<&str>,
        symbol: &mut Option<Arc<str>>,
    ) -> Option<Value> {
        let (measure, inner) = match typed(token) {
            Some((measure, inner)) => (Some(measure), inner),
            None => (measure, token),
        };
        match inner.first()? {
            b'\'' => Some(Value::Text(self.texts.get(&text(inner)?))),
            b'"' => Some(Value::Text(self.texts.get(std::str::from_utf8(inner).ok()?))),
            b'.' if inner.len() > 1 && !inner[1].is_ascii_digit() => Some(match enumeration(inner)? {
                "T" | "t" => Value::Logical(Some(true)),
                "F" | "f" => Value::Logical(Some(false)),
                "U" | "u" => Value::Logical(None),
                other => Value::Text(self.texts.get(other)),
            }),
            b'(' => {
                let items = list(inner)?;
                Some(Value::List(items.filter_map(|item| self.token(item, unit, measure, symbol)).collect()))
            }
            b'#' => self.reference(parse_ref(inner)?),
            _ => self.number(inner, measure, unit, symbol),
        }
    }

    fn number(
        &self,
        token: &[u8],
        measure: Option<&str>,
        unit: Option<u32>,
        symbol: &mut Option<Arc<str>>,
    ) -> Option<Value> {
        let measure = measure.map(|m| self.units.measure(m));
        let own = unit.and_then(|unit| self.units.own(unit));
        let factor = own.as_ref().and_then(|u| u.factor).or(measure.as_ref().and_then(|m| m.factor));
        if symbol.is_none() {
            *symbol = own.and_then(|u| u.symbol).or(measure.as_ref().and_then(|m| m.unit.clone()));
        }
        if let (Some((StepNumber::Integer(n), _)), None) = (read_step_number(token), factor)
            && measure.as_ref().is_none_or(|m| m.integer)
        {
            return Some(Value::Integer(n));
        }
        let value = ifc_lite_core::parse_step_real(token).filter(|x| x.is_finite())?;
        Some(Value::Real { value: value * factor.unwrap_or(1.0), measure: measure.map(|m| m.name) })
    }

    /// An instance as a value: its class and what it is called.
    pub(crate) fn reference(&self, id: u32) -> Option<Value> {
        let row = self.step.scan.row(id)?;
        let keyword = self.step.scan.keyword(row);
        let class = match self.classes.get(keyword) {
            Some(info) => self.texts.get(info.class.name()),
            None => self.texts.get(keyword),
        };
        Some(Value::Reference(Box::new(ReferenceValue { class, name: self.called(id) })))
    }

    /// What an instance without GlobalId is called: a person, an organisation, a material, a date.
    pub(crate) fn called(&self, id: u32) -> Option<Arc<str>> {
        let row = self.step.scan.row(id)?;
        let a = self.step.attributes(row)?;
        let keyword = self.step.scan.keyword(row);
        let joined = |slots: &[usize]| {
            let words: Vec<_> = slots.iter().filter_map(|&slot| self.text(&a, Some(slot))).collect();
            let words = words.iter().map(|w| &**w).collect::<Vec<&str>>().join(" ");
            (!words.is_empty()).then(|| self.texts.get(&words))
        };
        match keyword {
            "IFCPERSON" => joined(&[2, 1]).or_else(|| self.text(&a, Some(0))),
            "IFCPERSONANDORGANIZATION" => {
                // Neither refers to another of its kind, so this ends.
                let names = [0, 1].map(|slot| {
                    let part = a.reference(slot)?;
                    let plain = matches!(self.step.keyword(part), "IFCPERSON" | "IFCORGANIZATION");
                    plain.then(|| self.called(part)).flatten()
                });
                let names: Vec<_> = names.iter().flatten().map(|n| &**n).collect();
                (!names.is_empty()).then(|| self.texts.get(&names.join(", ")))
            }
            "IFCCALENDARDATE" | "IFCLOCALTIME" | "IFCDATEANDTIME" => dates::date_time(self, id),
            _ => {
                let info = self.classes.get(keyword)?;
                ["Name", "Identification", "Identifier", "ItemReference", "Location", "Id"]
                    .into_iter()
                    .find_map(|attribute| self.text(&a, info.slot(attribute)))
            }
        }
    }
}
