//! What becomes of a session by what a person asks for.

use super::action::{Action, How, Panel, Tool};
use super::compare::Compare;
use super::looks::ColourBy;
use super::paint::Key;
use super::places::Places;
use super::plan::Plan;
use super::section::{Plane, SectionBox, Sections};
use super::views::{Drawn, KeptView};
use super::{Effect, Session, angle, counted};
use glam::DVec3;
use groma::schedule::Time;
use std::path::PathBuf;

/// So much of what is behind a face is cut away with what is before it, in metres.
const HAIR: f64 = 0.001;

impl Session {
    /// Does what a person asks for, as far as it concerns the session, and says what else is to be done.
    pub fn apply(&mut self, action: &Action) -> Vec<Effect> {
        let (before, told) = (self.looks.clone(), self.note.take());
        let mut effects = Vec::new();
        let what = self.obey(action, &mut effects);
        let further =
            matches!(action, Action::MoveSection(..) | Action::ResizeBox(..) | Action::NameSection(..));
        if let Some(what) = &what {
            self.history.changed(what, before, &self.looks, further);
        }
        if self.note.is_none() {
            // What failed stays until there is something else to tell.
            let failed = told.as_ref().is_some_and(|note| note.failed);
            match what.filter(|_| !further && !failed) {
                Some(what) => self.say(what),
                None if action.moves_on() && !failed => {}
                None => self.note = told,
            }
        }
        self.changed();
        effects
    }

