//! An XML text as a tree, within bounds.

use super::{Notes, ReadError};
use groma_model::codes;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;

/// How deep elements may nest; the formats that are read need less than twenty levels.
const DEEPEST: usize = 128;

/// An element.
#[derive(Debug, Default)]
pub(crate) struct Element<'a> {
    /// Its name without prefix.
    pub(crate) name: &'a str,
    /// Its own text, entities resolved, blanks around it cut off.
    pub(crate) text: Cow<'a, str>,
    /// The text of the file from its first to its last character.
    pub(crate) raw: &'a str,
    /// The elements in it.
    pub(crate) children: Vec<Element<'a>>,
}

impl<'a> Element<'a> {
    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element<'a>> {
        self.children.iter().find(|c| c.name == name)
    }

    /// All children of that name.
    pub(crate) fn all<'e>(&'e self, name: &'static str) -> impl Iterator<Item = &'e Element<'a>> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The text of the first child of that name; none when it is empty.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|c| c.text.as_ref()).filter(|t| !t.is_empty())
    }
}

/// The root element. What ends too early, or breaks the rules of XML somewhere, is read as far as it goes.
pub(crate) fn parse<'a>(text: &'a str, notes: &mut Notes) -> Result<Element<'a>, ReadError> {
    let mut reader = Reader::from_str(text);
    let mut stack: Vec<(Element<'a>, usize)> = Vec::new();
    let mut root = None;
    loop {
        let before = position(&reader);
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let line = text[..before].lines().count().max(1);
                notes.add(codes::TRUNCATED_SCHEDULE, || format!("line {line}: {error}"));
                break;
            }
        };
        match event {
            Event::Start(start) => {
                if stack.len() >= DEEPEST {
                    let what = format!("elements nest deeper than {DEEPEST} levels");
                    return Err(ReadError::Malformed { format: "XML", what });
                }
                stack.push((
                    Element { name: name_at(text, before, start.name().0.len()), ..Element::default() },
                    before,
                ));
            }
            Event::Empty(start) => {
                let name = name_at(text, before, start.name().0.len());
                let raw = &text[before..position(&reader)];
                close(Element { name, raw, ..Element::default() }, &mut stack, &mut root);
            }
            Event::End(_) => {
                if let Some((mut element, from)) = stack.pop() {
                    element.raw = &text[from..position(&reader)];
                    finish(&mut element);
                    close(element, &mut stack, &mut root);
                }
            }
            Event::Text(part) => add(&mut stack, part.decode().unwrap_or_default()),
            Event::CData(part) => add(&mut stack, part.decode().unwrap_or_default()),
            Event::GeneralRef(reference) => {
                let name = reference.decode().unwrap_or_default();
                match reference.resolve_char_ref() {
                    Ok(Some(c)) => add(&mut stack, Cow::Owned(c.to_string())),
                    // Entities of the document's own are not resolved: they could make a text of any length.
                    _ => add(
                        &mut stack,
                        predefined(&name).map_or_else(
                            || {
                                notes.add(codes::UNKNOWN_ENTITY, || {
                                    format!("line {}: &{name};", text[..before].lines().count().max(1))
                                });
                                Cow::Owned(format!("&{name};"))
                            },
                            Cow::Borrowed,
                        ),
                    ),
                }
            }
            Event::Eof => {
                if !stack.is_empty() {
                    notes.add(codes::TRUNCATED_SCHEDULE, || {
                        let open: Vec<&str> = stack.iter().map(|(e, _)| e.name).collect();
                        format!(
                            "it breaks off in line {}, within <{}>",
                            text.lines().count(),
                            open.join("><")
                        )
                    });
                }
                break;
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    // What was open when the text broke off holds what came before.
    while let Some((mut element, _)) = stack.pop() {
        finish(&mut element);
        close(element, &mut stack, &mut root);
    }
    root.ok_or(ReadError::Unknown)
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The name of the element whose `<` stands at a place, without its prefix.
fn name_at(text: &str, at: usize, length: usize) -> &str {
    let name = text.get(at + 1..at + 1 + length).unwrap_or_default();
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn predefined(name: &str) -> Option<&'static str> {
    Some(match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}

fn add<'a>(stack: &mut [(Element<'a>, usize)], part: Cow<'a, str>) {
    let Some((element, _)) = stack.last_mut() else { return };
    if element.text.is_empty() {
        element.text = part;
    } else {
        element.text.to_mut().push_str(&part);
    }
}

fn finish(element: &mut Element<'_>) {
    if element.children.is_empty() {
        let trimmed = element.text.trim();
        if trimmed.len() < element.text.len() {
            element.text = Cow::Owned(trimmed.to_owned());
        }
    } else {
        element.text = Cow::Borrowed("");
    }
}

fn close<'a>(element: Element<'a>, stack: &mut [(Element<'a>, usize)], root: &mut Option<Element<'a>>) {
    match stack.last_mut() {
        Some((parent, _)) => parent.children.push(element),
        None => {
            root.get_or_insert(element);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn check(text: &str, expect: &str, complaints: usize) {
        let mut notes = Notes::new(&Arc::from("x"));
        let shown = match parse(text, &mut notes) {
            Ok(root) => show(&root),
            Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
        };
        assert_eq!(shown, expect);
        assert_eq!(notes.finish().len(), complaints);
    }

    fn show(element: &Element<'_>) -> String {
        let children: Vec<String> = element.children.iter().map(show).collect();
        format!("{}({}{})", element.name, element.text, children.join(","))
    }

    #[test]
    fn elements_texts_and_entities() {
        check("<?xml version='1.0'?><a:b><c>1 &lt; 2 &#65;</c><d/></a:b>", "b(c(1 < 2 A),d())", 0);
        check("<a><![CDATA[<x>]]></a>", "a(<x>)", 0);
    }

    #[test]
    fn what_breaks_off_is_read_as_far_as_it_goes() {
        check("<a><b>1</b><c>2", "a(b(1),c(2))", 1);
        check("<a><b>1</b></c>", "a(b(1))", 1);
        check("", "this is not a programme", 0);
    }

    #[test]
    fn bombs_do_not_go_off() {
        let bomb = "<!DOCTYPE a [<!ENTITY x 'yyyyyyyyyy'><!ENTITY z '&x;&x;&x;'>]><a>&z;&z;</a>";
        check(bomb, "a(&z;&z;)", 2);
        check(&"<a>".repeat(100_000), "the XML cannot be read: elements nest deeper than 128 levels", 0);
    }
}
