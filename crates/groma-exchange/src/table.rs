//! Columns of text.

/// Which way a column leans.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Rows as lines: each column as wide as its widest cell, two spaces between, `indent` before.
pub(crate) fn lines<const N: usize>(rows: &[[String; N]], align: [Align; N], indent: usize) -> Vec<String> {
    let width = |k: usize| rows.iter().map(|r| r[k].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    rows.iter()
        .map(|row| {
            let cells: Vec<String> = (0..N)
                .map(|k| {
                    let pad = " ".repeat(widths[k] - row[k].chars().count());
                    match align[k] {
                        Align::Left => format!("{}{pad}", row[k]),
                        Align::Right => format!("{pad}{}", row[k]),
                    }
                })
                .collect();
            format!("{}{}", " ".repeat(indent), cells.join("  ")).trim_end().to_owned()
        })
        .collect()
}

/// The text in one line: what breaks lines, or would move the cursor, is a space.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'), " ")
}

/// The text in one line, cut to so many characters, with `…` where something was cut.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let text = one_line(text);
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// A count with a space between thousands.
pub(crate) fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [["a".to_owned(), "1".to_owned()], ["långt".to_owned(), "1 234".to_owned()]];
        assert_eq!(lines(&rows, [Align::Left, Align::Right], 2), ["  a          1", "  långt  1 234"]);
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            ["7", "1 234", "1 234 567"],
            [count(7), count(1234), count(1_234_567)].each_ref().map(|s| s.as_str())
        );
        assert_eq!(shorten("Geschossdecke", 7), "Gescho…");
    }
}
