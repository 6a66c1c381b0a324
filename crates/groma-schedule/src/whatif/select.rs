//! Which tasks a scenario means.

use super::apply::Layer;
use super::scenario::{Change, ScenarioError};
use super::script::Condition;
use crate::activity::{Activity, Status};
use crate::schedule::{ActivityIndex, WbsNode};
use crate::time::Time;

/// Whether a node of the breakdown is what a pattern names: by its code, its name, or the names down to it with `/`
/// between them, the topmost of which may be left away.
fn is_place(pattern: &str, path: &[&WbsNode]) -> bool {
    let is_path = |from: usize| {
        let names: Vec<&str> = path.iter().skip(from).map(|n| n.name.as_str()).collect();
        let text = names.join("/");
        is_match(pattern, &text) || is_match(pattern, &format!("{text}/"))
    };
    let Some(node) = path.last() else { return false };
    is_match(pattern, &node.code)
        || is_match(pattern, &node.name)
        || is_path(0)
        || path.len() > 1 && is_path(1)
}

impl Layer<'_> {
    /// By code, and where no code matches by name; of them those of which an expression is true.
    pub(super) fn tasks(
        &self,
        pattern: &str,
        when: Option<&String>,
    ) -> Result<Vec<ActivityIndex>, ScenarioError> {
        let by = |of: fn(&Activity) -> &str| -> Vec<ActivityIndex> {
            let matches = |i: &ActivityIndex| is_match(pattern, of(&self.base.activities[i.at()]));
            self.base.indices().filter(|i| self.network.slot(*i).is_some()).filter(matches).collect()
        };
        let by_code = by(|a| &a.code);
        let mut found = if by_code.is_empty() { by(|a| &a.name) } else { by_code };
        if let Some(when) = when {
            self.keep(&mut found, when)?;
        }
        if found.is_empty() { Err(self.nothing(format!("task = {pattern:?}"))) } else { Ok(found) }
    }

    pub(super) fn selected(&self, change: &Change) -> Result<Vec<ActivityIndex>, ScenarioError> {
        if let Some(selector) = &change.select {
            let scenario = self.scenario.scenario.name.clone();
            return Err(ScenarioError::Elements { scenario, selector: selector.clone() });
        }
        let mut found = match &change.task {
            Some(pattern) => self.tasks(pattern, None)?,
            None => self.base.indices().filter(|i| self.network.slot(*i).is_some()).collect(),
        };
        if let Some(pattern) = &change.wbs {
            found.retain(|i| {
                let path =
                    self.base.activities[i.at()].wbs.map(|w| self.base.wbs_path(w)).unwrap_or_default();
                (0..path.len()).any(|k| is_place(pattern, &path[..=k]))
            });
        }
        if let Some(pattern) = &change.resource {
            let mut works = vec![false; self.base.activities.len()];
            for assignment in &self.base.assignments {
                let resource = assignment.resource.and_then(|r| self.base.resources.get(r.at()));
                works[assignment.activity.at()] |=
                    resource.is_some_and(|r| is_match(pattern, &r.code) || is_match(pattern, &r.name));
            }
            found.retain(|i| works[i.at()]);
        }
        if let Some(code) = &change.code {
            let Some((kind, value)) = code.split_once('=') else {
                return Err(self.wrong(format!("code = {code:?}: write \"Phase=Shell\"")));
            };
            found.retain(|i| {
                let own = &self.base.activities[i.at()].codes;
                own.iter().any(|(k, v)| is_match(kind.trim(), k) && is_match(value.trim(), v))
            });
        }
        let planned =
            |i: &ActivityIndex| self.dates.of(*i).map_or((Time::MIN, Time::MIN), |d| (d.start, d.finish));
        if let Some(after) = &change.after {
            let after = self.date(after)?;
            found.retain(|i| planned(i).1 > after);
        }
        if let Some(before) = &change.before {
            let before = self.date(before)?;
            found.retain(|i| planned(i).0 < before);
        }
        if let Some(when) = &change.when {
            self.keep(&mut found, when)?;
        }
        let names_any = [
            &change.task,
            &change.wbs,
            &change.resource,
            &change.code,
            &change.after,
            &change.before,
            &change.when,
        ];
        if names_any.iter().all(|s| s.is_none()) {
            return Err(self.wrong("a change names no task, wbs, resource, code, window or calendar".into()));
        }
        if found.is_empty() {
            let names = names_any.iter().filter_map(|s| s.as_deref()).collect::<Vec<_>>().join(", ");
            return Err(self.nothing(names));
        }
        Ok(found)
    }

    /// Those of which an expression is true.
    fn keep(&self, found: &mut Vec<ActivityIndex>, when: &str) -> Result<(), ScenarioError> {
        let condition = Condition::parse(when).map_err(|what| self.wrong(what))?;
        let mut failed = None;
        found.retain(|i| match condition.holds(&self.base.activities[i.at()], self.dates.of(*i)) {
            Ok(holds) => holds,
            Err(what) => {
                failed.get_or_insert(what);
                false
            }
        });
        match failed {
            Some(what) => Err(self.wrong(what)),
            None => Ok(()),
        }
    }

    /// The one task that a link's end names: by code, else by a name that occurs once.
    pub(super) fn one(&self, name: &str) -> Result<ActivityIndex, ScenarioError> {
        let name = name.trim();
        let all = || self.base.indices().filter(|i| self.network.slot(*i).is_some());
        let code = all().find(|i| self.base.activities[i.at()].code == name);
        let mut named = all().filter(|i| self.base.activities[i.at()].name == name);
        match (code, named.next(), named.next()) {
            (Some(index), ..) | (None, Some(index), None) => Ok(index),
            (None, None, _) => Err(self.nothing(format!("the end {name:?} of a link"))),
            (None, Some(_), Some(_)) => {
                Err(self.wrong(format!("several tasks are named {name:?}; say its code")))
            }
        }
    }

    /// `2026-05-04`, or `start`, `finish`, `data_date`, `middle` with days and weeks of the wall clock:
    /// `start+2w+4d`. The middle is that of what is left.
    pub(super) fn date(&self, text: &str) -> Result<Time, ScenarioError> {
        let wrong = || self.wrong(format!("{text:?} is no date: write 2026-05-04, or start+2w+4d"));
        let text = text.trim();
        if text.starts_with(|c: char| c.is_ascii_digit()) {
            return Time::parse(text).ok_or_else(wrong);
        }
        let end = text.find(['+', '-']).unwrap_or(text.len());
        let frames = self.network.frames.iter();
        let finish = || self.dates.finish.iter().flatten().max().copied();
        let base = match text[..end].trim() {
            "start" => frames.map(|f| f.start).min(),
            "data_date" => frames.map(|f| f.data_date).max(),
            "finish" => finish(),
            "middle" => {
                // What is left begins at the first start that is not behind.
                let left = self.dates.activities.iter().zip(&self.base.activities);
                let left = left.filter(|(_, a)| a.status != Status::Complete);
                let from = left.filter_map(|(d, _)| Some(d.as_ref()?.early_start)).min();
                from.zip(finish()).map(|(from, to)| from + (to - from).max(0) / 2)
            }
            _ => None,
        };
        if base.is_none() && text[..end].trim() == "middle" {
            return Err(self.wrong(format!("{text:?}: nothing is left to be done")));
        }
        base.and_then(|at| offset(at, &text[end..])).ok_or_else(wrong)
    }
}

