//! A small writer of STEP files (ISO 10303-21): records, numbers, strings, references.

use std::fmt::Write as _;
use std::io::{self, Write};

/// A reference to a record: its number in the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Ref(pub(crate) usize);

/// An attribute of a record.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// `$`: not given.
    Null,
    /// `*`: derived in a subtype.
    Derived,
    /// A reference.
    Ref(Ref),
    /// A number with a point, in the units of the file.
    Real(f64),
    /// A whole number.
    Int(i64),
    /// A string, in Unicode; it is escaped on the way out.
    Text(String),
    /// A name between points, such as `.ELEMENT.`.
    Enum(&'static str),
    /// A list or set.
    List(Vec<Value>),
    /// A value that names its type, such as `IFCLABEL('A')`.
    Typed(&'static str, Box<Value>),
}

impl Value {
    /// A list of references.
    pub(crate) fn refs(refs: &[Ref]) -> Self {
        Self::List(refs.iter().map(|&r| Self::Ref(r)).collect())
    }

    /// A list of numbers.
    pub(crate) fn reals(numbers: &[f64]) -> Self {
        Self::List(numbers.iter().map(|&x| Self::Real(x)).collect())
    }

    /// A value that names its type.
    pub(crate) fn typed(name: &'static str, value: impl Into<Self>) -> Self {
        Self::Typed(name, Box::new(value.into()))
    }
}

impl From<Ref> for Value {
    fn from(r: Ref) -> Self {
        Self::Ref(r)
    }
}
impl From<Option<Ref>> for Value {
    fn from(r: Option<Ref>) -> Self {
        r.map_or(Self::Null, Self::Ref)
    }
}
impl From<f64> for Value {
    fn from(x: f64) -> Self {
        Self::Real(x)
    }
}
impl From<i64> for Value {
    fn from(x: i64) -> Self {
        Self::Int(x)
    }
}
impl From<bool> for Value {
    fn from(x: bool) -> Self {
        Self::Enum(if x { "T" } else { "F" })
    }
}
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// The attributes of a record, each turned into a [`Value`].
macro_rules! attributes {
    ($($value:expr),* $(,)?) => { &[$($crate::step::Value::from($value)),*] };
}
pub(crate) use attributes;

/// Writes records to a stream as they come; nothing is kept.
///
/// The first error of the stream is kept and told by [`Step::finish`]; what is written after it is lost.
pub(crate) struct Step<W: Write> {
    out: W,
    last: usize,
    line: String,
    error: Option<io::Error>,
}

impl<W: Write> Step<W> {
    /// Starts a file in the schema IFC4.
    pub(crate) fn new(out: W, name: &str, description: &str) -> Self {
        Self::in_schema(out, "IFC4", name, description)
    }

    /// Starts a file: the header, with a time stamp that never changes.
    pub(crate) fn in_schema(out: W, schema: &str, name: &str, description: &str) -> Self {
        let mut step = Self { out, last: 0, line: String::new(), error: None };
        let mut head = String::from("ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION((");
        text(&mut head, description);
        head.push_str("),'2;1');\nFILE_NAME(");
        text(&mut head, name);
        head.push_str(
            ",'2026-01-05T08:00:00',('groma'),('groma'),'groma-sample','groma-sample','');\n\
             FILE_SCHEMA((",
        );
        text(&mut head, schema);
        head.push_str("));\nENDSEC;\nDATA;\n");
        step.write(&head);
        step
    }

    /// Writes a record and returns its number.
    pub(crate) fn add(&mut self, entity: &str, attributes: &[Value]) -> Ref {
        self.last += 1;
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let _ = write!(line, "#{}={entity}(", self.last);
        list(&mut line, attributes);
        line.push_str(");\n");
        self.write(&line);
        self.line = line;
        Ref(self.last)
    }

    /// Writes a record that stands as text, `IFCWALL(…);`, under the next number.
    pub(crate) fn add_text(&mut self, record: &str) -> Ref {
        self.last += 1;
        let line = format!("#{}={record}\n", self.last);
        self.write(&line);
        Ref(self.last)
    }

    /// The number of the last record.
    pub(crate) fn last(&self) -> usize {
        self.last
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// The first error that the stream gave since the start.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.write("ENDSEC;\nEND-ISO-10303-21;\n");
        match self.error {
            Some(error) => Err(error),
            None => self.out.flush().map(|()| self.out),
        }
    }

    fn write(&mut self, text: &str) {
        if self.error.is_none() {
            self.error = self.out.write_all(text.as_bytes()).err();
        }
    }
}

fn list(out: &mut String, values: &[Value]) {
    for (index, item) in values.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        value(out, item);
    }
}

