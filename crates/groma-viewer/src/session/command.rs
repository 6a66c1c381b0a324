//! The commands: each once, for menus, palette, shortcuts and help.

use crate::session::Session;
use crate::session::action::{Action, Direction, Panel, Tool};
use crate::session::looks::ColourBy;
use crate::session::plan::{Absent, Showing, Step};
use bevy::input::keyboard::KeyCode;

/// The menu that a command stands in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Menu {
    /// Files and pictures.
    File,
    /// What is chosen, and what is hidden.
    Select,
    /// Where one looks from, and how.
    View,
    /// Cuts and measures.
    Tools,
    /// What collides.
    Clashes,
    /// What is built when.
    Programme,
    /// Panels and colours of the window.
    Window,
}

impl Menu {
    /// All of them, from left to right.
    pub const ALL: [Self; 7] =
        [Self::File, Self::Select, Self::View, Self::Tools, Self::Clashes, Self::Programme, Self::Window];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Select => "Select",
            Self::View => "View",
            Self::Tools => "Tools",
            Self::Clashes => "Clashes",
            Self::Programme => "Programme",
            Self::Window => "Window",
        }
    }
}

/// A key of a command.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    /// What types a letter, a digit or a sign in the layout that is in use; letters are small.
    Types(char),
    /// A key that is in its place in every layout.
    Is(KeyCode),
}

impl Key {
    /// True where shift makes another chord. A sign is one however it is typed.
    pub fn counts_shift(self) -> bool {
        match self {
            Self::Types(c) => c.is_alphanumeric(),
            Self::Is(_) => true,
        }
    }
}

/// A key with what is held beside it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Chord {
    /// Control is held.
    pub control: bool,
    /// Shift is held.
    pub shift: bool,
    /// The key.
    pub key: Key,
    /// The key's name for a person.
    pub name: &'static str,
}

impl Chord {
    const fn plain(key: Key, name: &'static str) -> Self {
        Self { control: false, shift: false, key, name }
    }

    const fn control(key: Key, name: &'static str) -> Self {
        Self { control: true, shift: false, key, name }
    }

    const fn shift(key: Key, name: &'static str) -> Self {
        Self { control: false, shift: true, key, name }
    }

    /// `Ctrl+Shift+Z`.
    pub fn words(self) -> String {
        let held = match (self.control, self.shift) {
            (true, true) => "Ctrl+Shift+",
            (true, false) => "Ctrl+",
            (false, true) => "Shift+",
            (false, false) => "",
        };
        format!("{held}{}", self.name)
    }
}

/// A command: what a person can ask for without a further word.
#[derive(Clone, Debug)]
pub struct Command {
    /// What it is called, in menus and in the palette.
    pub title: &'static str,
    /// Where it stands.
    pub menu: Menu,
    /// The keys that give it.
    pub keys: Option<Chord>,
    /// What it asks for, in the present session.
    pub action: fn(&Session) -> Action,
    /// Whether a tick stands beside it.
    pub ticked: Option<fn(&Session) -> bool>,
    /// Why it cannot be given at present.
    pub refused: fn(&Session) -> Option<&'static str>,
}

fn always(_: &Session) -> Option<&'static str> {
    None
}

fn with_models(s: &Session) -> Option<&'static str> {
    s.elements.is_none().then_some("no model is open")
}

fn with_selection(s: &Session) -> Option<&'static str> {
    s.selection.is_empty().then_some("nothing is selected")
}

fn with_issues(s: &Session) -> Option<&'static str> {
    s.clashes.listed().is_empty().then_some("no issue is listed")
}

fn with_plan(s: &Session) -> Option<&'static str> {
    s.plan.is_none().then_some("no programme is shown")
}

fn with_comparison(s: &Session) -> Option<&'static str> {
    s.compare.is_none().then_some("no scenario is shown")
}

fn with_any_plan(s: &Session) -> Option<&'static str> {
    (s.plan.is_none() && s.laid_aside.is_none()).then_some("no programme is open")
}

const fn command(
    menu: Menu,
    title: &'static str,
    keys: Option<Chord>,
    refused: fn(&Session) -> Option<&'static str>,
    action: fn(&Session) -> Action,
) -> Command {
    Command { title, menu, keys, action, ticked: None, refused }
}

const fn switch(
    menu: Menu,
    title: &'static str,
    keys: Option<Chord>,
    refused: fn(&Session) -> Option<&'static str>,
    ticked: fn(&Session) -> bool,
    action: fn(&Session) -> Action,
) -> Command {
    Command { title, menu, keys, action, ticked: Some(ticked), refused }
}

