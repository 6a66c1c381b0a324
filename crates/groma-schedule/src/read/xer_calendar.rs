//! The text of a calendar in an XER file: `(0||name(key|value|…)(children))`, nested.

use super::Notes;
use crate::calendar::{Calendar, Exception, Shift, Shifts};
use crate::time::{Day, parse_clock};
use groma_model::codes;

/// How deep the text may nest; a calendar's needs four levels.
const DEEPEST: usize = 16;

/// A node of the text.
#[derive(Default)]
struct Node<'a> {
    name: &'a str,
    values: Vec<(&'a str, &'a str)>,
    children: Vec<Node<'a>>,
}

/// Fills in the week and the exceptions that the text states. Without a week the usual one stays.
pub(crate) fn fill(calendar: &mut Calendar, text: &str, line: usize, notes: &mut Notes) {
    if text.trim().is_empty() {
        return;
    }
    let mut parser = Parser { text, at: 0 };
    let root = parser.node(0);
    if root.is_none() || parser.truncated() {
        notes.add(codes::UNREADABLE_CALENDAR, || format!("line {line}: {:?} ends too early", calendar.name));
    }
    let Some(root) = root else { return };
    for part in &root.children {
        match part.name {
            "DaysOfWeek" => week(calendar, part, line, notes),
            "Exceptions" => {
                for child in &part.children {
                    match exception(child) {
                        Some((exception, whole)) => {
                            if !whole {
                                complain(calendar, line, notes);
                            }
                            calendar.exceptions.push(exception);
                        }
                        None => complain(calendar, line, notes),
                    }
                }
            }
            _ => {}
        }
    }
}

fn complain(calendar: &Calendar, line: usize, notes: &mut Notes) {
    notes.add(codes::UNREADABLE_CALENDAR, || format!("line {line}: {:?}", calendar.name));
}

fn week(calendar: &mut Calendar, part: &Node<'_>, line: usize, notes: &mut Notes) {
    // A week that states any day states all: those it leaves out are off.
    if !part.children.is_empty() {
        calendar.week = std::array::from_fn(|_| Some(Shifts::new()));
    }
    for day in &part.children {
        let (shifts, whole) = shifts(day);
        // 1 is Sunday, 2 Monday.
        match day.name.trim().parse::<usize>() {
            Ok(number @ 1..=7) => calendar.week[(number + 5) % 7] = Some(shifts),
            _ => complain(calendar, line, notes),
        }
        if !whole {
            complain(calendar, line, notes);
        }
    }
}

/// The shifts of a day, and whether all of them could be read.
fn shifts(day: &Node<'_>) -> (Shifts, bool) {
    let mut found = Shifts::new();
    let mut whole = true;
    for child in &day.children {
        let value = |key: &str| child.values.iter().find(|(k, _)| *k == key).map(|(_, v)| *v);
        let Some((start, finish)) = value("s").zip(value("f")) else { continue };
        let shift = parse_clock(start).zip(parse_clock(finish)).and_then(|(s, f)| Shift::new(s, f));
        whole &= shift.is_some();
        found.extend(shift);
    }
    (found, whole)
}

/// An exception, on a day that a spreadsheet counts from 1899-12-30 on.
fn exception(node: &Node<'_>) -> Option<(Exception, bool)> {
    let (_, serial) = node.values.iter().find(|(k, _)| *k == "d")?;
    let number = serial.trim().parse::<i32>().ok()?.checked_sub(2)?;
    let day = Day::from_number(number);
    let (shifts, whole) = shifts(node);
    (Day::MIN..=Day::MAX).contains(&day).then(|| (Exception::on(day, shifts), whole))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// True when the text ended before its brackets were closed.
    fn truncated(&self) -> bool {
        let opened = self.text.bytes().filter(|b| *b == b'(').count();
        opened != self.text.bytes().filter(|b| *b == b')').count()
    }

    /// Goes on behind blanks, and the control characters that stand for line breaks.
    fn skip_blanks(&mut self) {
        let rest = self.rest();
        let next = rest.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
        self.at += rest.len() - next.len();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    /// The text up to one of the characters.
    fn until(&mut self, ends: &[char]) -> &'a str {
        let rest = self.rest();
        let end = rest.find(ends).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// `(0||name(key|value|…)(children))`; `None` where no node begins.
    fn node(&mut self, depth: usize) -> Option<Node<'a>> {
        if depth > DEEPEST || !self.take('(') {
            return None;
        }
        let mut node = Node::default();
        let head = self.until(&['(', ')']);
        node.name = head.rsplit_once("||").map_or(head, |(_, name)| name).trim();
        if self.take('(') {
            let values = self.until(&[')']);
            self.take(')');
            let mut words = values.split('|').map(str::trim);
            while let (Some(key), Some(value)) = (words.next(), words.next()) {
                node.values.push((key, value));
            }
        }
        if self.take('(') {
            while let Some(child) = self.node(depth + 1) {
                node.children.push(child);
            }
            self.take(')');
        }
        self.take(')');
        Some(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn check(text: &str, expect_shifts: usize, expect_exceptions: usize, complaints: usize) {
        let mut calendar = Calendar::standard("", "c");
        let mut notes = Notes::new(&Arc::from("x"));
        fill(&mut calendar, text, 1, &mut notes);
        let shifts: usize = calendar.week.iter().flatten().map(Vec::len).sum();
        assert_eq!((shifts, calendar.exceptions.len()), (expect_shifts, expect_exceptions), "{calendar:?}");
        assert_eq!(notes.finish().len(), complaints);
    }

    #[test]
    fn weeks_and_exceptions_are_read() {
        let week =
            "(0||DaysOfWeek()((0||1()())(0||2()((0||0(s|08:00|f|12:00)())(0||1(f|17:00|s|13:00)())))))";
        check(&format!("(0||CalendarData()({week}))"), 2, 0, 0);
        let exceptions = "(0||Exceptions()((0||0(d|43650)())(0||1(d|43651)((0||0(s|00:00|f|00:00)())))))";
        check(&format!("(0||CalendarData()(\u{7f}\u{7f}{week} {exceptions}))"), 2, 2, 0);
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_is_read() {
        check("(0||CalendarData()(", 10, 0, 1);
        check("nothing of the kind", 10, 0, 1);
        check("(0||C()((0||DaysOfWeek()((0||2()((0||0(s|17:00|f|08:00)())))(0||9()())))))", 0, 0, 2);
        check("(0||C()((0||Exceptions()((0||0()())(0||1(d|99999999)())))))", 10, 0, 2);
        check(&"(0||a()(".repeat(10_000), 10, 0, 1);
    }
}
