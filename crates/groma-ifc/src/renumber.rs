//! Instance names beyond 32 bits, made smaller.

use ifc_lite_core::skip_step_comment;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A text whose instance names all fit.
pub(crate) struct Renumbered {
    pub(crate) bytes: Vec<u8>,
    /// How many names were made smaller.
    pub(crate) names: usize,
    /// The first of them.
    pub(crate) first: u32,
}

/// Gives each instance name beyond 32 bits one that the text does not use, behind the highest that it uses
/// or, where there is no room, in its gaps; `None` where there is no room at all.
///
/// Takes the size of the text in memory once more; for the few files that need it.
pub(crate) fn renumber(text: &[u8]) -> Option<Renumbered> {
    let mut small = BTreeSet::new();
    let mut large: Vec<&[u8]> = Vec::new();
    let mut new: FxHashMap<&[u8], u32> = FxHashMap::default();
    names(text, |digits, _| match value(digits) {
        Some(name) => drop(small.insert(name)),
        None => {
            if new.insert(digits, 0).is_none() {
                large.push(digits);
            }
        }
    });
    let highest = small.last().copied().unwrap_or(0);
    let mut next = highest;
    let mut gap = 0;
    for digits in &large {
        let name = if next < u32::MAX - 1 {
            next += 1;
            next
        } else {
            gap += 1;
            while small.contains(&gap) {
                gap += 1;
            }
            // Past the highest name the gaps are used up by the names above.
            (gap < highest).then_some(gap)?
        };
        new.insert(digits, name);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut copied = 0;
    names(text, |digits, at| {
        if let Some(name) = new.get(digits) {
            bytes.extend_from_slice(&text[copied..at]);
            bytes.extend_from_slice(name.to_string().as_bytes());
            copied = at + digits.len();
        }
    });
    bytes.extend_from_slice(&text[copied..]);
    Some(Renumbered { bytes, names: large.len(), first: large.first().and_then(|d| new.get(d)).copied()? })
}

/// A name that fits; leading zeros do not count.
fn value(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Calls for the digits behind each `#` outside of texts and comments, with their place.
fn names<'a>(text: &'a [u8], mut call: impl FnMut(&'a [u8], usize)) {
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'\'' => {
                // A doubled quote ends a text and begins another, which comes to the same.
                let end = text[at + 1..].iter().position(|&b| b == b'\'');
                at = end.map_or(text.len(), |end| at + end + 2);
            }
            b'/' if text.get(at + 1) == Some(&b'*') => {
                at = skip_step_comment(text, at).unwrap_or(text.len());
            }
            b'#' => {
                let from = at + 1;
                let count = text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
                if count > 0 {
                    call(&text[from..from + count], from);
                }
                at = from + count;
            }
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::renumber;

    fn check(text: &str, expect: &str) {
        let made = renumber(text.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(made.bytes).unwrap(), expect);
    }

    #[test]
    fn names_that_are_too_large_come_behind_the_others() {
        check(
            "#9999999999=A('#9999999999','it''s #9999999999',#7); /* #9999999999 */ #7=B(#9999999999,#99999999999999999999);",
            "#8=A('#9999999999','it''s #9999999999',#7); /* #9999999999 */ #7=B(#8,#9);",
        );
        check("#4294967294=A(#4294967296);#1=B();", "#4294967294=A(#2);#1=B();");
        check("#5000000000=A('unclosed #5000000000", "#1=A('unclosed #5000000000");
    }
}
