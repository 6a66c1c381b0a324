//! The command line that shows a view again, and what it says.

use crate::session::action::{Action, How};
use crate::session::looks::ColourBy;
use crate::session::paint::has_property;
use crate::session::places::Places;
use crate::session::plan::{Absent, Showing};
use crate::session::section::Sections;
use crate::session::views::Stand;
use crate::session::{Session, counted};
use crate::session_plugin::OpenFiles;
use glam::DVec3;
use groma::schedule::Time;

/// What is shown of the models, as options of the command line say it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ViewOptions {
    /// Where the camera stands, in world metres.
    pub stand: Option<Stand>,
    /// The instant of the programme.
    pub at: Option<Time>,
    /// A selector of what is chosen.
    pub select: Option<String>,
    /// A selector of what alone is drawn.
    pub isolate: Option<String>,
    /// A selector of what alone is drawn solid, all else faintly.
    pub ghost_others: Option<String>,
    /// A selector of what is not drawn.
    pub hide: Option<String>,
    /// Projection is parallel.
    pub parallel: bool,
    /// What colours there are.
    pub colour: Option<String>,
    /// The instant is shown as it was seen, against the plan.
    pub seen: bool,
    /// A scenario that is shown beside the programme: the name of its file, without its ending.
    pub compare: Option<String>,
    /// Check for clashes, and show the issue of this number, from 1 in the order of the list, or of this key.
    pub issue: Option<String>,
    /// What does not stand at the instant is drawn faintly.
    pub ghost_absent: bool,
    /// A box of which only the inside is drawn: least and greatest corner, in world metres.
    pub section_box: Option<(DVec3, DVec3)>,
    /// Planes that cut: a point in world metres, and a vector towards what stays.
    pub cuts: Vec<(DVec3, DVec3)>,
}

impl ViewOptions {
    /// What a session with open models cannot show of this: the option, what is wrong with it and how to mend it.
    pub fn mistake(&self, session: &Session) -> Option<String> {
        let selectors = [
            ("--isolate", &self.isolate),
            ("--hide", &self.hide),
            ("--ghost-others", &self.ghost_others),
            ("--select", &self.select),
        ];
        let wrong = selectors.into_iter().find_map(|(option, selector)| {
            let selector = selector.as_ref()?;
            let error = match session.matching(selector) {
                Ok(found)
                    if ["--isolate", "--ghost-others"].contains(&option) && !session.has_drawn(&found) =>
                {
                    format!("nothing of {} has a shape", counted(found.len()))
                }
                Ok(_) => return None,
                Err(error) => error,
            };
            Some(format!("{option} {}: {error}", shell(selector)))
        });
        wrong.or_else(|| self.wrong_colour(session)).or_else(|| self.wrong_plan(session))
    }

    fn wrong_colour(&self, session: &Session) -> Option<String> {
        let by = self.colour.as_ref()?;
        let words: Vec<String> = ColourBy::PLAIN.iter().map(ColourBy::word).collect();
        if words.contains(by) || has_property(session, by) {
            return None;
        }
        let words = words.join(", ");
        Some(format!(
            "--colour {}: no element has such a property\n  hint: name one of {words}, or a property as Pset_WallCommon.FireRating",
            shell(by)
        ))
    }

    fn wrong_plan(&self, session: &Session) -> Option<String> {
        self.at?;
        let Some(plan) = session.plan.as_ref().or(session.laid_aside.as_ref()) else {
            let why = "no programme is linked to the elements: --at needs a groma.toml that names one";
            return Some(session.no_programme.clone().unwrap_or_else(|| why.into()));
        };
        let unseen = self.seen && !plan.has_seen();
        unseen.then(|| {
            "--seen: nothing was seen on site\n  hint: name a file of observations as [[progress]] in groma.toml"
                .to_owned()
        })
    }

    /// The actions that bring a session with open models to this view; `origin` is that of the project's frame.
    pub fn actions(&self, origin: DVec3) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Some(selector) = &self.isolate {
            actions.push(Action::Search(selector.clone()));
            actions.push(Action::Isolate);
            actions.push(Action::Select(None, How::Replace));
        }
        if let Some(selector) = &self.hide {
            actions.push(Action::Search(selector.clone()));
            actions.push(Action::Hide);
        }
        if let Some(selector) = &self.ghost_others {
            actions.push(Action::Search(selector.clone()));
            actions.push(Action::GhostOthers);
            actions.push(Action::Select(None, How::Replace));
        }
        if self.parallel {
            actions.push(Action::Parallel(true));
        }
        if let Some(selector) = &self.select {
            actions.push(Action::Search(selector.clone()));
        }
        if let Some(by) = &self.colour {
            actions.push(Action::Colour(ColourBy::of_word(by)));
        }
        if let Some(at) = self.at {
            actions.push(Action::UsePlan(true));
            actions.push(Action::GoTo(at));
            let showing = if self.seen { Showing::Seen } else { Showing::default() };
            let absent = if self.ghost_absent { Absent::Ghost } else { Absent::default() };
            actions.push(Action::ShowPlan(showing, absent));
        }
        if let Some((low, high)) = self.section_box {
            actions.push(Action::ResizeBox(low - origin, high - origin));
        }
        actions.extend(self.cuts.iter().map(|(point, keep)| Action::Cut(*point - origin, *keep)));
        actions
    }
}

/// A text as a shell takes it.
fn shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=:,+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn point(p: DVec3) -> String {
    format!("{:.3},{:.3},{:.3}", p.x, p.y, p.z)
}