fn panel(s: &Session, panel: Panel) -> Action {
    Action::ShowPanel(panel, !s.panels.contains(&panel))
}

fn show(s: &Session, change: impl FnOnce(&mut Showing, &mut Absent)) -> Action {
    let (mut showing, mut absent) = s.plan.as_ref().map(|p| (p.showing, p.absent)).unwrap_or_default();
    change(&mut showing, &mut absent);
    Action::ShowPlan(showing, absent)
}

/// All commands, in the order of their menus.
pub static COMMANDS: &[Command] = &[
    command(Menu::File, "Open…", Some(Chord::control(Key::Types('o'), "O")), always, |_| Action::AskOpen),
    command(
        Menu::File,
        "Add models…",
        Some(Chord { control: true, shift: true, key: Key::Types('o'), name: "O" }),
        with_models,
        |_| Action::AskAdd,
    ),
    command(Menu::File, "Open the sample project", None, always, |_| Action::OpenSample),
    command(
        Menu::File,
        "Read all files again",
        Some(Chord::plain(Key::Is(KeyCode::F5), "F5")),
        with_models,
        |_| Action::Reload,
    ),
    command(Menu::File, "Stop what goes on", Some(Chord::control(Key::Types('.'), ".")), always, |_| {
        Action::Cancel
    }),
    command(
        Menu::File,
        "Write a picture…",
        Some(Chord::control(Key::Types('p'), "P")),
        with_models,
        |_| Action::AskPicture,
    ),
    command(Menu::File, "Write a film of the programme…", None, with_any_plan, |_| Action::AskFilm(None)),
    command(Menu::File, "Write a film of it day by day…", None, with_any_plan, |_| {
        Action::AskFilm(Some(1))
    }),
    command(Menu::File, "Write a film of it week by week…", None, with_any_plan, |_| {
        Action::AskFilm(Some(7))
    }),
    command(Menu::File, "Copy a command that shows this view", None, with_models, |_| Action::CopyCommand),
    command(Menu::File, "Quit", Some(Chord::control(Key::Types('q'), "Q")), always, |_| Action::Quit),
    command(Menu::Select, "Undo", Some(Chord::control(Key::Types('z'), "Z")), always, |_| Action::Undo),
    command(
        Menu::Select,
        "Redo",
        Some(Chord { control: true, shift: true, key: Key::Types('z'), name: "Z" }),
        always,
        |_| Action::Redo,
    ),
    command(Menu::Select, "Select similar", Some(Chord::shift(Key::Types('s'), "S")), with_selection, |_| {
        Action::SelectSimilar
    }),
    command(Menu::Select, "Select what it is part of", None, with_selection, |_| Action::SelectWhole),
    command(Menu::Select, "Select nothing", None, with_selection, |_| {
        Action::Select(None, crate::session::action::How::Replace)
    }),
    command(Menu::Select, "Hide", Some(Chord::plain(Key::Types('h'), "H")), with_selection, |_| Action::Hide),
    command(Menu::Select, "Isolate", Some(Chord::plain(Key::Types('i'), "I")), with_selection, |_| {
        Action::Isolate
    }),
    command(Menu::Select, "Ghost all else", Some(Chord::plain(Key::Types('g'), "G")), with_selection, |_| {
        Action::GhostOthers
    }),
    command(Menu::Select, "Show all", Some(Chord::shift(Key::Types('h'), "H")), with_models, |_| {
        Action::ShowAll
    }),
    command(Menu::View, "Fit everything", Some(Chord::plain(Key::Types('f'), "F")), always, |_| Action::Fit),
    command(
        Menu::View,
        "Fit the selection",
        Some(Chord::shift(Key::Types('f'), "F")),
        with_selection,
        |_| Action::FitSelection,
    ),
    command(
        Menu::View,
        "Back to the first view",
        Some(Chord::plain(Key::Is(KeyCode::Home), "Home")),
        always,
        |_| Action::Home,
    ),
    command(Menu::View, "From above", Some(Chord::plain(Key::Types('7'), "7")), always, |_| {
        Action::Look(Direction::Top)
    }),
    command(Menu::View, "From the south", Some(Chord::plain(Key::Types('1'), "1")), always, |_| {
        Action::Look(Direction::South)
    }),
    command(Menu::View, "From the east", Some(Chord::plain(Key::Types('3'), "3")), always, |_| {
        Action::Look(Direction::East)
    }),
    command(Menu::View, "From the north", Some(Chord::shift(Key::Types('1'), "1")), always, |_| {
        Action::Look(Direction::North)
    }),
    command(Menu::View, "From the west", Some(Chord::shift(Key::Types('3'), "3")), always, |_| {
        Action::Look(Direction::West)
    }),
    command(Menu::View, "From a corner", Some(Chord::plain(Key::Types('0'), "0")), always, |_| {
        Action::Look(Direction::Corner)
    }),
    switch(
        Menu::View,
        "Parallel projection",
        Some(Chord::plain(Key::Types('5'), "5")),
        always,
        |s| s.parallel,
        |s| Action::Parallel(!s.parallel),
    ),
    switch(
        Menu::View,
        "Walk",
        Some(Chord::plain(Key::Is(KeyCode::Tab), "Tab")),
        with_models,
        |s| s.walking,
        |s| Action::Walk(!s.walking),
    ),
    switch(
        Menu::View,
        "Colours as modelled",
        None,
        with_models,
        |s| s.looks.colour == ColourBy::Model,
        |_| Action::Colour(ColourBy::Model),
    ),
    switch(
        Menu::View,
        "Colours by class",
        None,
        with_models,
        |s| s.looks.colour == ColourBy::Class,
        |_| Action::Colour(ColourBy::Class),
    ),
    switch(
        Menu::View,
        "Colours by type",
        None,
        with_models,
        |s| s.looks.colour == ColourBy::Type,
        |_| Action::Colour(ColourBy::Type),
    ),
    switch(
        Menu::View,
        "Colours by discipline",
        None,
        with_models,
        |s| s.looks.colour == ColourBy::Discipline,
        |_| Action::Colour(ColourBy::Discipline),
    ),
    switch(
        Menu::View,
        "Colours by system",
        None,
        with_models,
        |s| s.looks.colour == ColourBy::System,
        |_| Action::Colour(ColourBy::System),
    ),
    switch(
        Menu::View,
        "Colours by storey",
        None,
        with_models,
        |s| s.looks.colour == ColourBy::Storey,
        |_| Action::Colour(ColourBy::Storey),
    ),
    switch(
        Menu::View,
        "Colours by material",
        None,
        with_models,
        |s| s.looks.colour == ColourBy::Material,
        |_| Action::Colour(ColourBy::Material),
    ),
    switch(
        Menu::View,
        "Colours by status",
        None,
        with_models,
        |s| s.looks.colour == ColourBy::Phase,
        |_| Action::Colour(ColourBy::Phase),
    ),
    switch(
        Menu::Tools,
        "Select",
        Some(Chord::plain(Key::Types('v'), "V")),
        always,
        |s| s.tool == Tool::Select,
        |_| Action::Use(Tool::Select),
    ),
    switch(
        Menu::Tools,
        "Measure a distance",
        Some(Chord::plain(Key::Types('m'), "M")),
        with_models,
        |s| s.tool == Tool::Distance,
        |_| Action::Use(Tool::Distance),
    ),
    switch(
        Menu::Tools,
        "Measure an angle",
        Some(Chord::shift(Key::Types('m'), "M")),
        with_models,
        |s| s.tool == Tool::Angle,
        |_| Action::Use(Tool::Angle),
    ),
    switch(
        Menu::Tools,
        "Measure a face",
        Some(Chord::shift(Key::Types('a'), "A")),
        with_models,
        |s| s.tool == Tool::Area,
        |_| Action::Use(Tool::Area),
    ),
    command(Menu::Tools, "Forget all measures", None, with_models, |_| Action::ClearMeasures),
    switch(
        Menu::Tools,
        "Cut at a face",
        Some(Chord::plain(Key::Types('x'), "X")),
        with_models,
        |s| s.tool == Tool::Section,
        |_| Action::Use(Tool::Section),
    ),
    command(Menu::Tools, "Cut across X", None, with_models, |_| Action::CutAlong(0)),
    command(Menu::Tools, "Cut across Y", None, with_models, |_| Action::CutAlong(1)),
    command(Menu::Tools, "Cut level", None, with_models, |_| Action::CutAlong(2)),
    command(Menu::Tools, "Section box", Some(Chord::plain(Key::Types('b'), "B")), with_models, |_| {
        Action::SectionBox
    }),
    command(
        Menu::Tools,
        "Remove all sections",
        Some(Chord::shift(Key::Types('x'), "X")),
        with_models,
        |_| Action::ClearSections,
    ),
    command(
        Menu::Clashes,
        "Check for clashes",
        Some(Chord::plain(Key::Is(KeyCode::F7), "F7")),
        with_models,
        |_| Action::Check,
    ),
    command(Menu::Clashes, "Next issue", Some(Chord::plain(Key::Types('n'), "N")), with_issues, |_| {
        Action::StepIssue(true)
    }),
    command(Menu::Clashes, "Previous issue", Some(Chord::shift(Key::Types('n'), "N")), with_issues, |_| {
        Action::StepIssue(false)
    }),
    command(Menu::Clashes, "Leave the issue", None, with_issues, |_| Action::OpenIssue(None)),
    switch(
        Menu::Programme,
        "Show the programme",
        Some(Chord::plain(Key::Types('t'), "T")),
        with_any_plan,
        |s| s.plan.is_some(),
        |s| Action::UsePlan(s.plan.is_none()),
    ),
    switch(
        Menu::Programme,
        "Play",
        Some(Chord::plain(Key::Is(KeyCode::Space), "Space")),
        with_plan,
        |s| s.plan.as_ref().is_some_and(|p| p.playing),
        |s| Action::Play(!s.plan.as_ref().is_some_and(|p| p.playing)),
    ),
    command(
        Menu::Programme,
        "A day on",
        Some(Chord::plain(Key::Is(KeyCode::ArrowRight), "→")),
        with_plan,
        |_| Action::StepTime(Step::Day, true),
    ),
    command(
        Menu::Programme,
        "A day back",
        Some(Chord::plain(Key::Is(KeyCode::ArrowLeft), "←")),
        with_plan,
        |_| Action::StepTime(Step::Day, false),
    ),
    command(
        Menu::Programme,
        "A week on",
        Some(Chord::shift(Key::Is(KeyCode::ArrowRight), "→")),
        with_plan,
        |_| Action::StepTime(Step::Week, true),
    ),
    command(
        Menu::Programme,
        "A week back",
        Some(Chord::shift(Key::Is(KeyCode::ArrowLeft), "←")),
        with_plan,
        |_| Action::StepTime(Step::Week, false),
    ),
    command(
        Menu::Programme,
        "To the next start or finish",
        Some(Chord::control(Key::Is(KeyCode::ArrowRight), "→")),
        with_plan,
        |_| Action::StepTime(Step::Task, true),
    ),
    command(
        Menu::Programme,
        "To the start or finish before",
        Some(Chord::control(Key::Is(KeyCode::ArrowLeft), "←")),
        with_plan,
        |_| Action::StepTime(Step::Task, false),
    ),
    command(Menu::Programme, "Faster", Some(Chord::plain(Key::Types('+'), "+")), with_plan, |s| {
        Action::Speed(s.plan.as_ref().map_or(1.0, |p| p.speed * 2.0))
    }),
    command(Menu::Programme, "Slower", Some(Chord::plain(Key::Types('-'), "-")), with_plan, |s| {
        Action::Speed(s.plan.as_ref().map_or(1.0, |p| p.speed / 2.0))
    }),
    switch(
        Menu::Programme,
        "Seen against planned",
        Some(Chord::shift(Key::Types('t'), "T")),
        with_plan,
        |s| s.plan.as_ref().is_some_and(|p| p.showing == Showing::Seen),
        |s| {
            show(s, |showing, _| {
                *showing = if *showing == Showing::Seen { Showing::Planned } else { Showing::Seen };
            })
        },
    ),
    switch(
        Menu::Programme,
        "Ghost what is not there",
        None,
        with_plan,
        |s| s.plan.as_ref().is_some_and(|p| p.absent == Absent::Ghost),
        |s| {
            show(s, |_, absent| {
                *absent = if *absent == Absent::Ghost { Absent::Hidden } else { Absent::Ghost };
            })
        },
    ),
    command(Menu::Programme, "Leave the comparison", None, with_comparison, |_| Action::Compare(None)),
    command(Menu::Window, "All commands", Some(Chord::control(Key::Types('k'), "K")), always, |s| {
        Action::Palette(!s.palette)
    }),
    switch(
        Menu::Window,
        "Elements",
        None,
        always,
        |s| s.panels.contains(&Panel::Tree),
        |s| panel(s, Panel::Tree),
    ),
    switch(
        Menu::Window,
        "Properties",
        None,
        always,
        |s| s.panels.contains(&Panel::Details),
        |s| panel(s, Panel::Details),
    ),
    switch(
        Menu::Window,
        "Clash list",
        None,
        always,
        |s| s.panels.contains(&Panel::Issues),
        |s| panel(s, Panel::Issues),
    ),
    switch(
        Menu::Window,
        "Time and tasks",
        None,
        always,
        |s| s.panels.contains(&Panel::Plan),
        |s| panel(s, Panel::Plan),
    ),
    switch(
        Menu::Window,
        "What-ifs",
        None,
        always,
        |s| s.panels.contains(&Panel::WhatIfs),
        |s| panel(s, Panel::WhatIfs),
    ),
    switch(
        Menu::Window,
        "Sections",
        None,
        always,
        |s| s.panels.contains(&Panel::Sections),
        |s| panel(s, Panel::Sections),
    ),
    switch(
        Menu::Window,
        "Legend",
        None,
        always,
        |s| s.panels.contains(&Panel::Legend),
        |s| panel(s, Panel::Legend),
    ),
    switch(
        Menu::Window,
        "Problems",
        None,
        always,
        |s| s.panels.contains(&Panel::Problems),
        |s| panel(s, Panel::Problems),
    ),
    switch(Menu::Window, "Light colours", None, always, |s| s.light, |s| Action::Dark(s.light)),
];

