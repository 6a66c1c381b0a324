//! The names of a breakdown (WBS) in one text: with `/` between them, and `\` before one that belongs to a name.

/// The text.
pub(crate) fn joined<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let escaped = |name: &str| name.replace('\\', r"\\").replace('/', r"\/");
    names.into_iter().map(escaped).collect::<Vec<_>>().join("/")
}

/// The names, without the empty ones.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = (c == '\\').then(|| rest.next_if(|next| ['\\', '/'].contains(next))).flatten();
        if c == '/' {
            names.push(String::new());
        } else if let Some(name) = names.last_mut() {
            name.push(escaped.unwrap_or(c));
        }
    }
    let trimmed = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    trimmed.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_stand_between_slashes() {
        let check = |text: &str, expect: &[&str]| assert_eq!(split(text), expect, "{text}");
        check("Tower / Level 1", &["Tower", "Level 1"]);
        check(r"Tower/Walls\/columns", &["Tower", "Walls/columns"]);
        check(r"C:\plans\\site/a\", &[r"C:\plans\site", r"a\"]);
        check("//", &[]);
    }

    proptest! {
        #[test]
        fn what_is_joined_is_split_again(names in prop::collection::vec(r"[a/\\]{1,6}", 0..5)) {
            let text = joined(names.iter().map(String::as_str));
            prop_assert_eq!(split(&text), names);
        }
    }
}