    /// Does the work of [`Session::apply`]; gives the name of a change of looks that can be taken back.
    fn obey(&mut self, action: &Action, effects: &mut Vec<Effect>) -> Option<String> {
        match action {
            Action::Select(place, how) => self.choose(place.iter().copied().collect(), *how),
            Action::SelectAll(places, how) => self.choose(places.clone(), *how),
            Action::Search(text) => self.find(text),
            Action::KeepSet(name) => {
                self.kept.keep_set(name, &self.search);
                effects.push(Effect::Keep(format!("The set {name} is kept")));
            }
            Action::ForgetSet(name) => {
                self.kept.sets.retain(|(known, _)| known != name);
                effects.push(Effect::Keep(format!("The set {name} is no longer kept")));
            }
            Action::SelectSimilar => self.choose(self.similar(), How::Replace),
            Action::SelectWhole => self.choose_whole(),
            Action::Hide => {
                if self.selection.is_empty() {
                    self.say("Nothing is selected: there is nothing to hide");
                    return None;
                }
                let chosen = self.with_parts(&self.selection);
                if chosen.iter().all(|place| !self.catalogue.drawn().contains(place)) {
                    self.say("Nothing that is selected has a shape: there is nothing to hide");
                    return None;
                }
                self.selection = Places::default();
                self.looks.hidden.add(&chosen);
                self.look_up();
                return Some(format!("Hide {}", counted(chosen.len())));
            }
            Action::Isolate | Action::GhostOthers => {
                if self.selection.is_empty() {
                    self.say("Nothing is selected: there is nothing to keep");
                    return None;
                }
                let kept = self.with_contents(&self.selection);
                if !self.has_drawn(&kept) {
                    self.say("Nothing that is selected has a shape: there would be nothing to see");
                    return None;
                }
                let others = self.drawn_without(&kept);
                self.looks.hidden.subtract(&kept);
                self.looks.ghosted.subtract(&kept);
                let isolate = *action == Action::Isolate;
                if isolate {
                    self.looks.hidden.add(&others)
                } else {
                    self.looks.ghosted.add(&others)
                }
                let what = if isolate { "Isolate" } else { "Ghost all but" };
                return Some(format!("{what} {}", counted(self.selection.len())));
            }
            Action::SetHidden(places, hidden) => {
                if *hidden {
                    self.looks.hidden.add(places)
                } else {
                    self.looks.hidden.subtract(places)
                }
                let what = if *hidden { "Hide" } else { "Show" };
                return Some(format!("{what} {}", counted(places.len())));
            }
            Action::ShowAll => {
                self.looks.hidden = Places::default();
                self.looks.ghosted = Places::default();
                return Some("Show all".into());
            }
            Action::Undo => match self.history.undo(&mut self.looks) {
                Some(what) => self.after_undo(format!("Undone: {what}")),
                None => self.say("There is nothing to undo"),
            },
            Action::Redo => match self.history.redo(&mut self.looks) {
                Some(what) => self.after_undo(format!("Done again: {what}")),
                None => self.say("There is nothing to redo"),
            },
            Action::Colour(by) => {
                self.looks.colour = by.clone();
                self.key = Key::of(self, by);
                return Some(by.title());
            }
            Action::Sort(sorting) => self.sorting = *sorting,
            Action::Fit => effects.push(self.bounds_of_all().map_or(Effect::FrameAll, Effect::Frame)),
            Action::FitSelection => match self.bounds(self.with_contents(&self.selection).iter()) {
                Some(bounds) => effects.push(Effect::Frame(bounds)),
                None => effects.push(self.bounds_of_all().map_or(Effect::FrameAll, Effect::Frame)),
            },
            Action::Home => effects.push(Effect::Home),
            Action::Look(direction) => effects.push(Effect::Look(*direction)),
            Action::Parallel(parallel) => {
                self.parallel = *parallel;
                effects.push(Effect::Parallel(*parallel));
            }
            Action::Walk(walking) => {
                self.walking = *walking;
                effects.push(Effect::Walk(*walking));
            }
            Action::KeepView(name) => effects.push(Effect::KeepCamera(name.clone())),
            Action::GoToView(name) => {
                let Some(view) = self.kept.views.iter().find(|v| v.name == *name).cloned() else {
                    self.fail(format!("There is no view called {name}"));
                    return None;
                };
                // An issue would be faint and boxed elsewhere.
                self.clashes.open(None);
                self.looks.sections = view.sections.clone();
                if self.parallel != view.parallel {
                    self.parallel = view.parallel;
                    effects.push(Effect::Parallel(view.parallel));
                }
                effects.push(Effect::Stand(view.stand));
                self.look_as(&view, effects);
                return Some(format!("Go to view {name}"));
            }
            Action::ForgetView(name) => {
                self.kept.views.retain(|v| v.name != *name);
                effects.push(Effect::Keep(format!("The view {name} is no longer kept")));
            }
            Action::Use(tool) => {
                self.tool = *tool;
                self.measures.begun.clear();
            }
            Action::Measure(snap) => match self.tool {
                Tool::Section => {
                    // What lies in front of the face is cut away, and a hair of what is behind it, so that it is a cut.
                    return self.cut(snap.point - snap.normal * HAIR, -snap.normal);
                }
                Tool::Select => {}
                tool => {
                    let measure = self.measures.take(tool, *snap)?;
                    self.say(format!("{}; caught: {}", measure.words, measure.caught_words()));
                    self.looks.measured.push(measure);
                    return Some("Measure".into());
                }
            },
            Action::ClearMeasures => {
                self.measures.begun.clear();
                self.looks.measured.clear();
                return Some("Forget all measures".into());
            }
            Action::Cut(point, keep) => return self.cut(*point, *keep),
            Action::CutAlong(axis) => {
                let seen = self.catalogue.drawn().iter().filter(|&place| self.is_seen(place, false));
                let (low, high) = self.bounds(seen).or_else(|| self.bounds_of_all())?;
                let mut keep = DVec3::ZERO;
                keep[*axis % 3] = -1.0;
                return self.cut((low + high) * 0.5, keep);
            }
            Action::SectionBox => {
                let chosen = self.bounds(self.with_contents(&self.selection).iter());
                let (low, high) = chosen.or_else(|| self.bounds_of_all())?;
                let room = (high - low).max_element().max(0.1) * 0.05;
                self.looks.sections.bounds = Some(SectionBox { low: low - room, high: high + room });
                self.panels.insert(Panel::Sections);
                return Some("Section box".into());
            }
            Action::MoveSection(n, by) => {
                let plane = self.looks.sections.planes.get_mut(*n).filter(|_| by.is_finite())?;
                plane.offset += by;
                return Some(format!("Move {}", plane.name));
            }
            Action::LetGo => self.history.let_go(),
            Action::FlipSection(n) => {
                let plane = self.looks.sections.planes.get_mut(*n)?;
                (plane.normal, plane.offset) = (-plane.normal, -plane.offset);
                return Some(format!("Flip {}", plane.name));
            }
            Action::SwitchSection(n, on) => {
                let plane = self.looks.sections.planes.get_mut(*n)?;
                plane.on = *on;
                return Some(format!("{} {}", if *on { "Cut at" } else { "Do not cut at" }, plane.name));
            }
            Action::NameSection(n, name) => {
                self.looks.sections.planes.get_mut(*n)?.name = name.clone();
                return Some(format!("Name section {}", n + 1));
            }
            Action::RemoveSection(n) => {
                let planes = &mut self.looks.sections.planes;
                let plane = (*n < planes.len()).then(|| planes.remove(*n))?;
                return Some(format!("Remove {}", plane.name));
            }
            Action::ResizeBox(low, high) => {
                if low.is_finite() && high.is_finite() && low.cmplt(*high).all() {
                    self.looks.sections.bounds = Some(SectionBox { low: *low, high: *high });
                }
                return Some("Resize the section box".into());
            }
            Action::RemoveBox => {
                self.looks.sections.bounds = None;
                return Some("Remove the section box".into());
            }
            Action::ClearSections => {
                self.looks.sections = Sections::default();
                return Some("Remove all sections".into());
            }
            Action::Check => {
                self.panels.insert(Panel::Issues);
                effects.push(Effect::Check);
            }
            Action::OpenIssue(issue) => {
                self.clashes.open(*issue);
                self.clashes.cut_then = self.looks.sections.clone();
                effects.extend(self.frame_issue());
            }
            Action::StepIssue(forward) => {
                self.clashes.step(*forward);
                self.clashes.cut_then = self.looks.sections.clone();
                effects.extend(self.frame_issue());
            }
            Action::FilterIssues(words) => {
                self.clashes.filter = words.clone();
                self.clashes.list();
            }
            Action::SortIssues(by) => {
                self.clashes.sort = *by;
                self.clashes.list();
            }
            Action::ListState(state, listed) => {
                self.clashes.without.retain(|s| s != state);
                if !listed {
                    self.clashes.without.push(state);
                }
                self.clashes.list();
            }
            Action::Waive(reason, author, expires) => match self.clashes.current() {
                Some(issue) => {
                    let (key, clashes) = (issue.row.key.clone(), issue.row.clashes.clone());
                    let (reason, author, expires) = (reason.clone(), author.clone(), expires.clone());
                    effects.push(Effect::Waive { key, clashes, reason, author, expires });
                }
                None => self.say("No issue is open: there is nothing to waive"),
            },
            Action::Comment { text, author, status, assigned_to } => match self.clashes.current() {
                Some(issue) => effects.push(Effect::Comment {
                    issue: issue.row.key.clone(),
                    text: text.clone(),
                    author: author.clone(),
                    status: *status,
                    assigned_to: assigned_to.clone(),
                }),
                None => self.say("No issue is open: there is nothing to say of it"),
            },
            Action::Play(playing) => self.with_plan(|plan| plan.play(*playing)),
            Action::Speed(speed) => {
                let (slowest, fastest) = Plan::SPEEDS;
                self.with_plan(|plan| {
                    plan.speed = if speed.is_finite() { speed.clamp(slowest, fastest) } else { 1.0 };
                });
            }
            Action::StepTime(step, forward) => self.with_plan(|plan| {
                plan.playing = false;
                plan.step(*step, *forward);
            }),
            Action::GoTo(at) => self.with_plan(|plan| {
                plan.playing = false;
                plan.go_to(*at);
            }),
            Action::GoToDate(text) => match Time::parse_evening(text) {
                Some(at) => {
                    self.say(format!("The programme at {at}"));
                    return self.obey(&Action::GoTo(at), effects);
                }
                None => self.fail(format!(
                    "{:?} is no date: write it as 2026-05-01, or with an hour as 2026-05-01T12:00",
                    text.trim()
                )),
            },
            Action::OpenTask(task) => {
                if let Some(plan) = self.plan.as_ref().or(self.laid_aside.as_ref()) {
                    self.selection = plan.elements_of(*task).into_iter().collect();
                    self.look_up();
                }
            }
            Action::ShowPlan(showing, absent) => self.with_plan(|plan| plan.show(*showing, *absent)),
            Action::UsePlan(used) => {
                if *used && self.plan.is_none() {
                    self.plan = self.laid_aside.take();
                    match self.plan {
                        Some(_) => {
                            self.panels.insert(Panel::Plan);
                        }
                        None => self.say("No programme is open: name one in groma.toml"),
                    }
                } else if !*used && self.plan.is_some() {
                    self.leave_comparison();
                    self.laid_aside = self.plan.take();
                }
            }
            Action::Compare(Some(n)) => {
                self.panels.insert(Panel::WhatIfs);
                effects.push(Effect::RunScenario(*n));
            }
            Action::Compare(None) => self.leave_comparison(),
            Action::Drop(paths) if paths.is_empty() => self.dropped.clear(),
            Action::Drop(paths) if self.elements.is_none() => effects.push(Effect::Open(paths.clone())),
            Action::Drop(paths) => self.dropped.extend(paths.iter().cloned()),
            Action::Open(paths) => {
                self.dropped.clear();
                effects.push(Effect::Open(paths.clone()));
            }
            Action::Add(paths) => {
                self.dropped.clear();
                effects.push(Effect::Add(paths.clone()));
            }
            Action::AskOpen => effects.push(Effect::AskOpen),
            Action::AskAdd => effects.push(Effect::AskAdd),
            Action::OpenSample => effects.push(Effect::OpenSample),
            Action::Reload => effects.push(Effect::Reload),
            Action::Cancel => effects.push(Effect::Cancel),
            Action::AskPicture => effects.push(Effect::AskPicture),
            Action::Picture(path) => effects.push(Effect::Picture(path.clone())),
            Action::AskFilm(days) => effects.push(Effect::AskFilm(*days)),
            Action::Film(path, days) => effects.push(Effect::Film(path.clone(), *days)),
            Action::CopyCommand => effects.push(Effect::CopyCommand),
            Action::ShowPanel(panel, shown) => {
                self.waiting.remove(panel);
                if *shown {
                    self.panels.insert(*panel)
                } else {
                    self.panels.remove(panel)
                };
                // Whoever closes the list has done with its issues.
                if *panel == Panel::Issues && !shown {
                    self.clashes.open(None);
                }
            }
            Action::Palette(open) => self.palette = *open,
            Action::Refuse(title, why) => self.say(format!("{title}: {why}")),
            Action::Dark(dark) => self.light = !dark,
            Action::Escape => effects.extend(self.escape()),
            Action::Quit => effects.push(Effect::Quit),
        }
        None
    }

