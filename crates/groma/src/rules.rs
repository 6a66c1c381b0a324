//! From the rules and the matrix of `groma.toml` to what is tested.

use crate::envelope::Space;
use crate::matrix::MATRIX;
use crate::select::{Selection, select_by, selected};
use crate::testable::Side;
use crate::{Project, ProjectConfig};
use groma_clash::discipline::disciplines;
use groma_clash::{Discipline, Pairs, Rule, RuleKind, Severity, Subject, Told};
use groma_exchange::mistake::Mistake;
use groma_exchange::project_file::{ExclusionEntry, KindName, RuleEntry, SeverityName, Spanned};
use groma_model::ElementId;
use groma_query::Index;
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
    /// The spaces that elements keep clear, where these are tested instead of the elements.
    pub space: Option<Space>,
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

impl Planned {
    /// What tells the rules of all that is planned apart; their names in the keys may be alike.
    pub(crate) fn slot(&self, n: usize) -> String {
        format!("{} {n}", self.name)
    }
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

pub(crate) type Result<T> = std::result::Result<T, Box<Mistake>>;

pub(crate) struct Planner<'a> {
    pub(crate) project: &'a Project,
    pub(crate) config: &'a ProjectConfig,
    pub(crate) indices: Vec<Index<'a>>,
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
    // A set that no rule names is read as well: it is written to be used.
    for set in &config.file.sets {
        planner.select_by(&set.select)?;
    }
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
            let model = Selection::Model(m.model.label.clone());
            return selected(self.config, &self.indices, &model, text);
        }
        self.select_by(text)
    }

    fn select_by(&self, text: &Spanned<String>) -> Result<Vec<Subject>> {
        select_by(self.config, &self.indices, text)
    }

    /// The elements whose discipline passes.
    pub(crate) fn of(&self, pass: impl Fn(Discipline) -> bool) -> Vec<Subject> {
        let mut found = Vec::new();
        for (list, model) in self.disciplines.iter().zip(0..) {
            let of_model = list.iter().zip(0..).filter(|((d, _), _)| pass(*d));
            found.extend(of_model.map(|(_, e)| Subject { model, element: ElementId(e) }));
        }
        found
    }

    /// The disciplines of elements with a shape.
    pub(crate) fn shaped(&self) -> BTreeSet<Discipline> {
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

    pub(crate) fn occurring(&self) -> Vec<&'static str> {
        self.shaped().into_iter().map(Discipline::as_str).collect()
    }

    pub(crate) fn kind(
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
            (KindName::Envelope, None) => {
                mistake(at.span(), "an envelope is a [[rule]], and no cell of the matrix")
            }
        }
    }

    pub(crate) fn length(&self, value: &Spanned<f64>, what: &str) -> Result<f64> {
        let length = *value.as_ref();
        if length >= 0.0 && length.is_finite() {
            return Ok(length);
        }
        let what = format!("the {what} must be a length of 0 or more metres, not {length}");
        Err(Box::new(self.config.mistake(value.span(), what)))
    }

    pub(crate) fn tolerance(&self, value: Option<&Spanned<f64>>, default: f64) -> Result<f64> {
        value.map_or(Ok(default), |v| self.length(v, "tolerance"))
    }

    fn rule(&self, entry: &RuleEntry) -> Result<Planned> {
        let tolerance = self.tolerance(entry.tolerance.as_ref(), Rule::DEFAULT_TOLERANCE)?;
        let a = entry.a.as_ref().map(|a| self.select(a)).transpose()?;
        let b = entry.b.as_ref().map(|b| self.select(b)).transpose()?;
        let exclusions = entry.exclusions.iter().map(|e| self.exclusion(e)).collect::<Result<_>>()?;
        if entry.kind == KindName::Envelope {
            return self.envelope(entry, a, b, tolerance, exclusions);
        }
        if let Some(space) = &entry.space {
            let what = "only an envelope has a space: kind = \"envelope\"";
            return Err(Box::new(self.config.mistake(space.span(), what)));
        }
        let kind = self.kind(entry.kind, entry.distance.as_ref(), &entry.name)?;
        self.check_entry(entry, a.as_deref(), b.as_deref())?;
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
        Ok(Planned {
            name: rule.name.clone(),
            rules: vec![rule],
            severity: entry.severity.map(severity),
            between_models: entry.between_models,
            space: None,
            exclusions,
            span: entry.name.span(),
        })
    }

    /// Checks that the sides of a rule have a pair to test.
    fn check_entry(&self, entry: &RuleEntry, a: Option<&[Subject]>, b: Option<&[Subject]>) -> Result<()> {
        let all = if a.is_none() { self.of(|_| true) } else { Vec::new() };
        let name = &entry.name;
        let first = match (&entry.a, a) {
            (Some(text), Some(of)) => Side { text, what: "A", of },
            _ => Side { text: name, what: "the rule", of: &all },
        };
        let second = match (&entry.b, b) {
            (Some(text), Some(of)) => Side { text, what: "B", of },
            _ => Side { ..first },
        };
        self.check_pairs(&first, &second, entry.default_exclusions, entry.between_models, name.span())
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
}

pub(crate) fn severity(name: SeverityName) -> Severity {
    match name {
        SeverityName::Info => Severity::Info,
        SeverityName::Minor => Severity::Minor,
        SeverityName::Major => Severity::Major,
        SeverityName::Critical => Severity::Critical,
    }
}
