//! Known clashes that a run does not find: resolved, or not looked at.

use crate::rules::Exclusion;
use crate::{History, Project};
use groma_clash::{ClashKey, Pairs, Rule, Subject};
use groma_exchange::baseline_file::BaselineClash;
use groma_model::{ElementId, ElementKey, ShapeStatus};
use rustc_hash::FxHashSet;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::fmt;

/// What a rule, or a cell of the matrix, tests.
#[derive(Clone, Copy)]
pub struct Tests<'a> {
    /// What is tested.
    pub rules: &'a [Rule],
    /// Only pairs of different models.
    pub between_models: bool,
    /// The pairs that it leaves out, with a reason.
    pub exclusions: &'a [Exclusion],
    /// The model of the project that each further model of the scene has the elements of, as the spaces that
    /// elements keep clear.
    pub further: &'a [u32],
}

impl<'a> Tests<'a> {
    /// All that a rule asks for.
    pub fn of(rules: &'a [Rule]) -> Self {
        Self { rules, between_models: false, exclusions: &[], further: &[] }
    }
}

/// Why nothing is known of a clash any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotTested {
    /// Its model is not among those checked.
    Model(String),
    /// Its element could not be imported.
    Failed(String),
    /// The rule, or the cell of the matrix, is not there.
    Rule(String),
    /// The rule asks for other pairs.
    Pair(String),
    /// An exclusion of the rule leaves the pair out, and says why and how many.
    LeftOut,
}

impl fmt::Display for NotTested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(label) => write!(f, "the model `{label}` is not checked"),
            Self::Failed(id) => write!(f, "the element {id} could not be imported"),
            Self::Rule(name) => write!(f, "the rule `{name}` is not there"),
            Self::Pair(name) => write!(f, "no rule asks for this pair, which `{name}` found"),
            Self::LeftOut => write!(f, "an exclusion leaves it out"),
        }
    }
}

/// The two sides of a rule.
type Sides = Option<[FxHashSet<Subject>; 2]>;

/// What a run looks at.
pub(crate) struct Gone<'a> {
    project: &'a Project,
    history: &'a History,
    tests: &'a [Tests<'a>],
    /// The sides of each rule of each of the tests; made when the first known clash is missing.
    sides: OnceCell<Vec<Vec<Sides>>>,
    elements: OnceCell<HashMap<(&'a str, &'a str), Subject>>,
}

impl<'a> Gone<'a> {
    pub(crate) fn new(project: &'a Project, history: &'a History, tests: &'a [Tests<'a>]) -> Self {
        Self { project, history, tests, sides: OnceCell::new(), elements: OnceCell::new() }
    }

    /// Why nothing was tested of a known clash that was not found; `None` where the pair was tested, or one of its
    /// elements is no more.
    pub(crate) fn why_not_tested(&self, key: ClashKey, clash: &BaselineClash) -> Option<NotTested> {
        let mut subjects = Vec::new();
        for side in [&clash.a, &clash.b] {
            let [model, id] = self.history.now(side);
            if !self.project.models.iter().any(|m| *m.model.label == *model) {
                return Some(NotTested::Model(model.to_owned()));
            }
            subjects.push((self.elements().get(&(model, id)).copied(), id));
        }
        let then = [&clash.a, &clash.b]
            .map(|[model, id]| ElementKey { model: model.as_str().into(), global_id: id.as_str().into() });
        let mut of_name = (0..self.tests.len())
            .flat_map(|t| (0..self.tests[t].rules.len()).map(move |r| (t, r)))
            .filter(|&(t, r)| ClashKey::new(&self.tests[t].rules[r].name, &then[0], &then[1]) == key)
            .peekable();
        if of_name.peek().is_none() {
            return Some(NotTested::Rule(clash.rule.clone()));
        }
        let [(Some(a), id_a), (Some(b), id_b)] = subjects[..] else { return None };
        for (s, id) in [(a, id_a), (b, id_b)] {
            let status = self.project.models[s.model as usize].shapes.status.get(s.element.index());
            if matches!(status, Some(ShapeStatus::Failed(_))) {
                return Some(NotTested::Failed(id.to_owned()));
            }
        }
        let asking: Vec<usize> = of_name.filter(|&(t, r)| self.asks(t, r, a, b)).map(|(t, _)| t).collect();
        if asking.is_empty() {
            return Some(NotTested::Pair(clash.rule.clone()));
        }
        let left_out = |t: usize| self.tests[t].exclusions.iter().any(|e| e.holds(a, b));
        asking.into_iter().all(left_out).then_some(NotTested::LeftOut)
    }

    fn elements(&self) -> &HashMap<(&'a str, &'a str), Subject> {
        self.elements.get_or_init(|| {
            let mut all = HashMap::new();
            for (m, model) in self.project.models.iter().zip(0..) {
                for (e, id) in m.model.elements.iter().zip(0..) {
                    let subject = Subject { model, element: ElementId(id) };
                    all.insert((&*e.key.model, &*e.key.global_id), subject);
                }
            }
            all
        })
    }

    fn asks(&self, t: usize, r: usize, a: Subject, b: Subject) -> bool {
        let tests = &self.tests[t];
        if tests.between_models && a.model == b.model {
            return false;
        }
        let models = self.project.models.len();
        let sides = self.sides.get_or_init(|| {
            let of_rule = |rule: &Rule, further: &[u32]| match &rule.pairs {
                Pairs::Sets { a, b } => Some([a, b].map(|side| {
                    let home = |s: &Subject| {
                        let at = (s.model as usize).checked_sub(models).and_then(|at| further.get(at));
                        Subject { model: at.copied().unwrap_or(s.model), ..*s }
                    };
                    side.iter().map(home).collect()
                })),
                Pairs::Within | Pairs::Between | Pairs::All => None,
            };
            let of = |t: &Tests<'_>| t.rules.iter().map(|rule| of_rule(rule, t.further)).collect();
            self.tests.iter().map(of).collect()
        });
        match (&tests.rules[r].pairs, &sides[t][r]) {
            (Pairs::Within, _) => a.model == b.model,
            (Pairs::Between, _) => a.model != b.model,
            (_, Some([x, y])) => (x.contains(&a) && y.contains(&b)) || (x.contains(&b) && y.contains(&a)),
            (Pairs::All | Pairs::Sets { .. }, None) => true,
        }
    }
}
