//! From the rules and the matrix of `groma.toml` to what is tested.

use crate::select::{Selection, select};
use crate::{Project, ProjectConfig};
use groma_clash::discipline::disciplines;
use groma_clash::{Discipline, Pairs, Rule, RuleKind, Severity, Subject, Told};
use groma_exchange::mistake::Mistake;
use groma_exchange::project_file::{CellEntry, ExclusionEntry, KindName, Preset, SeverityName, Spanned};
use groma_model::ElementId;
use groma_query::{Index, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// A rule, or a cell of the matrix, ready to be tested.
pub struct Planned {
    /// The name in reports.
    pub name: String,
    /// What is tested; several where a cell leaves out what a narrower one has.
    pub rules: Vec<Rule>,
    /// How much all of its clashes matter, where that is stated.
    pub severity: Option<Severity>,
    /// Only pairs of different models.
    pub between_models: bool,
    /// What is left out.
    pub exclusions: Vec<Exclusion>,
    /// Where in the file it stands.
    pub span: Range<usize>,
}

/// Pairs that a rule leaves out.
pub struct Exclusion {
    /// One side.
    pub a: BTreeSet<Subject>,
    /// The other; `None` for anything.
    pub b: Option<BTreeSet<Subject>>,
    /// Why.
    pub reason: String,
}

impl Exclusion {
    /// True when it leaves the pair out.
    pub fn holds(&self, x: Subject, y: Subject) -> bool {
        let one = |a: Subject, b: Subject| {
            self.a.contains(&a) && self.b.as_ref().is_none_or(|set| set.contains(&b))
        };
        one(x, y) || one(y, x)
    }
}

/// All that is tested, and whose each element is.
pub struct Plan {
    /// The rules in their order, then the cells of the matrix.
    pub rules: Vec<Planned>,
    /// By model and element.
    pub disciplines: Vec<Vec<(Discipline, Told)>>,
}

/// The names of rules that the matrix gives to the keys of its clashes.
const MATRIX: &str = "matrix";
/// Penetration within one discipline that is no clash, unless stated: what its own drawings settle.
const WITHIN_TOLERANCE: f64 = 0.01;

/// Distances between utilities in metres: typical of codes of practice, as a beginning.
const UTILITIES: &[(Discipline, Discipline, f64)] = &[
    (Discipline::Gas, Discipline::Power, 0.3),
    (Discipline::Gas, Discipline::Water, 0.2),
    (Discipline::Gas, Discipline::Sewer, 0.4),
    (Discipline::Gas, Discipline::Fire, 0.2),
    (Discipline::Gas, Discipline::Telecom, 0.3),
    (Discipline::Power, Discipline::Water, 0.3),
    (Discipline::Power, Discipline::Sewer, 0.3),
    (Discipline::Power, Discipline::Fire, 0.3),
    (Discipline::Power, Discipline::Telecom, 0.3),
    (Discipline::Water, Discipline::Sewer, 0.5),
    (Discipline::Fire, Discipline::Sewer, 0.5),
    (Discipline::Water, Discipline::Fire, 0.2),
];

type Result<T> = std::result::Result<T, Box<Mistake>>;

struct Planner<'a> {
    project: &'a Project,
    config: &'a ProjectConfig,
    indices: Vec<Index<'a>>,
    disciplines: Vec<Vec<(Discipline, Told)>>,
}

/// Resolves everything that a file says of rules. `says` are the disciplines it states of whole models.
///
/// # Errors
///
/// Names that are not unique, selectors that are none or select nothing, lengths that make no sense, with
/// line and column.
pub fn plan(
    project: &Project,
    config: &ProjectConfig,
    says: &BTreeMap<Arc<str>, Discipline>,
) -> Result<Plan> {
    let indices = project.models.iter().map(|m| Index::new(&m.model)).collect();
    let told = project.models.iter().map(|m| disciplines(&m.model, says.get(&m.model.label).copied()));
    let mut planner = Planner { project, config, indices, disciplines: told.collect() };
    planner.check_names()?;
    planner.override_disciplines()?;
    let mut rules = Vec::new();
    for entry in &config.file.rules {
        rules.push(planner.rule(entry)?);
    }
    rules.extend(planner.matrix()?);
    if rules.is_empty() {
        let hint = "add [matrix], or a [[rule]] with a name";
        return Err(Box::new(config.mistake(0..0, "there is no rule to check").hint(hint)));
    }
    Ok(Plan { rules, disciplines: planner.disciplines })
}