fn value(out: &mut String, item: &Value) {
    match item {
        Value::Null => out.push('$'),
        Value::Derived => out.push('*'),
        Value::Ref(Ref(number)) => {
            let _ = write!(out, "#{number}");
        }
        Value::Real(x) => real(out, *x),
        Value::Int(x) => {
            let _ = write!(out, "{x}");
        }
        Value::Text(t) => text(out, t),
        Value::Enum(name) => {
            let _ = write!(out, ".{name}.");
        }
        Value::List(items) => {
            out.push('(');
            list(out, items);
            out.push(')');
        }
        Value::Typed(name, inner) => {
            out.push_str(name);
            out.push('(');
            value(out, inner);
            out.push(')');
        }
    }
}

/// Nine decimals, trailing zeros cut, always with a point; `-0` is `0`.
fn real(out: &mut String, x: f64) {
    let start = out.len();
    let _ = write!(out, "{x:.9}");
    out.truncate(out.trim_end_matches('0').len());
    if &out[start..] == "-0." {
        out.replace_range(start.., "0.");
    }
}

/// Apostrophe and backslash are doubled; all beyond printable ASCII goes into `\X2\` or `\X4\` runs.
fn text(out: &mut String, content: &str) {
    out.push('\'');
    let mut rest = content.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' => out.push_str("''"),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            _ => {
                let wide = u32::from(c) > 0xFFFF;
                out.push_str(if wide { "\\X4\\" } else { "\\X2\\" });
                let mut next = Some(c);
                while let Some(c) = next {
                    let _ = if wide {
                        write!(out, "{:08X}", u32::from(c))
                    } else {
                        write!(out, "{:04X}", u32::from(c))
                    };
                    next = rest.next_if(|&c| !matches!(c, ' '..='~') && (u32::from(c) > 0xFFFF) == wide);
                }
                out.push_str("\\X0\\");
            }
        }
    }
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::{Step, Value, real, text};

    fn check_text(content: &str, expect: &str) {
        let mut out = String::new();
        text(&mut out, content);
        assert_eq!(out, expect);
    }

    fn check_real(x: f64, expect: &str) {
        let mut out = String::from("7");
        real(&mut out, x);
        assert_eq!(out, format!("7{expect}"));
    }

    #[test]
    fn strings_are_escaped() {
        check_text("plain", "'plain'");
        check_text("", "''");
        check_text("it's", "'it''s'");
        check_text("a\\b", "'a\\\\b'");
        check_text("Tür", "'T\\X2\\00FC\\X0\\r'");
        check_text("日本", "'\\X2\\65E5672C\\X0\\'");
        check_text("a🏠é", "'a\\X4\\0001F3E0\\X0\\\\X2\\00E9\\X0\\'");
        check_text("tab\there", "'tab\\X2\\0009\\X0\\here'");
    }

    #[test]
    fn numbers_have_a_point() {
        check_real(1.0, "1.");
        check_real(100.0, "100.");
        check_real(-0.25, "-0.25");
        check_real(-0.0, "0.");
        check_real(-1e-12, "0.");
        check_real(0.1 + 0.2, "0.3");
    }

    #[test]
    fn a_file_is_header_records_and_end() {
        let mut step = Step::new(Vec::new(), "n.ifc", "d");
        let point = step.add("IFCCARTESIANPOINT", &[Value::reals(&[0.0, 1.5])]);
        step.add(
            "IFCX",
            attributes!(point, Value::Null, true, Value::typed("IFCLABEL", "A"), Value::Derived, 3_i64),
        );
        let file = String::from_utf8(step.finish().unwrap()).unwrap();
        let data = file.split("DATA;\n").nth(1).unwrap();
        assert_eq!(
            data,
            "#1=IFCCARTESIANPOINT((0.,1.5));\n#2=IFCX(#1,$,.T.,IFCLABEL('A'),*,3);\nENDSEC;\nEND-ISO-10303-21;\n"
        );
    }
}
