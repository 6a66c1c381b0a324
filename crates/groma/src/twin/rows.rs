//! Files of rows with a heading: CSV with commas, semicolons or tabs, as spreadsheets write it.

use super::TwinError;
use crate::ProjectConfig;
use encoding_rs::{Encoding, WINDOWS_1252};
use groma_exchange::mistake::Mistake;
use groma_exchange::project_file::Spanned;
use std::borrow::Cow;
use std::path::PathBuf;

/// Rows by the names of their columns.
pub(super) struct Rows {
    path: PathBuf,
    heads: Vec<String>,
    rows: Vec<(u32, csv::StringRecord)>,
}

impl Rows {
    /// Reads a file that the project's file names.
    pub(super) fn read(config: &ProjectConfig, path: &Spanned<PathBuf>) -> Result<Self, TwinError> {
        let (bytes, path) = (bytes_of(config, path)?, config.resolve(path.as_ref()));
        match Self::of(&bytes) {
            Ok(rows) => Ok(Self { path, ..rows }),
            Err(what) => Err(TwinError::Rows { path, what }),
        }
    }

    /// The rows of a file, or what is wrong with it.
    fn of(bytes: &[u8]) -> Result<Self, String> {
        if bytes.starts_with(b"PK\x03\x04") {
            return Err("this is a workbook or an archive, not rows of text\n  hint: save it as CSV".into());
        }
        let whole = text(bytes);
        if whole.contains('\0') {
            return Err("this is no text\n  hint: save it as CSV in UTF-8".into());
        }
        let (stated, begin) = stated_delimiter(&whole);
        let text = &whole[begin..];
        let delimiter = stated.unwrap_or_else(|| guessed_delimiter(text));
        if let Some(at) = open_quote(text, delimiter) {
            let line = 1 + line_ends(&whole[..begin + at]);
            let hint =
                "a quotation mark that belongs to a text stands twice, in a text between quotation marks";
            return Err(format!("the quotation mark in line {line} is never closed\n  hint: {hint}"));
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let heads: Vec<String> =
            reader.headers().map_err(|e| e.to_string())?.iter().map(str::to_owned).collect();
        if heads.iter().all(String::is_empty) {
            return Err("it has no heading\n  hint: its first line names the columns".into());
        }
        let mut rows = Vec::new();
        let (mut line, mut counted) = (1 + line_ends(&whole[..begin]), 0);
        for record in reader.records() {
            let record = record.map_err(|e| e.to_string())?;
            // A record begins with the empty lines before it, which are not its own.
            let at = record.position().map_or(counted, |p| p.byte() as usize);
            let empty = text[at..].bytes().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            line += line_ends(&text[counted..at + empty]);
            counted = at + empty;
            rows.push((line, record));
        }
        Ok(Self { path: PathBuf::new(), heads, rows })
    }

    /// Where a column stands, in any case.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.heads.iter().position(|head| head.eq_ignore_ascii_case(name))
    }

    /// Where a column stands that must be there.
    pub(super) fn needed(&self, field: &str, name: &str) -> Result<usize, TwinError> {
        self.column(name).ok_or_else(|| TwinError::Rows {
            path: self.path.clone(),
            what: format!(
                "it has no column `{name}`, only {}\n  hint: say in groma.toml what its columns are called, as in columns = {{ {field} = \"{}\" }}",
                self.heads.join(", "),
                self.heads[0]
            ),
        })
    }

    /// Each row with its line.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &csv::StringRecord)> {
        self.rows.iter().map(|(line, row)| (*line, row))
    }
}

/// The bytes of a file that the project's file names.
pub(super) fn bytes_of(config: &ProjectConfig, path: &Spanned<PathBuf>) -> Result<Vec<u8>, Box<Mistake>> {
    let file = config.resolve(path.as_ref());
    std::fs::read(&file).map_err(|error| {
        Box::new(config.mistake(path.span(), format!("cannot read {}: {error}", file.display())))
    })
}

/// A field that is there and not empty.
pub(super) fn field(row: &csv::StringRecord, column: Option<usize>) -> Option<&str> {
    row.get(column?).filter(|text| !text.is_empty())
}

/// A number, with a point or, as in half of the world, a comma before its fraction.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite())
}

/// Bytes as text: by their mark (Excel's "Unicode text" is UTF-16), else UTF-8 if they are, else Windows-1252.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    }
}

