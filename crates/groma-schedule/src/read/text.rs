//! Bytes as text.

use super::Notes;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use groma_model::codes;
use std::borrow::Cow;

/// The text of an XER file, which says nothing of its encoding: UTF-8 if it is, else Windows-1252.
pub(crate) fn xer(bytes: &[u8]) -> Cow<'_, str> {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    }
}

/// The text of a file in a stated encoding, UTF-8 where it states none. Where the bytes are not in it, they
/// are read as Windows-1252.
pub(crate) fn stated<'a>(bytes: &'a [u8], stated: Option<&str>, notes: &mut Notes) -> Cow<'a, str> {
    let encoding = stated.and_then(|s| Encoding::for_label(s.as_bytes())).unwrap_or(UTF_8);
    let (text, used, had_errors) = encoding.decode(bytes);
    if !had_errors {
        return text;
    }
    notes.add(codes::OTHER_ENCODING, || format!("not {}", used.name()));
    WINDOWS_1252.decode(bytes).0
}

/// The encoding that an XML declaration states.
pub(crate) fn xml_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let declaration = &head[..head.find("?>")?];
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next().map(str::to_owned)
}