    /// Draws what a kept view draws, in its colours, at its instant.
    fn look_as(&mut self, view: &KeptView, effects: &mut Vec<Effect>) {
        if let (Some(elements), Some(drawn)) = (&self.elements, &view.drawn) {
            let known = elements.by_key();
            let places = |named: &[(String, String)]| -> Places {
                named.iter().filter_map(|(m, id)| known.get(&(m.as_str(), id.as_str())).copied()).collect()
            };
            self.looks.ghosted = Places::default();
            self.looks.hidden = match drawn {
                Drawn::AllBut(hidden) => places(hidden),
                Drawn::Only(shown) => self.drawn_without(&places(shown)),
            };
        }
        if let Some(word) = &view.colour {
            self.looks.colour = ColourBy::of_word(word);
            self.key = Key::of(self, &self.looks.colour);
        }
        if let Some(at) = view.at {
            for action in [Action::UsePlan(true), Action::GoTo(at)] {
                let _ = self.obey(&action, effects);
            }
        }
    }

    /// Changes the programme that is shown; a scenario beside it keeps its time.
    fn with_plan(&mut self, change: impl FnOnce(&mut Plan)) {
        match &mut self.plan {
            Some(plan) => change(plan),
            None => self.say("No programme is shown"),
        }
        self.keep_time();
    }