/// The delimiter that a first line `sep=;` states for Excel, and where what follows begins.
fn stated_delimiter(text: &str) -> (Option<u8>, usize) {
    let line = text.split_inclusive('\n').next().unwrap_or_default();
    match *line.trim_end_matches(['\r', '\n']).as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter @ (b';' | b'\t' | b',' | b'|')] => {
            (Some(delimiter), line.len())
        }
        _ => (None, 0),
    }
}

/// What stands between the columns of the heading most often, outside of quotation marks.
fn guessed_delimiter(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b';', 0), (b'\t', 0), (b',', 0)];
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(c, _)| *c == byte).for_each(|(_, n)| *n += 1),
        }
    }
    // Of equals the last: the comma where there is one column alone.
    counts.into_iter().max_by_key(|&(_, n)| n).map_or(b',', |(c, _)| c)
}

/// Where a quotation mark begins a field that never ends.
fn open_quote(text: &str, delimiter: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = None;
    let mut begins = true;
    let mut at = 0;
    while at < bytes.len() {
        match (open, bytes[at]) {
            (Some(_), b'"') if bytes.get(at + 1) == Some(&b'"') => at += 1,
            (Some(_), b'"') => (open, begins) = (None, false),
            (Some(_), _) => {}
            (None, b'"') if begins => open = Some(at),
            (None, byte) => begins = byte == delimiter || matches!(byte, b'\r' | b'\n'),
        }
        at += 1;
    }
    open
}

/// How many lines end in a text: with `\n`, `\r\n` or `\r`.
fn line_ends(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let ends = |at: &usize| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    (0..bytes.len()).filter(ends).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns, and each row with its line; or what is wrong.
    fn check(bytes: impl AsRef<[u8]>, expect: &str) {
        let found = match Rows::of(bytes.as_ref()) {
            Ok(rows) => {
                let cells = |row: &csv::StringRecord| row.iter().collect::<Vec<_>>().join("|");
                let row = |(line, row)| format!("\n{line}: {}", cells(row));
                let told: String = rows.iter().map(row).collect();
                format!("{}{told}", rows.heads.join("|"))
            }
            Err(what) => format!("error: {}", what.lines().next().unwrap_or_default()),
        };
        assert_eq!(found, expect);
    }

    #[test]
    fn rows_are_read_as_spreadsheets_write_them() {
        check("id,task\nx,S0\n", "id|task\n2: x|S0");
        check("\u{feff}id;task\r\nx;\"S;0\"\r\n", "id|task\n2: x|S;0");
        check("sep=;\r\nid;task, or its name\r\nx;S0\r\n", "id|task, or its name\n3: x|S0");
        check("sep=\t\nid\ttask\nx\tS0\n", "id|task\n3: x|S0");
        check("id\nx\n", "id\n2: x");
        check("id,task\rx,S0\ry,S1", "id|task\n2: x|S0\n3: y|S1");
        // commas and line ends in quotation marks are no delimiters
        check("\"task, code, or name\";id\nS0;x\n", "task, code, or name|id\n2: S0|x");
        check("id;\"task\n(code, name, or wbs)\"\nx;S0\n", "id|task\n(code, name, or wbs)\n3: x|S0");
        check("id,task\n\n\"a\nb\",\"say \"\"S0\"\"\"\n\n\ny,S1\n", "id|task\n3: a\nb|say \"S0\"\n7: y|S1");
        check("id,task\nx,5\" pipe\ny,S1\n", "id|task\n2: x|5\" pipe\n3: y|S1");
    }

    #[test]
    fn the_encodings_of_spreadsheets_are_read() {
        let unicode = "id\ttask\r\nx\tDecke Süd\r\n";
        let wide: Vec<u8> =
            [0xfeff].into_iter().chain(unicode.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        check(wide, "id|task\n2: x|Decke Süd");
        let wide: Vec<u8> =
            [0xfeff].into_iter().chain(unicode.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        check(wide, "id|task\n2: x|Decke Süd");
        check(b"T\xe4tigkeit;id\nS\xfcd;x\n", "Tätigkeit|id\n2: Süd|x");
    }

    #[test]
    fn what_are_no_rows_is_told() {
        check("", "error: it has no heading");
        check("\n\n", "error: it has no heading");
        check("id,task\nx,\"S0\ny,S1\n", "error: the quotation mark in line 2 is never closed");
        check(b"PK\x03\x04xl/workbook.xml", "error: this is a workbook or an archive, not rows of text");
        let bare: Vec<u8> = "id\ttask\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(bare, "error: this is no text");
    }
}