impl Planner<'_> {
    fn check_names(&self) -> Result<()> {
        let file = &self.config.file;
        let sets = file.sets.iter().map(|s| (&s.name, "set"));
        let rules = file.rules.iter().map(|r| (&r.name, "rule"));
        let mut seen = BTreeSet::new();
        for (name, what) in sets.chain(rules) {
            let at = |words: String| Err(Box::new(self.config.mistake(name.span(), words)));
            let text = name.as_ref().as_str();
            if text.trim().is_empty() {
                return at(format!("a {what} needs a name"));
            }
            if !seen.insert((what, text)) {
                return at(format!("two {what}s are called `{text}`"));
            }
            if what == "rule" && text.starts_with(MATRIX) {
                return at(format!("`{text}` is a name of the matrix"));
            }
            if what == "set" && Discipline::find(text).is_some() {
                return at(format!("`{text}` is a discipline, and no name for a set"));
            }
        }
        Ok(())
    }

    fn override_disciplines(&mut self) -> Result<()> {
        let Some(matrix) = &self.config.file.matrix else { return Ok(()) };
        for entry in &matrix.as_ref().disciplines {
            let discipline = self.config.discipline(&entry.discipline)?;
            for s in self.select(&entry.select)? {
                self.disciplines[s.model as usize][s.element.index()] = (discipline, Told::User);
            }
        }
        Ok(())
    }

    /// What a text names: a set, a discipline, a model, or what a selector selects.
    fn select(&self, text: &Spanned<String>) -> Result<Vec<Subject>> {
        let name = text.as_ref().as_str();
        if let Some(set) = self.config.file.sets.iter().find(|s| s.name.as_ref() == name) {
            return self.select_by(&set.select);
        }
        if let Some(discipline) = Discipline::find(name) {
            let found = self.of(|d| d.is_in(discipline));
            if found.is_empty() {
                let what = format!("no element is of the discipline `{name}`");
                let hint = format!("there are {}", self.occurring().join(", "));
                return Err(Box::new(self.config.mistake(text.span(), what).hint(hint)));
            }
            return Ok(found);
        }
        if let Some(m) = self.project.models.iter().find(|m| &*m.model.label == name) {
            return self.selected(&Selection::Model(m.model.label.clone()), text);
        }
        self.select_by(text)
    }

    fn select_by(&self, text: &Spanned<String>) -> Result<Vec<Subject>> {
        let selector = Selector::parse(text.as_ref()).map_err(|e| {
            // Where the text stands in the file as it is, the place within it is known.
            let span = text.span();
            let raw = &self.config.text[span.clone()];
            let inside = raw.find(text.as_ref().as_str()).map(|at| span.start + at);
            let place = inside.map_or(span.clone(), |at| at + e.span.start..at + e.span.end);
            let mistake = self.config.mistake(place, e.kind.to_string());
            let word = text.as_ref().chars().all(|c| c.is_alphanumeric() || c == '_' || c == ' ' || c == '-');
            Box::new(match word {
                true => mistake.hint("this names no set, discipline or model, and is no selector"),
                false => mistake,
            })
        })?;
        self.selected(&Selection::Selector(selector), text)
    }

    fn selected(&self, selection: &Selection, text: &Spanned<String>) -> Result<Vec<Subject>> {
        select(&self.indices, selection)
            .map_err(|e| Box::new(self.config.mistake(text.span(), e.to_string())))
    }

    /// The elements whose discipline passes.
    fn of(&self, pass: impl Fn(Discipline) -> bool) -> Vec<Subject> {
        let mut found = Vec::new();
        for (list, model) in self.disciplines.iter().zip(0..) {
            let of_model = list.iter().zip(0..).filter(|((d, _), _)| pass(*d));
            found.extend(of_model.map(|(_, e)| Subject { model, element: ElementId(e) }));
        }
        found
    }

    /// The disciplines of elements with a shape.
    fn shaped(&self) -> BTreeSet<Discipline> {
        let mut shaped = BTreeSet::new();
        for (list, m) in self.disciplines.iter().zip(&self.project.models) {
            for i in &m.shapes.instances {
                let element = m.model.element(i.element);
                // An opening or a space has a shape, and is never tested.
                let physical = element.class.is_a("IfcElement") && !element.class.is_a("IfcFeatureElement");
                if physical || element.class.is_a("IfcProxy") {
                    shaped.insert(list[i.element.index()].0);
                }
            }
        }
        shaped
    }

    fn occurring(&self) -> Vec<&'static str> {
        self.shaped().into_iter().map(Discipline::as_str).collect()
    }

    fn kind(
        &self,
        kind: KindName,
        distance: Option<&Spanned<f64>>,
        at: &Spanned<String>,
    ) -> Result<RuleKind> {
        let mistake = |span, what: &str| Err(Box::new(self.config.mistake(span, what)));
        match (kind, distance) {
            (KindName::Clearance, None) => mistake(at.span(), "a clearance needs a distance in metres"),
            (KindName::Clearance, Some(d)) => {
                Ok(RuleKind::Clearance { distance: self.length(d, "distance")? })
            }
            (_, Some(d)) => mistake(d.span(), "only a clearance has a distance"),
            (KindName::Hard, None) => Ok(RuleKind::Hard),
            (KindName::Touching, None) => Ok(RuleKind::Touching),
            (KindName::Duplicate, None) => Ok(RuleKind::Duplicate),
        }
    }

    fn length(&self, value: &Spanned<f64>, what: &str) -> Result<f64> {
        let length = *value.as_ref();
        if length >= 0.0 && length.is_finite() {
            return Ok(length);
        }
        let what = format!("the {what} must be a length of 0 or more metres, not {length}");
        Err(Box::new(self.config.mistake(value.span(), what)))
    }

    fn tolerance(&self, value: Option<&Spanned<f64>>, default: f64) -> Result<f64> {
        value.map_or(Ok(default), |v| self.length(v, "tolerance"))
    }

    fn rule(&self, entry: &groma_exchange::project_file::RuleEntry) -> Result<Planned> {
        let kind = self.kind(entry.kind, entry.distance.as_ref(), &entry.name)?;
        let tolerance = self.tolerance(entry.tolerance.as_ref(), Rule::DEFAULT_TOLERANCE)?;
        let a = entry.a.as_ref().map(|a| self.select(a)).transpose()?;
        let b = entry.b.as_ref().map(|b| self.select(b)).transpose()?;
        let pairs = match (a, b) {
            (None, None) if entry.between_models => Pairs::Between,
            (None, None) => Pairs::All,
            (Some(a), None) => Pairs::Sets { b: a.clone(), a },
            (None, Some(b)) => Pairs::Sets { a: self.of(|_| true), b },
            (Some(a), Some(b)) => Pairs::Sets { a, b },
        };
        let rule = Rule {
            name: entry.name.as_ref().clone(),
            kind,
            tolerance,
            pairs,
            exclusions: entry.default_exclusions,
        };
        let exclusions = entry.exclusions.iter().map(|e| self.exclusion(e)).collect::<Result<_>>()?;
        Ok(Planned {
            name: rule.name.clone(),
            rules: vec![rule],
            severity: entry.severity.map(severity),
            between_models: entry.between_models,
            exclusions,
            span: entry.name.span(),
        })
    }

    fn exclusion(&self, entry: &ExclusionEntry) -> Result<Exclusion> {
        let set =
            |s: &Spanned<String>| -> Result<BTreeSet<Subject>> { Ok(self.select(s)?.into_iter().collect()) };
        if entry.reason.trim().is_empty() {
            return Err(Box::new(self.config.mistake(entry.a.span(), "an exclusion needs a reason")));
        }
        let b = entry.b.as_ref().map(set).transpose()?;
        Ok(Exclusion { a: set(&entry.a)?, b, reason: entry.reason.clone() })
    }

    fn matrix(&self) -> Result<Vec<Planned>> {
        let Some(spanned) = &self.config.file.matrix else { return Ok(Vec::new()) };
        let matrix = spanned.as_ref();
        let shaped = self.shaped();
        // Whose cell a pair of disciplines is: that which names them most exactly, the user's before the preset's.
        let mut cells: Vec<Cell> = Vec::new();
        for entry in &matrix.cells {
            cells.push(self.cell(entry, matrix.tolerance.as_ref(), &shaped)?);
        }
        let default = self.tolerance(matrix.tolerance.as_ref(), Rule::DEFAULT_TOLERANCE)?;
        let within = self.tolerance(matrix.tolerance.as_ref(), WITHIN_TOLERANCE)?;
        let preset = |a, b, kind, tolerance| Cell {
            a,
            b,
            kind,
            tolerance,
            severity: None,
            skip: false,
            by_user: false,
            span: spanned.span(),
        };
        match matrix.preset {
            Preset::None => {}
            Preset::ArchitectureStructureServices => {
                use Discipline::{Architecture, Other, Services, Structure};
                let all = [Architecture, Structure, Services, Other];
                for (i, &a) in all.iter().enumerate() {
                    for &b in &all[i..] {
                        let tolerance = if a == b { within } else { default };
                        cells.push(preset(a, b, RuleKind::Hard, tolerance));
                    }
                }
            }
            Preset::Utilities => {
                for &(a, b, distance) in UTILITIES {
                    cells.push(preset(a, b, RuleKind::Clearance { distance }, default));
                }
            }
        }
        let mut owned: BTreeMap<usize, Vec<(Discipline, Discipline)>> = BTreeMap::new();
        let leaves: Vec<Discipline> = shaped.into_iter().collect();
        for (i, &x) in leaves.iter().enumerate() {
            for &y in &leaves[i..] {
                let fitting = cells.iter().enumerate().filter(|(_, c)| c.holds(x, y));
                let exact = |c: &Cell| usize::from(c.a == x || c.a == y) + usize::from(c.b == x || c.b == y);
                let best = fitting.max_by_key(|(n, c)| (c.by_user, exact(c), std::cmp::Reverse(*n)));
                if let Some((n, _)) = best.filter(|(_, c)| !c.skip) {
                    owned.entry(n).or_default().push((x, y));
                }
            }
        }
        let planned: Vec<Planned> =
            owned.into_iter().map(|(n, pairs)| self.planned(&cells[n], &cells, &pairs, &leaves)).collect();
        if planned.is_empty() {
            let what = "the matrix has no cell for the disciplines that there are";
            let hint = format!("the models hold {}", self.occurring().join(", "));
            return Err(Box::new(self.config.mistake(spanned.span(), what).hint(hint)));
        }
        Ok(planned)
    }

    fn cell(
        &self,
        entry: &CellEntry,
        default: Option<&Spanned<f64>>,
        shaped: &BTreeSet<Discipline>,
    ) -> Result<Cell> {
        for side in [&entry.a, &entry.b] {
            let discipline = self.config.discipline(side)?;
            if !entry.skip && !shaped.iter().any(|d| d.is_in(discipline)) {
                let what = format!("no element with a shape is of the discipline `{discipline}`");
                let hint = format!("the models hold {}", self.occurring().join(", "));
                return Err(Box::new(self.config.mistake(side.span(), what).hint(hint)));
            }
        }
        let tolerance = entry.tolerance.as_ref().or(default);
        Ok(Cell {
            a: self.config.discipline(&entry.a)?,
            b: self.config.discipline(&entry.b)?,
            kind: self.kind(entry.kind, entry.distance.as_ref(), &entry.a)?,
            tolerance: self.tolerance(tolerance, Rule::DEFAULT_TOLERANCE)?,
            severity: entry.severity.map(severity),
            skip: entry.skip,
            by_user: true,
            span: entry.a.span(),
        })
    }

    fn planned(
        &self,
        cell: &Cell,
        cells: &[Cell],
        pairs: &[(Discipline, Discipline)],
        leaves: &[Discipline],
    ) -> Planned {
        // The name in the keys says nothing of disciplines: a better guess must not make old clashes new.
        let key = match cell.kind {
            RuleKind::Hard => MATRIX.to_owned(),
            kind => format!("{MATRIX} {}", kind.as_str()),
        };
        let rule = |a: Vec<Subject>, b: Vec<Subject>| Rule {
            name: key.clone(),
            kind: cell.kind,
            tolerance: cell.tolerance,
            pairs: Pairs::Sets { a, b },
            exclusions: true,
        };
        let inside = |whole: Discipline| leaves.iter().filter(move |d| d.is_in(whole)).copied();
        let asked: BTreeSet<(Discipline, Discipline)> =
            inside(cell.a).flat_map(|x| inside(cell.b).map(move |y| (x.min(y), x.max(y)))).collect();
        // Whole sets at once, unless another cell owns a part of them.
        let rules = if asked.len() == pairs.len() {
            vec![rule(self.of(|d| d.is_in(cell.a)), self.of(|d| d.is_in(cell.b)))]
        } else {
            pairs.iter().map(|&(x, y)| rule(self.of(|d| d == x), self.of(|d| d == y))).collect()
        };
        let same = cells.iter().filter(|c| (c.a, c.b) == (cell.a, cell.b)).count() > 1;
        let name = match cell.kind {
            RuleKind::Hard if !same => format!("{} / {}", cell.a, cell.b),
            kind => format!("{} / {} {}", cell.a, cell.b, kind.as_str()),
        };
        Planned {
            name,
            rules,
            severity: cell.severity,
            between_models: false,
            exclusions: Vec::new(),
            span: cell.span.clone(),
        }
    }
}

/// A cell of the matrix.
struct Cell {
    a: Discipline,
    b: Discipline,
    kind: RuleKind,
    tolerance: f64,
    severity: Option<Severity>,
    skip: bool,
    by_user: bool,
    span: Range<usize>,
}

impl Cell {
    fn holds(&self, x: Discipline, y: Discipline) -> bool {
        (x.is_in(self.a) && y.is_in(self.b)) || (y.is_in(self.a) && x.is_in(self.b))
    }
}

fn severity(name: SeverityName) -> Severity {
    match name {
        SeverityName::Info => Severity::Info,
        SeverityName::Minor => Severity::Minor,
        SeverityName::Major => Severity::Major,
        SeverityName::Critical => Severity::Critical,
    }
}
