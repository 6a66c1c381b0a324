//! What is hidden, ghosted, cut, coloured and measured: all of a view that a person may want to take back.

use crate::session::measure::Measure;
use crate::session::places::Places;
use crate::session::section::Sections;

/// What colours elements have.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ColourBy {
    /// Those of the models.
    #[default]
    Model,
    /// One for each class.
    Class,
    /// One for each type object, or object type where there is none.
    Type,
    /// One for each discipline.
    Discipline,
    /// One for each system.
    System,
    /// One for each storey.
    Storey,
    /// One for each material.
    Material,
    /// One for each phase: new, existing, demolished, temporary.
    Phase,
    /// One for each value of a property, such as `Pset_WallCommon.FireRating`.
    Property(String),
}

impl ColourBy {
    /// Those that need no further word.
    pub const PLAIN: [Self; 8] = [
        Self::Model,
        Self::Class,
        Self::Type,
        Self::Discipline,
        Self::System,
        Self::Storey,
        Self::Material,
        Self::Phase,
    ];

    /// The word for it on the command line.
    pub fn word(&self) -> String {
        match self {
            Self::Model => "model".into(),
            Self::Class => "class".into(),
            Self::Type => "type".into(),
            Self::Discipline => "discipline".into(),
            Self::System => "system".into(),
            Self::Storey => "storey".into(),
            Self::Material => "material".into(),
            Self::Phase => "status".into(),
            Self::Property(name) => name.clone(),
        }
    }

    /// What a word of the command line stands for: one of the plain ones, else a property.
    pub fn of_word(word: &str) -> Self {
        let plain = Self::PLAIN.into_iter().find(|by| by.word() == word);
        plain.unwrap_or_else(|| Self::Property(word.to_owned()))
    }

    /// What a menu calls it.
    pub fn title(&self) -> String {
        match self {
            Self::Model => "As modelled".into(),
            Self::Class => "By class".into(),
            Self::Type => "By type".into(),
            Self::Discipline => "By discipline".into(),
            Self::System => "By system".into(),
            Self::Storey => "By storey".into(),
            Self::Material => "By material".into(),
            Self::Phase => "By status".into(),
            Self::Property(name) => format!("By {name}"),
        }
    }
}

/// How elements look.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Looks {
    /// These are not drawn.
    pub hidden: Places,
    /// These are drawn faintly.
    pub ghosted: Places,
    /// What colours there are.
    pub colour: ColourBy,
    /// What cuts the view.
    pub sections: Sections,
    /// What was measured.
    pub measured: Vec<Measure>,
}

/// Views before and after the present one.
#[derive(Clone, Debug, Default)]
pub struct History {
    past: Vec<(String, Looks)>,
    future: Vec<(String, Looks)>,
    /// The last change may go on.
    going_on: bool,
}

/// So many changes can be taken back.
const MOST: usize = 200;

impl History {
    /// Remembers the looks before a change, unless it changed nothing. What goes on `further` is taken back together
    /// with the change of the same name before it: each frame of a drag is no change of its own.
    pub fn changed(&mut self, what: &str, before: Looks, after: &Looks, further: bool) {
        if before == *after {
            return;
        }
        self.future.clear();
        let goes_on = std::mem::replace(&mut self.going_on, further);
        if further && goes_on && self.past.last().is_some_and(|(last, _)| last == what) {
            return;
        }
        self.past.push((what.to_owned(), before));
        if self.past.len() > MOST {
            self.past.remove(0);
        }
    }

    /// What went on is over: what comes further is a change of its own.
    pub fn let_go(&mut self) {
        self.going_on = false;
    }

    /// Takes the last change back, and says which.
    pub fn undo(&mut self, looks: &mut Looks) -> Option<String> {
        self.let_go();
        let (what, before) = self.past.pop()?;
        self.future.push((what.clone(), std::mem::replace(looks, before)));
        Some(what)
    }

    /// Makes the change that was taken back last once more, and says which.
    pub fn redo(&mut self, looks: &mut Looks) -> Option<String> {
        let (what, after) = self.future.pop()?;
        self.past.push((what.clone(), std::mem::replace(looks, after)));
        Some(what)
    }

    /// Changes all looks that are remembered, as when elements have other numbers.
    pub fn each(&mut self, change: impl FnMut(&mut Looks)) {
        self.past.iter_mut().chain(&mut self.future).map(|(_, looks)| looks).for_each(change);
    }

    /// What undo would take back.
    pub fn next_undo(&self) -> Option<&str> {
        self.past.last().map(|(what, _)| what.as_str())
    }

    /// What redo would make again.
    pub fn next_redo(&self) -> Option<&str> {
        self.future.last().map(|(what, _)| what.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_go_back_and_forth() {
        let mut history = History::default();
        let mut looks = Looks::default();
        let mut change = |looks: &mut Looks, place: u32| {
            let before = looks.clone();
            looks.hidden.insert(place);
            history.changed(&format!("hide {place}"), before, looks, false);
        };
        change(&mut looks, 1);
        change(&mut looks, 2);
        change(&mut looks, 2);
        assert_eq!(history.undo(&mut looks).as_deref(), Some("hide 2"));
        assert_eq!(looks.hidden.iter().collect::<Vec<_>>(), [1]);
        assert_eq!(history.next_redo(), Some("hide 2"));
        assert_eq!(history.redo(&mut looks).as_deref(), Some("hide 2"));
        assert_eq!(looks.hidden.len(), 2);
        assert_eq!(history.redo(&mut looks), None);
        history.undo(&mut looks);
        history.undo(&mut looks);
        assert!(looks.hidden.is_empty());
        assert_eq!(history.undo(&mut looks), None);
        for place in 0..3 {
            let before = looks.clone();
            looks.hidden.insert(place);
            history.changed("drag", before, &looks, true);
        }
        assert_eq!(history.undo(&mut looks).as_deref(), Some("drag"));
        assert!(looks.hidden.is_empty());
        for place in 0..4 {
            let before = looks.clone();
            looks.hidden.insert(place);
            history.changed("drag", before, &looks, true);
            if place == 1 {
                history.let_go();
            }
        }
        assert_eq!(history.undo(&mut looks).as_deref(), Some("drag"));
        assert_eq!(looks.hidden.iter().collect::<Vec<_>>(), [0, 1]);
    }
}
