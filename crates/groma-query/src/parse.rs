//! From a text to a selector.

use crate::literal::{Literal, Name, Pattern, decimal, is_plain, is_special};
use crate::path::Path;
use crate::selector::{Comparison, Facet, Relation, Selector, Test, sign};
use crate::{SelectorError, SelectorErrorKind};
use std::ops::Range;

const FACET: &str = "a class, a GlobalId, or a facet such as Name=… or Pset_WallCommon.FireRating=…";
const COMPARISON: &str = "a comparison (=, !=, *=, !*=, >, >=, <, <=)";

pub(crate) fn parse(text: &str) -> Result<Selector, SelectorError> {
    let mut parser = Parser { text, at: 0 };
    parser.selector().map_err(|(kind, span)| SelectorError { kind, span, text: text.to_owned() })
}

type Parsed<T> = Result<T, (SelectorErrorKind, Range<usize>)>;

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

/// A word without quotes, a quoted text or a pattern, and where it stands.
enum Token {
    Word(String),
    Quoted(String),
    Pattern(Pattern),
}

impl<'a> Parser<'a> {
    fn selector(&mut self) -> Parsed<Selector> {
        let mut lists = Vec::new();
        loop {
            lists.push(self.list()?);
            if !self.eat("+")? {
                break;
            }
            // A `+` may stand behind the last list.
            if self.rest().is_empty() {
                break;
            }
        }
        if !self.rest().is_empty() {
            return self.expected("`,`, `+` or the end");
        }
        Ok(Selector { lists })
    }

    fn list(&mut self) -> Parsed<Vec<Facet>> {
        let mut facets = vec![self.facet()?];
        while self.eat(",")? {
            facets.push(self.facet()?);
        }
        Ok(facets)
    }

    fn facet(&mut self) -> Parsed<Facet> {
        if self.eat("!")? {
            let start = self.at;
            return match self.token(FACET)? {
                Token::Word(word) if is_class(&word) => Ok(Facet::Class { not: true, name: word }),
                Token::Word(word) if is_global_id(&word) => Ok(Facet::Instance { not: true, id: word }),
                _ => {
                    self.at = start;
                    self.expected("a class or a GlobalId behind `!`")
                }
            };
        }
        let start = self.at;
        if self.rest().starts_with("query:") {
            self.at += "query:".len();
            let path = self.path()?;
            return Ok(Facet::Query { path, test: self.test()? });
        }
        let token = self.token(FACET)?;
        let span = start..self.at;
        if self.eat(".")? {
            let set = name(token);
            let name = name(self.token("the name of a property")?);
            return Ok(Facet::Property { set, name, test: self.test()? });
        }
        let compared = self.rest().starts_with(['=', '!', '*', '<', '>']);
        match token {
            Token::Word(word) if compared => {
                if let Some(to) = Relation::ALL.into_iter().find(|r| r.word() == word) {
                    return Ok(Facet::Relation { to, test: self.test()? });
                }
                if is_attribute(&word) {
                    return Ok(Facet::Attribute { name: word, test: self.test()? });
                }
                Err((unknown(word), span))
            }
            Token::Word(word) if is_class(&word) => Ok(Facet::Class { not: false, name: word }),
            Token::Word(word) if is_global_id(&word) => Ok(Facet::Instance { not: false, id: word }),
            Token::Word(word)
                if is_attribute(&word) || Relation::ALL.into_iter().any(|r| r.word() == word) =>
            {
                self.expected(COMPARISON)
            }
            Token::Word(word) => Err((unknown(word), span)),
            Token::Quoted(_) | Token::Pattern(_) => self.expected("`.` and the name of a property"),
        }
    }