/// An instant with days and weeks of the wall clock: `+2w+4d`, `-3d`; nothing is the instant itself.
pub(super) fn offset(at: Time, text: &str) -> Option<Time> {
    let mut at = at;
    let mut rest = text.trim();
    while let Some(sign) = rest.chars().next() {
        let sign = match sign {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let next = rest[1..].find(['+', '-']).map_or(rest.len(), |k| k + 1);
        let part = rest[1..next].trim();
        let days = match (part.strip_suffix('d'), part.strip_suffix('w')) {
            (Some(days), _) => days.parse::<i32>().ok(),
            (_, Some(weeks)) => weeks.parse::<i32>().ok().and_then(|w| w.checked_mul(7)),
            _ => None,
        };
        let days = days.filter(|d| (0..=100_000).contains(d))?;
        at = at + sign * days * crate::time::DAY;
        rest = &rest[next..];
    }
    Some(at)
}

/// True when a text is as one of the alternatives of a pattern says, which `|` parts: `*` stands for anything, `?`
/// for one character; case does not matter.
pub fn is_match(pattern: &str, text: &str) -> bool {
    pattern.split('|').any(|alternative| fits(alternative.trim(), text))
}

fn fits(pattern: &str, text: &str) -> bool {
    let fold = |t: &str| t.to_lowercase().chars().collect::<Vec<char>>();
    let (p, t) = (fold(pattern), fold(text));
    let (mut i, mut k, mut star) = (0, 0, None);
    while k < t.len() {
        match p.get(i) {
            Some('*') => {
                star = Some((i, k));
                i += 1;
            }
            Some(c) if *c == '?' || *c == t[k] => {
                i += 1;
                k += 1;
            }
            // Let the last star take one more.
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (i, k) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    p[i..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match() {
        for (pattern, text, expect) in [
            ("Mason*", "masonry level 2", true),
            ("*level ?", "Masonry level 2", true),
            ("A10", "A100", false),
            ("*", "", true),
            ("*a*b", "xaxbxb", true),
            ("*a*b", "xaxbxc", false),
            ("Roof*| mason*", "Masonry", true),
        ] {
            assert_eq!(is_match(pattern, text), expect, "{pattern} {text}");
        }
    }
}