/// A command of what a project has: a scenario, a set or a view.
#[derive(Clone, PartialEq, Debug)]
pub struct Named {
    /// What it is called in the palette.
    pub title: String,
    /// What it is called in its menu.
    pub name: String,
    /// Its menu.
    pub menu: Menu,
    /// What it asks for.
    pub action: Action,
    /// Whether a tick stands beside it.
    pub ticked: bool,
    /// Forgets what it is of: its title and what it asks for.
    pub forget: Option<(String, Action)>,
    /// Why it cannot be given at present.
    pub refused: Option<&'static str>,
}

/// The commands of what the present project has.
pub fn named(s: &Session) -> Vec<Named> {
    let refused = with_models(s);
    let sets = s.kept.sets.iter().map(|(name, selector)| Named {
        title: format!("Select set {name}"),
        name: name.clone(),
        menu: Menu::Select,
        action: Action::Search(selector.clone()),
        ticked: false,
        forget: Some((format!("Forget set {name}"), Action::ForgetSet(name.clone()))),
        refused,
    });
    let views = s.kept.views.iter().map(|view| Named {
        title: format!("Go to view {}", view.name),
        name: view.name.clone(),
        menu: Menu::View,
        action: Action::GoToView(view.name.clone()),
        ticked: false,
        forget: Some((format!("Forget view {}", view.name), Action::ForgetView(view.name.clone()))),
        refused,
    });
    let scenarios = s.scenarios.iter().enumerate().map(|(n, listed)| {
        let title = format!("Compare with scenario {}", s.scenario_name(n));
        Named {
            name: title.clone(),
            title,
            menu: Menu::Programme,
            action: Action::Compare(Some(n)),
            ticked: s.compare.as_ref().is_some_and(|c| c.path == listed.path),
            forget: None,
            refused: with_any_plan(s),
        }
    });
    sets.chain(views).chain(scenarios).collect()
}