/// The command that shows the present view of a session again.
pub fn words(session: &Session, files: &OpenFiles, stand: &Stand) -> String {
    let arguments = arguments(session, files, stand);
    std::iter::once("groma-viewer".to_owned())
        .chain(arguments.iter().map(|a| shell(a)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The arguments of that command.
pub fn arguments(session: &Session, files: &OpenFiles, stand: &Stand) -> Vec<String> {
    let origin = session.elements.as_ref().map(|e| e.project().frame.origin).unwrap_or_default();
    let words_of = |path: &std::path::PathBuf| path.to_string_lossy().into_owned();
    let mut all: Vec<String> = match &files.config {
        Some(config) => std::iter::once(&config.path).chain(&files.beside).map(words_of).collect(),
        None => files.files.iter().map(words_of).collect(),
    };
    all.push(format!(
        "--camera={},{:.3},{:.3},{:.3}",
        point(stand.focus + origin),
        stand.yaw.to_degrees(),
        stand.pitch.to_degrees(),
        stand.distance
    ));
    let mut say = |option: &str, value: String| all.extend([option.to_owned(), value]);
    if let Some(plan) = &session.plan {
        say("--at", plan.at().to_string());
    }
    if let Some(compare) = &session.compare
        && let Some(listed) = session.scenarios.iter().find(|l| l.path == compare.path)
    {
        say("--compare", listed.stem());
    }
    if let Some(Ok((option, selector))) = hiding(session) {
        say(option, selector);
    }
    if let Some(Ok(selector)) = solid(session) {
        say("--ghost-others", selector);
    }
    if let Some(Ok(selector)) = selector_of(session, &session.selection) {
        say("--select", selector);
    }
    // Its place in the list hangs on how that is sorted and filtered.
    if let Some(issue) = session.clashes.current() {
        say("--issue", issue.row.key.clone());
    }
    if session.looks.colour != ColourBy::Model {
        say("--colour", session.looks.colour.word());
    }
    if session.plan.as_ref().is_some_and(|p| p.showing == Showing::Seen) {
        all.push("--seen".into());
    }
    if session.plan.as_ref().is_some_and(|p| p.absent == Absent::Ghost) {
        all.push("--ghost-absent".into());
    }
    if session.parallel {
        all.push("--parallel".into());
    }
    // The box around an issue comes with it.
    let sections = if session.has_issue_box() { Sections::default() } else { session.sections() };
    if let Some(b) = sections.bounds {
        all.push(format!("--section-box={}:{}", point(b.low + origin), point(b.high + origin)));
    }
    for plane in sections.planes.iter().filter(|p| p.on) {
        let on_plane = plane.normal * plane.offset + origin;
        let keep = plane.normal;
        all.push(format!("--cut={}:{:.6},{:.6},{:.6}", point(on_plane), keep.x, keep.y, keep.z));
    }
    all
}

/// So many elements are named one by one at most: systems bound the length of an argument.
const NAMED: usize = 3000;

/// More elements than an argument can name.
struct TooMany;

/// A selector of some elements: what was searched for if that is what it found, else their GlobalIds. None for no
/// element.
fn selector_of(session: &Session, places: &Places) -> Option<Result<String, TooMany>> {
    if places.is_empty() {
        return None;
    }
    if *places == session.found {
        return Some(Ok(session.search.clone()));
    }
    if places.len() > NAMED {
        return Some(Err(TooMany));
    }
    let elements = session.elements.as_ref()?;
    let named = places.iter().filter_map(|place| elements.get(place));
    let named: Vec<String> = named.map(|(_, e)| format!("GlobalId={}", e.key.global_id)).collect();
    Some(Ok(named.join(" + ")))
}

/// What hides what is hidden: the shorter of what is not drawn and what alone is.
fn hiding(session: &Session) -> Option<Result<(&'static str, String), TooMany>> {
    let shown = session.drawn_without(&session.looks.hidden);
    let hide = selector_of(session, &session.drawn_without(&shown))?.map(|selector| ("--hide", selector));
    let isolate = selector_of(session, &shown).map(|s| s.map(|selector| ("--isolate", selector)));
    let both = isolate.into_iter().chain([hide]).flatten();
    Some(both.min_by_key(|(_, selector)| selector.len()).ok_or(TooMany))
}

/// What is not drawn faintly, where something is.
fn solid(session: &Session) -> Option<Result<String, TooMany>> {
    let solid = session.drawn_without(&session.looks.ghosted);
    (solid.len() < session.catalogue.drawn().len()).then(|| selector_of(session, &solid))?
}

/// What the command leaves out of what is hidden, faint or chosen, because it would be too long; in words.
pub fn left_out(session: &Session) -> Option<String> {
    let lost = [
        ("what is hidden", hiding(session).is_some_and(|hiding| hiding.is_err())),
        ("what is drawn faintly", solid(session).is_some_and(|solid| solid.is_err())),
        ("what is selected", selector_of(session, &session.selection).is_some_and(|s| s.is_err())),
    ];
    let lost: Vec<&str> = lost.into_iter().filter(|(_, lost)| *lost).map(|(what, _)| what).collect();
    (!lost.is_empty()).then(|| format!("more than {NAMED} elements: without {}", lost.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::shell;

    #[test]
    fn a_shell_takes_words_as_they_are() {
        assert_eq!(shell("a/b.ifc"), "a/b.ifc");
        assert_eq!(shell("it's, a \"name\""), r#"'it'\''s, a "name"'"#);
        assert_eq!(shell(""), "''");
    }
}