    /// The keys behind `query:`, in quotes or not.
    fn path(&mut self) -> Parsed<Path> {
        self.space()?;
        let start = self.at;
        let keys = match self.rest().starts_with('"') {
            true => self.quoted()?,
            false => {
                let rest = self.rest();
                // Unlike elsewhere, points belong to the word.
                let end = rest.find(|c| !is_plain(c) && c != '.').unwrap_or(rest.len());
                self.at += end;
                self.text[start..start + end].to_owned()
            }
        };
        if keys.is_empty() {
            self.at = start;
            return self.expected("keys such as storey.Name");
        }
        Path::parse(&keys).map_err(|kind| (kind, start..self.at))
    }

    fn test(&mut self) -> Parsed<Test> {
        self.space()?;
        let start = self.at;
        let not = self.eat("!")?;
        let by = match () {
            () if self.eat("=")? => Comparison::Equal,
            () if self.eat("*=")? => Comparison::Contains,
            () if !not && self.eat(">=")? => Comparison::MoreOrEqual,
            () if !not && self.eat("<=")? => Comparison::LessOrEqual,
            () if !not && self.eat(">")? => Comparison::More,
            () if !not && self.eat("<")? => Comparison::Less,
            () if not => return self.expected("`=` or `*=` behind `!`"),
            () => return self.expected(COMPARISON),
        };
        let span = start..start + self.text[start..self.at].trim_end().len();
        let with = self.literal(by, not)?;
        let allowed = match with {
            Literal::Null | Literal::Logical(_) if by != Comparison::Equal => "= and !=",
            Literal::Pattern(_) if !matches!(by, Comparison::Equal | Comparison::Contains) => {
                "=, !=, *= and !*="
            }
            _ => return Ok(Test { by, not, with }),
        };
        let value = match with {
            Literal::Null => "NULL",
            Literal::Logical(_) => "TRUE or FALSE",
            _ => "a regular expression",
        };
        Err((SelectorErrorKind::Comparison { value, allowed, written: sign(by, not) }, span))
    }

    fn literal(&mut self, by: Comparison, not: bool) -> Parsed<Literal> {
        self.space()?;
        let rest = self.rest();
        let long = decimal(rest);
        if long > 0 {
            self.at += long;
            return Ok(Literal::Text(rest[..long].to_owned()));
        }
        // `=TRUE+IfcDoor` is TRUE and a union, where `=x+IfcDoor` is the text `x+IfcDoor`.
        for word in ["NULL", "TRUE", "FALSE"] {
            if rest.strip_prefix(word).is_some_and(|behind| behind.starts_with('+')) {
                self.at += word.len();
                return Ok(special(word));
            }
        }
        let expected = match (by, not) {
            (Comparison::Equal, false) => "a value behind `=`",
            _ => "a value to compare with",
        };
        Ok(match self.token(expected)? {
            Token::Word(word) if is_special(&word) => special(&word),
            Token::Word(text) | Token::Quoted(text) => Literal::Text(text),
            Token::Pattern(pattern) => Literal::Pattern(pattern),
        })
    }

    fn token(&mut self, expected: &'static str) -> Parsed<Token> {
        self.space()?;
        let rest = self.rest();
        if rest.starts_with('"') {
            return self.quoted().map(Token::Quoted);
        }
        if rest.starts_with('/') {
            return self.pattern().map(Token::Pattern);
        }
        let end = rest.find(|c| !is_plain(c)).unwrap_or(rest.len());
        let end = if expected == FACET { end_of_member(rest).unwrap_or(end) } else { end };
        if end == 0 {
            return self.expected(expected);
        }
        self.at += end;
        Ok(Token::Word(rest[..end].to_owned()))
    }

    /// A text in quotes. A quote behind an odd number of backslashes belongs to it, without the last of
    /// them; other backslashes stand for themselves.
    fn quoted(&mut self) -> Parsed<String> {
        let start = self.at;
        let mut text = String::new();
        let mut backslashes = 0_usize;
        for (i, c) in self.rest()[1..].char_indices() {
            match c {
                '"' if backslashes.is_multiple_of(2) => {
                    self.at = start + 1 + i + 1;
                    return Ok(text);
                }
                '"' => {
                    text.pop();
                    text.push('"');
                    backslashes = 0;
                }
                '\\' => {
                    text.push(c);
                    backslashes += 1;
                }
                _ => {
                    text.push(c);
                    backslashes = 0;
                }
            }
        }
        let end = self.text.len();
        Err((SelectorErrorKind::Unterminated { what: "string", closing: "\"" }, start..end))
    }

