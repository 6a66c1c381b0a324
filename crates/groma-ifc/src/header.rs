//! The header section of a file.

use crate::attributes::{list, text};
use groma_model::Header;
use ifc_lite_core::StepListItems;
use ifc_lite_core::parser::skip_step_trivia;

/// How far into the text the header is looked for, in bytes.
const FAR: usize = 1 << 20;

/// Reads the header. What is missing or damaged in it stays empty.
pub(crate) fn read(bytes: &[u8], entities: usize) -> Header {
    let mut header = Header { bytes: bytes.len() as u64, entities: entities as u64, ..Header::default() };
    let text_of = |token: &[u8]| text(token).map(|s| s.trim().to_owned()).filter(|s| !s.is_empty());
    let joined = |token: &[u8]| -> Option<String> {
        let parts: Vec<String> = match list(token) {
            Some(items) => items.filter_map(text_of).collect(),
            None => text_of(token).into_iter().collect(),
        };
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    let first = |token: &[u8]| match list(token) {
        Some(mut items) => items.next().and_then(text_of),
        None => text_of(token),
    };
    for (keyword, attributes) in records(bytes) {
        let at = |slot: usize| attributes.get(slot).copied().unwrap_or(b"$");
        match keyword.as_str() {
            "FILE_DESCRIPTION" => header.description = joined(at(0)).map(Into::into),
            "FILE_NAME" => {
                header.time_stamp = text_of(at(1)).map(Into::into);
                let (preprocessor, system) = (text_of(at(4)), text_of(at(5)));
                header.exporter = match (system, preprocessor) {
                    (Some(s), Some(p)) if s != p => Some(format!("{s} ({p})").into()),
                    (s, p) => s.or(p).map(Into::into),
                };
            }
            "FILE_SCHEMA" => header.schema = first(at(0)).unwrap_or_default().into(),
            _ => {}
        }
    }
    header
}

/// The records before the data section: their keywords in upper case, and their attributes.
fn records(bytes: &[u8]) -> Vec<(String, Vec<&[u8]>)> {
    let bytes = &bytes[..bytes.len().min(FAR)];
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = skip_step_trivia(bytes, at).filter(|&s| s < bytes.len()) {
        let word = bytes[start..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b == b'-')
            .count();
        let keyword = String::from_utf8_lossy(&bytes[start..start + word]).to_ascii_uppercase();
        if keyword == "DATA" {
            break;
        }
        let open = skip_step_trivia(bytes, start + word).unwrap_or(bytes.len());
        if word > 0 && bytes.get(open) == Some(&b'(') {
            let attributes: Vec<&[u8]> =
                StepListItems::of_list(&bytes[open..]).map_or_else(Vec::new, Iterator::collect);
            at = match attributes.last() {
                // The list items are slices of the text, so the end of the last one is where to go on.
                Some(last) => last.as_ptr() as usize + last.len() - bytes.as_ptr() as usize,
                None => open + 1,
            };
            found.push((keyword, attributes));
        } else {
            at = start + word.max(1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let h = read(text.as_bytes(), 0);
        assert_eq!(format!("{}|{:?}|{:?}|{:?}", h.schema, h.exporter, h.time_stamp, h.description), expect);
    }

    #[test]
    fn the_header_is_read_as_far_as_it_goes() {
        check(
            "\u{FEFF}ISO-10303-21;\r\nHEADER;/* DATA; */\r\nFILE_DESCRIPTION(('ViewDefinition [CV]','x'),'2;1');\r\n\
             FILE_NAME('a;DATA;','2020-01-02T03:04:05',('me'),(''),'prep','sys','');\r\nfile_schema (('IFC4'));\r\nENDSEC;\r\nDATA;\r\n\
             #1=FILE_SCHEMA(('NO'));",
            r#"IFC4|Some("sys (prep)")|Some("2020-01-02T03:04:05")|Some("ViewDefinition [CV], x")"#,
        );
        check(
            "ISO-10303-21;HEADER;FILE_NAME($,$,$,$,'p','p',$);FILE_SCHEMA('IFC2X3');",
            r#"IFC2X3|Some("p")|None|None"#,
        );
        check("ISO-10303-21;HEADER;FILE_SCHEMA((", "|None|None|None");
        check("ISO-10303-21;HEADER;FILE_NAME('unclosed", "|None|None|None");
    }
}
