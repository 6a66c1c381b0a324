//! What is chosen: by click, by selector, by what belongs together.

use super::action::How;
use super::details;
use super::elements::Elements;
use super::places::Places;
use super::{Session, counted};
use groma::{Selection, Selector};
use std::collections::HashSet;

impl Session {
    pub(super) fn choose(&mut self, places: Places, how: How) {
        match how {
            How::Replace => self.selection = places,
            How::Add => self.selection.add(&places),
            How::Toggle => {
                for place in places.iter() {
                    if self.selection.contains(place) {
                        self.selection.remove(place);
                    } else {
                        self.selection.insert(place);
                    }
                }
            }
        }
        self.look_up();
    }

    /// The element of the selection that is told of: the first that is no part of another of them.
    pub fn leading(&self) -> Option<u32> {
        let elements = self.elements.as_ref()?;
        let is_part = |place: &u32| elements.wholes(*place).any(|whole| self.selection.contains(whole));
        self.selection.iter().find(|place| !is_part(place)).or_else(|| self.selection.first())
    }

    /// Elements with all that is drawn of what they consist of: a stair without a shape of its own is its flights.
    pub(super) fn with_parts(&self, places: &Places) -> Places {
        self.with(places, |elements, place| elements.wholes(place).any(|whole| places.contains(whole)))
    }

    /// Elements with all that is drawn of what they consist of and of what stands in them: of a storey all that is on it.
    pub(super) fn with_contents(&self, places: &Places) -> Places {
        self.with(places, |elements, place| elements.around(place).any(|around| places.contains(around)))
    }

    fn with(&self, places: &Places, is: impl Fn(&Elements, u32) -> bool) -> Places {
        let mut all = places.clone();
        if let Some(elements) = self.elements.as_ref().filter(|_| !places.is_empty()) {
            all.add(&self.catalogue.drawn().iter().filter(|&place| is(elements, place)).collect());
        }
        all
    }

    /// Whether any of some elements is drawn, or of what they consist of, or of what stands in them.
    pub fn has_drawn(&self, places: &Places) -> bool {
        self.with_contents(places).iter().any(|place| self.catalogue.drawn().contains(place))
    }

    pub(super) fn choose_whole(&mut self) {
        let Some(elements) = &self.elements else { return };
        let is_built = |&place: &u32| elements.get(place).is_some_and(|(_, e)| e.class.is_a("IfcElement"));
        let whole = |place| elements.wholes(place).next().filter(is_built);
        let wholes: Places = self.selection.iter().filter_map(whole).collect();
        if wholes.is_empty() {
            self.say("What is selected is part of nothing");
            return;
        }
        let chosen = self.with_parts(&wholes);
        self.choose(chosen, How::Add);
        self.say(match self.leading() {
            Some(first) => format!("{} with its parts selected", self.title(first)),
            None => String::new(),
        });
    }

    /// Looks up what is known of the first of the selection.
    pub(super) fn look_up(&mut self) {
        self.details = match (&self.elements, self.leading()) {
            (Some(elements), Some(place)) => details::details(elements, place),
            _ => Vec::new(),
        };
    }

    pub(super) fn find(&mut self, text: &str) {
        self.search = text.to_owned();
        self.search_error = None;
        self.found = Places::default();
        if self.elements.is_none() || text.trim().is_empty() {
            return;
        }
        match self.matching(text) {
            Ok(found) => {
                let all = self.with_parts(&found);
                let parts = match all.len() - found.len() {
                    0 => String::new(),
                    n => format!(", with {n} parts"),
                };
                self.say(format!("{} selected{parts}", counted(found.len())));
                self.found.clone_from(&all);
                self.choose(all, How::Replace);
            }
            Err(error) => {
                // What has a meaning and matches nothing leaves nothing selected.
                if Selector::parse(text).is_ok() {
                    self.choose(Places::default(), How::Replace);
                }
                self.search_error = Some(error);
            }
        }
    }

    /// What a selector selects.
    ///
    /// # Errors
    ///
    /// A mistake in it, or that it selects nothing, in words.
    pub fn matching(&self, text: &str) -> Result<Places, String> {
        let selector = Selector::parse(text).map_err(|error| error.to_string())?;
        let Some(elements) = &self.elements else { return Err("selects nothing".into()) };
        let found = elements.project().select(&[Selection::Selector(selector)]).map_err(|e| e.to_string())?;
        Ok(found.into_iter().map(|subject| elements.place(subject)).collect())
    }

    pub(super) fn similar(&self) -> Places {
        let Some(elements) = &self.elements else { return Places::default() };
        let kind = |place: u32| {
            let (model, e) = elements.get(place)?;
            let id = elements.subject(place)?.element;
            let of_type = e.type_object.map(|t| &*model.types[t as usize].global_id);
            Some((&*model.label, e.class.name(), of_type.or_else(|| details::type_name(model, id))))
        };
        let wanted: HashSet<_> = self.selection.iter().filter_map(kind).collect();
        self.catalogue.drawn().iter().filter(|&p| kind(p).is_some_and(|k| wanted.contains(&k))).collect()
    }
}