    fn pattern(&mut self) -> Parsed<Pattern> {
        let start = self.at;
        let Some(long) = self.rest()[1..].find('/') else {
            let kind = SelectorErrorKind::Unterminated { what: "regular expression", closing: "/" };
            return Err((kind, start..self.text.len()));
        };
        let source = &self.text[start + 1..start + 1 + long];
        self.at = start + long + 2;
        if source.is_empty() {
            return Err((SelectorErrorKind::Regex { why: "it is empty".to_owned() }, start..self.at));
        }
        Pattern::new(source).map_err(|why| (SelectorErrorKind::Regex { why }, start..self.at))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Passes over spaces and comments.
    fn space(&mut self) -> Parsed<()> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if !self.rest().starts_with("/*") {
                return Ok(());
            }
            match self.rest().find("*/") {
                Some(end) if end >= 2 => self.at += end + 2,
                _ => {
                    let kind = SelectorErrorKind::Unterminated { what: "comment", closing: "*/" };
                    return Err((kind, self.at..self.text.len()));
                }
            }
        }
    }

    /// Takes a sign, and spaces before and behind it.
    fn eat(&mut self, sign: &str) -> Parsed<bool> {
        self.space()?;
        let is = self.rest().starts_with(sign);
        if is {
            self.at += sign.len();
            self.space()?;
        }
        Ok(is)
    }

    fn expected<T>(&self, expected: &'static str) -> Parsed<T> {
        let rest = self.rest();
        let long = match rest.chars().next() {
            None => 0,
            Some(c) if is_plain(c) => rest.find(|c| !is_plain(c)).unwrap_or(rest.len()),
            Some(c) => c.len_utf8(),
        };
        let found = match long {
            0 => "the end".to_owned(),
            _ => format!("`{}`", &rest[..long]),
        };
        Err((SelectorErrorKind::Expected { expected, found }, self.at..self.at + long))
    }
}

fn name(token: Token) -> Name {
    match token {
        Token::Word(text) | Token::Quoted(text) => Name::Text(text),
        Token::Pattern(pattern) => Name::Pattern(pattern),
    }
}

fn special(word: &str) -> Literal {
    match word {
        "NULL" => Literal::Null,
        _ => Literal::Logical(word == "TRUE"),
    }
}

fn unknown(word: String) -> SelectorErrorKind {
    SelectorErrorKind::UnknownFacet { word, known: Relation::ALL.map(Relation::word).to_vec() }
}

/// Where a class or GlobalId ends that a `+` follows: unlike texts, they need no space before it. No facet
/// begins with a `+`.
pub(crate) fn end_of_member(text: &str) -> Option<usize> {
    let plus = text.find('+')?;
    (plus == 0 || is_class(&text[..plus]) || is_global_id(&text[..plus])).then_some(plus)
}

fn is_word(word: &str) -> bool {
    word.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// `IfcWall`, however its letters are cased.
fn is_class(word: &str) -> bool {
    word.len() > 3 && word.get(..3).is_some_and(|ifc| ifc.eq_ignore_ascii_case("ifc")) && is_word(word)
}

/// 22 characters of the IFC alphabet; behind a `~` the ordinal that groma gives a repeated one.
fn is_global_id(word: &str) -> bool {
    let (id, ordinal) = word.split_once('~').unwrap_or((word, "1"));
    id.len() == 22
        && matches!(id.as_bytes()[0], b'0'..=b'3')
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$'))
        && !ordinal.is_empty()
        && ordinal.bytes().all(|b| b.is_ascii_digit())
}

fn is_attribute(word: &str) -> bool {
    word.len() > 1 && word.starts_with(|c: char| c.is_ascii_uppercase()) && is_word(word)
}
