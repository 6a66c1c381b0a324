//! Why a text is no selector.

use std::fmt;
use std::ops::Range;
use thiserror::Error;

/// A text that is no selector: what is wrong, where, and how to mend it.
///
/// As text it shows the line with a caret under the place:
///
/// ```text
/// expected a value behind `=`, found the end
///   IfcDoor, Name=
///                 ^
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub struct SelectorError {
    /// What is wrong.
    pub kind: SelectorErrorKind,
    /// The place, in bytes of the text.
    pub span: Range<usize>,
    /// The whole text.
    pub text: String,
}

/// What is wrong with a selector.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum SelectorErrorKind {
    /// Something else should stand here.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What should stand here.
        expected: &'static str,
        /// What stands here.
        found: String,
    },
    /// A string, regular expression or comment that does not end.
    #[error("this {what} has no closing {closing}")]
    Unterminated {
        /// What does not end.
        what: &'static str,
        /// What would end it.
        closing: &'static str,
    },
    /// A facet of this name does not exist.
    #[error("there is no facet `{word}`; facets are {}", .known.join(", "))]
    UnknownFacet {
        /// What was written.
        word: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// A regular expression that cannot be compiled.
    #[error("this is no regular expression: {why}")]
    Regex {
        /// What the compiler says.
        why: String,
    },
    /// A comparison that the value cannot be compared by.
    #[error("{value} is compared by {allowed}, not by `{written}`")]
    Comparison {
        /// What kind of value.
        value: &'static str,
        /// What it can be compared by.
        allowed: &'static str,
        /// What was written.
        written: &'static str,
    },
}

impl SelectorErrorKind {
    /// How to mend it, where that can be said.
    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unterminated { what: "string", .. } => Some("write a quote inside it as \\\""),
            Self::Unterminated { what: "regular expression", .. } => {
                Some("a text that begins with / stands in quotes")
            }
            Self::UnknownFacet { .. } => {
                Some("attributes begin with a capital, properties are written Set.Name")
            }
            Self::Regex { .. } => Some("look-around and back-references are not known here"),
            _ => None,
        }
    }
}

impl SelectorError {
    /// Line and column of the place, both from 1, in characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = &self.text[..self.span.start];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

impl fmt::Display for SelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, column) = self.line_and_column();
        let start = self.text[..self.span.start].rfind('\n').map_or(0, |i| i + 1);
        let end = self.text[start..].find('\n').map_or(self.text.len(), |i| start + i);
        let line = self.text[start..end].replace(['\t', '\r'], " ");
        let wide = self.text[self.span.start..self.span.end.clamp(self.span.start, end.max(self.span.start))]
            .chars()
            .count();
        writeln!(f, "{}", self.kind)?;
        writeln!(f, "  {line}")?;
        write!(f, "  {}{}", " ".repeat(column - 1), "^".repeat(wide.max(1)))?;
        if let Some(hint) = self.kind.hint() {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}
