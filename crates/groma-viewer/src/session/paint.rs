//! What each element looks like at this moment, as the graphics card gets it, and what the colours mean.

use crate::session::details::{name_or, type_name};
use crate::session::looks::ColourBy;
use crate::session::plan::{Plan, Shown};
use crate::session::{Bounds, Session};
use glam::DVec3;
use groma::clash::Discipline;
use groma::model::{ElementId, Model};
use std::collections::BTreeMap;

/// sRGB.
pub type Rgb = [u8; 3];

/// What is drawn over a colour, so that no meaning hangs on colour alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(u8)]
pub enum Pattern {
    /// Nothing.
    #[default]
    Plain = 0,
    /// Stripes from the lower left to the upper right.
    Stripes = 1,
    /// Stripes both ways.
    Cross = 2,
    /// Dots.
    Dots = 3,
    /// Level lines.
    Level = 4,
}

/// How an element is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paint {
    /// Its colour; `None` is that of the model.
    pub colour: Option<Rgb>,
    /// What is drawn over it.
    pub pattern: Pattern,
    /// Not drawn.
    pub hidden: bool,
    /// Drawn faintly.
    pub ghost: bool,
    /// Drawn in its colour, but so that what is inside is seen.
    pub sheer: bool,
    /// Chosen by the user.
    pub selected: bool,
    /// How much of its height stands, from below: 255 is all of it.
    pub grown: u8,
}

impl Default for Paint {
    fn default() -> Self {
        Self {
            colour: None,
            pattern: Pattern::Plain,
            hidden: false,
            ghost: false,
            sheer: false,
            selected: false,
            grown: u8::MAX,
        }
    }
}

impl Paint {
    /// The two words that the shader reads: the colour with 255 above it where there is one; then the flags.
    pub fn words(self) -> [u32; 2] {
        let colour = self.colour.map_or(0, |[r, g, b]| u32::from_le_bytes([r, g, b, 255]));
        let flags = u32::from(self.hidden)
            | u32::from(self.ghost) << 1
            | u32::from(self.selected) << 2
            | u32::from(self.sheer) << 3
            | u32::from(self.pattern as u8) << 4
            | u32::from(self.grown) << 8;
        [colour, flags]
    }
}

/// A line of the legend.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meaning {
    /// The colour.
    pub colour: Rgb,
    /// What is drawn over it.
    pub pattern: Pattern,
    /// What it means.
    pub label: String,
    /// How many elements look so.
    pub count: usize,
}

/// Colours that are told apart by most people (after Okabe and Ito, with lighter and darker ones of each).
const WHEEL: [Rgb; 16] = [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [86, 180, 233],
    [213, 94, 0],
    [240, 228, 66],
    [110, 110, 160],
    [140, 200, 120],
    [160, 90, 60],
    [120, 60, 140],
    [60, 130, 130],
    [245, 180, 170],
    [170, 190, 60],
    [90, 90, 90],
    [190, 170, 220],
];

/// What has no value of the kind that colours stand for.
const NONE: Rgb = [176, 178, 182];
/// The first element of a clash.
pub const FIRST: Rgb = [230, 120, 20];
/// The second element of a clash.
pub const SECOND: Rgb = [30, 110, 220];

/// A fixed look for the `n`-th of some values; those that have to share a colour have other patterns.
fn of_wheel(n: usize) -> (Rgb, Pattern) {
    const PATTERNS: [Pattern; 5] =
        [Pattern::Plain, Pattern::Stripes, Pattern::Dots, Pattern::Cross, Pattern::Level];
    (WHEEL[n % WHEEL.len()], PATTERNS[n / WHEEL.len() % PATTERNS.len()])
}

fn of_discipline(discipline: Discipline) -> Rgb {
    match discipline {
        Discipline::Architecture => [214, 196, 160],
        Discipline::Structure => [150, 160, 175],
        Discipline::Ventilation => [86, 180, 233],
        Discipline::Heating => [213, 94, 0],
        Discipline::Water => [0, 114, 178],
        Discipline::Sewer => [130, 100, 60],
        Discipline::Gas => [240, 228, 66],
        Discipline::Fire => [200, 30, 40],
        Discipline::Power => [230, 159, 0],
        Discipline::Telecom => [204, 121, 167],
        Discipline::Services => [0, 158, 115],
        Discipline::Other => NONE,
    }
}

