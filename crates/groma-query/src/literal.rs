//! What a selector compares with: texts, regular expressions, NULL, TRUE, FALSE.

use regex::Regex;
use std::fmt;

/// A regular expression between slashes. It must match from the beginning, and may end anywhere.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    compiled: Regex,
}

impl Pattern {
    pub(crate) fn new(source: &str) -> Result<Self, String> {
        match Regex::new(source) {
            Ok(compiled) => Ok(Self { compiled }),
            Err(regex::Error::CompiledTooBig(limit)) => {
                Err(format!("compiled it is larger than {limit} bytes"))
            }
            Err(e) => {
                // The last line of a syntax error says what is wrong; those before draw it.
                let text = e.to_string();
                Err(text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
            }
        }
    }

    /// True where it matches from the beginning: the leftmost match then begins there.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.compiled.find(text).is_some_and(|found| found.start() == 0)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.compiled.as_str() == other.compiled.as_str()
    }
}
impl Eq for Pattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.compiled.as_str())
    }
}

/// A name of a property set, a property or a key: itself, or all that a pattern matches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Name {
    Text(String),
    Pattern(Pattern),
}

impl Name {
    pub(crate) fn matches(&self, name: &str) -> bool {
        match self {
            Self::Text(text) => text == name,
            Self::Pattern(pattern) => pattern.matches(name),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text_fmt(text, true, f),
            Self::Pattern(pattern) => pattern.fmt(f),
        }
    }
}

/// The right side of a comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Literal {
    Null,
    Logical(bool),
    Text(String),
    Pattern(Pattern),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Logical(true) => f.write_str("TRUE"),
            Self::Logical(false) => f.write_str("FALSE"),
            Self::Text(text) if !text.is_empty() && decimal(text) == text.len() => f.write_str(text),
            Self::Text(text) => text_fmt(text, !is_special(text.split('+').next().unwrap_or(text)), f),
            Self::Pattern(pattern) => pattern.fmt(f),
        }
    }
}

/// True for the words that are no text where a value stands.
pub(crate) fn is_special(word: &str) -> bool {
    matches!(word, "NULL" | "TRUE" | "FALSE")
}

/// How many bytes a number with a point takes at the start of the text (`-3.5`, `.5`); 0 if none is there.
pub(crate) fn decimal(text: &str) -> usize {
    let sign = usize::from(text.starts_with(['+', '-']));
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let point = sign + digits(sign);
    let behind = if text[point..].starts_with('.') { digits(point + 1) } else { 0 };
    if behind == 0 { 0 } else { point + 1 + behind }
}

/// What may stand without quotes: no spaces, none of the signs that mean something.
pub(crate) fn is_plain(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, ',' | '.' | '=' | '>' | '<' | '*' | '!')
}

/// True for a text that can stand without quotes wherever a text may.
fn needs_no_quotes(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_plain) && !text.starts_with(['"', '/'])
}

/// A text as it is written: without quotes where it can be.
pub(crate) fn text_fmt(text: &str, plain: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match plain && needs_no_quotes(text) {
        true => f.write_str(text),
        false => write!(f, "\"{}\"", text.replace('"', "\\\"")),
    }
}
