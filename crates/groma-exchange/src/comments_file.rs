//! `comments.toml`: what people say of issues, how far these are, and who sees to them.

use crate::mistake::Mistake;
use crate::waivers_file::{date, is_key, quoted};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

/// The comments of a project, the earlier ones first.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentsFile {
    /// The comments.
    #[serde(default, rename = "comment")]
    pub comments: Vec<CommentEntry>,
}

/// What someone says of an issue. It has a text, or a status, or someone who sees to it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentEntry {
    /// The key of the issue, as reports have it.
    #[schemars(with = "String")]
    pub issue: Spanned<String>,
    /// Who says it.
    #[schemars(with = "String")]
    pub author: Spanned<String>,
    /// When: `2026-05-04`, with or without quotes.
    #[schemars(with = "String")]
    pub date: Spanned<toml::Value>,
    /// What is said.
    #[serde(default)]
    pub text: String,
    /// How far the issue is from now on.
    pub status: Option<Status>,
    /// Who sees to it from now on; nobody if empty.
    pub assigned_to: Option<String>,
}

/// How far people are with an issue. Whether it is solved is told by the next check.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Someone works on it.
    Active,
    /// A solution is being looked at.
    Review,
    /// How to solve it is agreed.
    Agreed,
    /// The models have been changed.
    Done,
}

impl Status {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [Self::Active, Self::Review, Self::Agreed, Self::Done];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Review => "review",
            Self::Agreed => "agreed",
            Self::Done => "done",
        }
    }
}

/// A comment that has been checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// The key of the issue.
    pub issue: String,
    /// Who says it.
    pub author: String,
    /// When.
    pub date: Date,
    /// What is said.
    pub text: String,
    /// How far the issue is from now on.
    pub status: Option<Status>,
    /// Who sees to it from now on; nobody if empty.
    pub assigned_to: Option<String>,
}

impl CommentsFile {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// What is not TOML, an unknown key, no author, a date or a key that is none, a comment that says nothing.
    pub fn read(file: &Path, text: &str) -> Result<Vec<Comment>, Box<Mistake>> {
        let read: Self = toml::from_str(text).map_err(|e| Box::new(Mistake::of_toml(file, text, &e)))?;
        let comment = |c: CommentEntry| {
            let wrong = |span, what: &str| Mistake::new(file, text, span, what);
            if !is_key(c.issue.get_ref()) {
                let mistake = wrong(c.issue.span(), "a key of an issue has 32 hexadecimal digits");
                return Err(mistake.hint("copy it from a report of groma check"));
            }
            if c.author.get_ref().trim().is_empty() {
                return Err(wrong(c.author.span(), "a comment needs an author"));
            }
            let Some(day) = date(c.date.get_ref()) else {
                let mistake = wrong(c.date.span(), "this is no date");
                return Err(mistake.hint("write it as in date = \"2026-05-04\""));
            };
            if c.text.trim().is_empty() && c.status.is_none() && c.assigned_to.is_none() {
                let mistake = wrong(c.issue.span(), "this comment says nothing");
                return Err(mistake.hint("it has a text, a status, or assigned_to"));
            }
            Ok(Comment {
                issue: c.issue.into_inner().to_ascii_lowercase(),
                author: c.author.into_inner(),
                date: day,
                text: c.text,
                status: c.status,
                assigned_to: c.assigned_to,
            })
        };
        read.comments.into_iter().map(comment).collect::<Result<_, _>>().map_err(Box::new)
    }
}

impl Comment {
    /// The comment as an entry of the file.
    pub fn to_toml(&self) -> String {
        let mut out = format!(
            "[[comment]]\nissue = {}\nauthor = {}\ndate = \"{}\"\n",
            quoted(&self.issue),
            quoted(&self.author),
            self.date
        );
        if !self.text.is_empty() {
            out += &format!("text = {}\n", quoted(&self.text));
        }
        if let Some(status) = self.status {
            out += &format!("status = \"{}\"\n", status.as_str());
        }
        if let Some(who) = &self.assigned_to {
            out += &format!("assigned_to = {}\n", quoted(who));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[[comment]]\nissue = \"0123456789abcdef0123456789abcdef\"\nauthor = \"A\"\n";

    fn refused(entry: &str) -> String {
        CommentsFile::read(Path::new("c"), entry).unwrap_err().what
    }

    #[test]
    fn what_is_written_is_read_again() {
        let comment = Comment {
            issue: "0123456789abcdef0123456789abcdef".into(),
            author: "A. \"Engineer\"".into(),
            date: Date::constant(2026, 5, 4),
            text: "two\nlines, and \\ 'quotes'".into(),
            status: Some(Status::Agreed),
            assigned_to: Some("B".into()),
        };
        let bare = Comment { text: String::new(), assigned_to: None, ..comment.clone() };
        let file = format!("{}\n{}", comment.to_toml(), bare.to_toml());
        assert_eq!(CommentsFile::read(Path::new("c"), &file).unwrap(), [comment, bare]);
    }

    #[test]
    fn what_says_nothing_is_no_comment() {
        assert_eq!(refused(&format!("{HEAD}date = 2026-05-04\n")), "this comment says nothing");
        assert_eq!(refused(&format!("{HEAD}date = \"soon\"\ntext = \"t\"\n")), "this is no date");
        let nobody = HEAD.replace("\"A\"", "\" \"");
        assert_eq!(
            refused(&format!("{nobody}date = 2026-05-04\ntext = \"t\"\n")),
            "a comment needs an author"
        );
        assert!(
            refused(&format!("{HEAD}date = 2026-05-04\nstatus = \"lost\"\n")).contains("unknown variant")
        );
        assert!(refused("[[comment]]\nissue = \"1\"\nauthor = \"A\"\ndate = 2026-05-04\n").contains("32"));
    }
}