    /// Lets real seconds pass.
    pub fn pass(&mut self, seconds: f64) {
        if let Some(plan) = &mut self.plan {
            plan.pass(seconds);
        }
        self.keep_time();
        self.changed();
    }

    fn keep_time(&mut self) {
        if let (Some(plan), Some(compare)) = (&self.plan, &mut self.compare) {
            compare.other.go_to(plan.at());
            if (compare.other.showing, compare.other.absent) != (plan.showing, plan.absent) {
                compare.other.show(plan.showing, plan.absent);
            }
        }
    }

    fn leave_comparison(&mut self) {
        if self.compare.take().is_some() {
            let shown = self.plan.take();
            self.plan = self.stated.take().or_else(|| shown.clone());
            if let (Some(plan), Some(shown)) = (&mut self.plan, &shown) {
                plan.follow(shown);
            }
        }
    }

    /// Puts a scenario beside the programme as its logic computes it; time goes on as before.
    pub fn compare_with(&mut self, path: PathBuf, name: String, mut base: Plan, mut other: Plan) {
        let shown = self.plan.take().or(self.laid_aside.take());
        // One clock for both: it runs until the later of them is finished.
        let (first, last) = (base.span().0.min(other.span().0), base.span().1.max(other.span().1));
        for plan in [&mut base, &mut other] {
            plan.widen(first, last);
            match &shown {
                Some(shown) => plan.follow(shown),
                None => plan.go_to(first),
            }
        }
        self.stated = self.stated.take().or(shown);
        let dates = |plan: &Plan| plan.tasks().iter().map(|t| (t.start, t.finish)).collect::<Vec<_>>();
        let moved = self.stated.as_ref().map_or(0, |stated| {
            dates(stated).iter().zip(dates(&base)).filter(|(stated, computed)| *stated != computed).count()
        });
        self.plan = Some(base);
        self.say(format!("Beside the programme: {name}"));
        self.compare = Some(Compare { path, name, moved, other });
        self.changed();
    }