/// The command of some keys.
pub fn of_keys(control: bool, shift: bool, key: Key) -> Option<&'static Command> {
    let shift = shift && key.counts_shift();
    COMMANDS.iter().find(|c| c.keys.is_some_and(|k| (k.control, k.shift, k.key) == (control, shift, key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn titles_and_keys_are_unique() {
        let titles: HashSet<&str> = COMMANDS.iter().map(|c| c.title).collect();
        assert_eq!(titles.len(), COMMANDS.len());
        let keys: Vec<Chord> = COMMANDS.iter().filter_map(|c| c.keys).collect();
        let unique: HashSet<&Chord> = keys.iter().collect();
        assert_eq!(unique.len(), keys.len());
        for menu in Menu::ALL {
            assert!(COMMANDS.iter().any(|c| c.menu == menu), "{} is empty", menu.title());
        }
    }

    #[test]
    fn keys_give_commands() {
        assert_eq!(of_keys(true, true, Key::Types('z')).map(|c| c.title), Some("Redo"));
        assert!(of_keys(false, false, Key::Types('q')).is_none());
        assert_eq!(of_keys(false, true, Key::Types('+')).map(|c| c.title), Some("Faster"));
        assert_eq!(of_keys(false, true, Key::Types('1')).map(|c| c.title), Some("From the north"));
    }

    #[test]
    fn commands_need_what_they_work_on() {
        let session = Session::new();
        let refused: Vec<&str> =
            COMMANDS.iter().filter(|c| (c.refused)(&session).is_none()).map(|c| c.title).collect();
        assert!(refused.contains(&"Open…") && !refused.contains(&"Hide") && !refused.contains(&"Play"));
    }
}
