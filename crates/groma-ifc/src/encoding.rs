//! Texts that are not written as the standard wants: in Windows-1252 (of which Latin-1 is a part), or with escapes
//! in lower case.

use std::borrow::Cow;

/// What Windows-1252 has where Latin-1 has control characters; what it leaves open stays a control character.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A text token, decoded; `None` for anything else.
pub(crate) fn decoded(token: &[u8]) -> Option<Cow<'_, str>> {
    let decode = ifc_lite_core::step_encoding::decode_step_literal;
    let plain = !token.contains(&b'\\');
    if plain && token.is_ascii() {
        return decode(token);
    }
    let utf8 = in_utf8(token);
    let upper = if plain { None } else { in_upper_case(&utf8) };
    match (upper, utf8) {
        (Some(upper), _) => Some(Cow::Owned(decode(&upper)?.into_owned())),
        (None, Cow::Borrowed(token)) => decode(token),
        (None, Cow::Owned(utf8)) => Some(Cow::Owned(decode(&utf8)?.into_owned())),
    }
}

/// Bytes as they are where they are UTF-8, and made UTF-8 from Windows-1252 where they are not.
fn in_utf8(token: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(token).is_ok() {
        return Cow::Borrowed(token);
    }
    let text: String = token
        .iter()
        .map(|&byte| match byte {
            0x80..=0x9F => WINDOWS[usize::from(byte - 0x80)],
            byte => char::from(byte),
        })
        .collect();
    Cow::Owned(text.into_bytes())
}

/// The escapes `\x2\`, `\x4\`, `\x0\`, `\x\` and `\s\` with the letters that the standard has.
fn in_upper_case(token: &[u8]) -> Option<Vec<u8>> {
    let mut changed: Option<Vec<u8>> = None;
    let mut at = 0;
    while at + 2 < token.len() {
        let escape = token[at] == b'\\'
            && match token[at + 1] {
                b'x' => {
                    token[at + 2] == b'\\'
                        || (matches!(token[at + 2], b'0' | b'2' | b'4') && token.get(at + 3) == Some(&b'\\'))
                }
                b's' => token[at + 2] == b'\\',
                _ => false,
            };
        if escape {
            let copy = changed.get_or_insert_with(|| token.to_vec());
            copy[at + 1] = copy[at + 1].to_ascii_uppercase();
            at += 3;
        } else if token[at] == b'\\' && token[at + 1] == b'\\' {
            at += 2;
        } else {
            at += 1;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn texts_come_out_whatever_they_are_written_in() {
        for (token, text) in [
            (&b"'wall'"[..], "wall"),
            ("'Tür'".as_bytes(), "Tür"),
            (b"'T\xFCr'", "Tür"),
            (b"'10 \x80 \x96 \xBD'", "10 € – ½"),
            (b"'T\\X2\\00FC\\X0\\r'", "Tür"),
            (b"'T\\x2\\00fc\\x0\\r'", "Tür"),
            (b"'T\\X\\FCr'", "Tür"),
            (b"'T\\x\\FCr'", "Tür"),
            (b"'T\\S\\|r'", "Tür"),
            (b"'T\\s\\|r'", "Tür"),
            (b"'\xFC \\X2\\4E2D\\X0\\'", "ü 中"),
            (b"'it''s \xE4'", "it's ä"),
            (b"'a\\\\x\\\\b'", "a\\x\\b"),
            (b"'\\X4\\0001F3E0\\X0\\'", "🏠"),
        ] {
            assert_eq!(decoded(token).as_deref(), Some(text), "{:?}", String::from_utf8_lossy(token));
        }
        assert_eq!(decoded(b"$"), None);
    }
}
