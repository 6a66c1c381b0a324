//! A mistake in a text that a person wrote: what, where, how to mend it.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A mistake in a text file. As text it shows the line with carets under the place:
///
/// ```text
/// groma.toml:12:1: unknown field `toleranse`, expected one of `name`, `kind`
///   12 | toleranse = 0.01
///      | ^^^^^^^^^
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub hint: Option<String>,
    shown: String,
    width: usize,
}

impl Mistake {
    /// A mistake at a place of a text, in bytes.
    pub fn new(file: &Path, text: &str, span: Range<usize>, what: impl Into<String>) -> Self {
        let clamp = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, end) = (clamp(span.start), clamp(span.end));
        let begin = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let stop = text[start..].find('\n').map_or(text.len(), |i| start + i);
        Self {
            file: file.to_owned(),
            line: text[..start].matches('\n').count() + 1,
            column: text[begin..start].chars().count() + 1,
            what: what.into(),
            hint: None,
            shown: text[begin..stop].replace(['\t', '\r'], " "),
            width: text[start..end.clamp(start, stop)].chars().count().max(1),
        }
    }

    /// Says how to mend it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What a reader of TOML says.
    pub fn of_toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        Self::new(file, text, error.span().unwrap_or(0..0), error.message().replace('\n', " "))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}:{}: {}", self.file.display(), self.line, self.column, self.what)?;
        let number = self.line.to_string();
        writeln!(f, "  {number} | {}", self.shown)?;
        let (gutter, pad) = (" ".repeat(number.len()), " ".repeat(self.column - 1));
        write!(f, "  {gutter} | {pad}{}", "^".repeat(self.width))?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistake {}