    fn escape(&mut self) -> Option<Effect> {
        if !self.dropped.is_empty() {
            self.dropped.clear();
        } else if self.palette {
            self.palette = false;
        } else if self.walking {
            self.walking = false;
            return Some(Effect::Walk(false));
        } else if self.tool != Tool::Select {
            self.tool = Tool::Select;
            self.measures.begun.clear();
        } else if self.clashes.current().is_some() {
            self.clashes.open(None);
        } else {
            self.selection = Places::default();
            self.look_up();
        }
        None
    }

    fn after_undo(&mut self, text: String) {
        self.key = Key::of(self, &self.looks.colour);
        self.say(text);
    }

    fn cut(&mut self, point: DVec3, keep: DVec3) -> Option<String> {
        let planes = &mut self.looks.sections.planes;
        if planes.len() == Sections::MOST {
            self.say(format!("There are {} section planes already: remove one first", Sections::MOST));
            return None;
        }
        let plane = Plane::through(format!("Section {}", planes.len() + 1), point, keep)?;
        let name = plane.name.clone();
        planes.push(plane);
        self.panels.insert(Panel::Sections);
        if self.tool == Tool::Section {
            self.tool = Tool::Select;
        }
        Some(name)
    }

    /// How to see the issue that is open: around the point where two things meet, as far as the smaller of them
    /// reaches, from where both are seen.
    fn frame_issue(&self) -> Option<Effect> {
        let issue = self.clashes.current()?;
        let (_, reach) = self.around_issue()?;
        let bounds = (issue.point - DVec3::splat(reach), issue.point + DVec3::splat(reach));
        let (yaw, pitch) = angle::of_both(&self.surfaces, issue.point, reach, &issue.first, &issue.second);
        Some(Effect::FrameFrom(bounds, yaw, pitch))
    }
}