/// What colours stand for.
#[derive(Clone, Debug, Default)]
pub struct Key {
    /// By element, where it has a value: the place of that in the legend.
    of: Vec<Option<u16>>,
    /// The values, the most frequent first, and behind them what has none.
    legend: Vec<Meaning>,
}

impl Key {
    /// Sorts the elements of a session's models by what colours stand for.
    pub fn of(session: &Session, by: &ColourBy) -> Self {
        let Some(elements) = &session.elements else { return Self::default() };
        if *by == ColourBy::Model {
            return Self::default();
        }
        let mut names: Vec<Option<String>> = Vec::with_capacity(elements.len());
        for (m, loaded) in elements.project().models.iter().enumerate() {
            let model = &loaded.model;
            let systems = (*by == ColourBy::System).then(|| systems(model));
            for n in 0..model.elements.len() {
                let id = ElementId(n as u32);
                let place = elements.first(m) + id.0;
                names.push(match by {
                    // What is not drawn has no colour, and takes none of the others'.
                    _ if session.surfaces.bounds(place).is_none() => None,
                    ColourBy::Model => None,
                    ColourBy::Class => Some(model.element(id).class.name().to_owned()),
                    ColourBy::Type => type_name(model, id).map(str::to_owned),
                    ColourBy::Discipline => {
                        session.catalogue.discipline(place).map(|d| d.as_str().to_owned())
                    }
                    ColourBy::System => systems.as_ref().and_then(|s| s[n].clone()),
                    ColourBy::Storey => {
                        model.storey(id).map(|s| name_or(model.element(s).name.as_deref(), "storey"))
                    }
                    ColourBy::Material => {
                        let first = model.element(id).materials.first();
                        first.map(|&at| name_or(model.materials[at as usize].name.as_deref(), "material"))
                    }
                    ColourBy::Phase => model.phase(id).map(|p| format!("{p:?}").to_lowercase()),
                    ColourBy::Property(path) => property(model, id, path),
                });
            }
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in names.iter().flatten() {
            *counts.entry(name).or_insert(0) += 1;
        }
        // The most frequent come first, so that they have colours of their own.
        let mut order: Vec<(&str, usize)> = counts.into_iter().collect();
        order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        order.truncate(usize::from(u16::MAX));
        let look = |n: usize, name: &str| match by {
            ColourBy::Discipline => (Discipline::find(name).map_or(NONE, of_discipline), Pattern::Plain),
            _ => of_wheel(n),
        };
        let at: BTreeMap<&str, u16> = (0..).zip(&order).map(|(n, (name, _))| (*name, n)).collect();
        let of: Vec<Option<u16>> = names.iter().map(|name| at.get(name.as_deref()?).copied()).collect();
        let meaning = |(n, &(name, count)): (usize, &(&str, usize))| {
            let (colour, pattern) = look(n, name);
            Meaning { colour, pattern, label: name.to_owned(), count }
        };
        let mut legend: Vec<Meaning> = order.iter().enumerate().map(meaning).collect();
        let is_drawn = |place| session.surfaces.bounds(place).is_some();
        let none = (0..).zip(&of).filter(|&(place, value)| value.is_none() && is_drawn(place)).count();
        if none > 0 {
            legend.push(Meaning { colour: NONE, pattern: Pattern::Plain, label: "none".into(), count: none });
        }
        Self { of, legend }
    }

    fn look(&self, place: usize) -> Option<(Rgb, Pattern)> {
        if self.of.is_empty() {
            return None;
        }
        let value = self.of.get(place).copied().flatten();
        Some(value.map_or((NONE, Pattern::Plain), |v| {
            let meaning = &self.legend[usize::from(v)];
            (meaning.colour, meaning.pattern)
        }))
    }
}

fn systems(model: &Model) -> Vec<Option<String>> {
    let mut of = vec![None; model.elements.len()];
    for system in &model.systems {
        let name = name_or(system.name.as_deref().or(system.long_name.as_deref()), system.class.name());
        for member in &system.members {
            of[member.index()].get_or_insert_with(|| name.clone());
        }
    }
    of
}

/// Whether any element has a property or an attribute.
pub fn has_property(session: &Session, path: &str) -> bool {
    let models = session.elements.iter().flat_map(|e| &e.project().models);
    models
        .map(|m| &m.model)
        .any(|model| (0..model.elements.len() as u32).any(|n| property(model, ElementId(n), path).is_some()))
}

/// An attribute by its name, or a property by its set's name, a dot and its own; either name may have dots.
fn property(model: &Model, id: ElementId, path: &str) -> Option<String> {
    let in_set = |(at, _)| model.property(id, &path[..at], &path[at + 1..]).cloned();
    let value = path.match_indices('.').find_map(in_set).or_else(|| model.element(id).attribute(path));
    value.map(|v| crate::session::details::words(&v))
}

/// How each element is drawn, by its number.
pub fn painter(session: &Session) -> impl Fn(u32) -> Paint {
    painter_by(session, session.plan.as_ref())
}

/// How each element is drawn in the view of the scenario, where one is compared.
pub fn other_painter(session: &Session) -> Option<impl Fn(u32) -> Paint> {
    Some(painter_by(session, Some(&session.compare.as_ref()?.other)))
}

fn painter_by<'a>(session: &'a Session, plan: Option<&'a Plan>) -> impl Fn(u32) -> Paint + 'a {
    let looks = &session.looks;
    let compared = session.compare.as_ref().zip(session.plan.as_ref());
    let issue = session.clashes.current();
    let sides = issue.map(|i| {
        let bounds = |places: &[u32]| session.bounds(places.iter().copied());
        [
            (&i.first, FIRST, Pattern::Plain, bounds(&i.second)),
            (&i.second, SECOND, Pattern::Stripes, bounds(&i.first)),
        ]
    });
    move |n| {
        let look = session.key.look(n as usize);
        let mut paint = Paint {
            colour: look.map(|(colour, _)| colour),
            pattern: look.map_or(Pattern::Plain, |(_, pattern)| pattern),
            hidden: looks.hidden.contains(n),
            ghost: looks.ghosted.contains(n),
            selected: session.selection.contains(n),
            ..Paint::default()
        };
        if let Some(shown) = plan.and_then(|plan| plan.shown(n)) {
            stage(&mut paint, shown);
        }
        if let Some((compare, base)) = compared {
            compare.paint(base, n, &mut paint);
        }
        let Some(sides) = &sides else { return paint };
        match sides.iter().find(|(places, ..)| places.contains(&n)) {
            Some(&(_, colour, pattern, other)) => {
                let (colour, selected) = (Some(colour), paint.selected);
                let sheer = session.surfaces.bounds(n).zip(other).is_some_and(|(a, b)| encloses(a, b));
                Paint { colour, pattern, selected, sheer, ..Paint::default() }
            }
            None => Paint { ghost: true, ..paint },
        }
    }
}

/// True where one box has another inside, to a millimetre: what fills the one may hide what fills the other.
fn encloses((low, high): Bounds, (inner_low, inner_high): Bounds) -> bool {
    let slack = DVec3::splat(1e-3);
    (low - slack).cmple(inner_low).all() && (high + slack).cmpge(inner_high).all()
}

/// Draws what is planned, or seen, over what an element looks like.
fn stage(paint: &mut Paint, shown: &Shown) {
    if let Some((colour, pattern)) = shown.look {
        (paint.colour, paint.pattern) = (Some(colour), pattern);
    }
    paint.hidden |= shown.hidden;
    paint.ghost |= shown.ghost;
    paint.grown = shown.grown;
}

/// What the colours of a session mean, the most frequent first.
pub fn legend(session: &Session) -> Vec<Meaning> {
    if let Some(issue) = session.clashes.current() {
        let side = |colour, pattern, places: &[u32], label: &str| Meaning {
            colour,
            pattern,
            label: format!("{label}: {}", places.first().map_or(String::new(), |&p| session.title(p))),
            count: places.len(),
        };
        return vec![
            side(FIRST, Pattern::Plain, &issue.first, "A"),
            side(SECOND, Pattern::Stripes, &issue.second, "B"),
        ];
    }
    if let Some(plan) = &session.plan {
        let mut all = plan.legend();
        if let Some(compare) = &session.compare {
            all.extend(compare.legend(plan));
        }
        // What is built has the colours of its kind.
        all.extend(session.key.legend.iter().cloned());
        return all;
    }
    session.key.legend.clone()
}
