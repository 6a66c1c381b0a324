//! The matrix of disciplines: which cells there are, and what is tested for each.

use crate::rules::{Planned, Planner, Result, severity};
use crate::testable::Side;
use groma_clash::{Discipline, Pairs, Rule, RuleKind, Severity, Subject};
use groma_exchange::project_file::{CellEntry, Preset, Spanned};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The names of rules that the matrix gives to the keys of its clashes.
pub(crate) const MATRIX: &str = "matrix";
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

impl Planner<'_> {
    pub(crate) fn matrix(&self) -> Result<Vec<Planned>> {
        let Some(spanned) = &self.config.file.matrix else { return Ok(Vec::new()) };
        let matrix = spanned.as_ref();
        let shaped = self.shaped();
        let mut cells: Vec<Cell> = Vec::new();
        for entry in &matrix.cells {
            let cell = self.cell(entry, matrix.tolerance.as_ref(), &shaped)?;
            self.check_twice(&cells, &cell)?;
            cells.push(cell);
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
        let leaves: Vec<Discipline> = shaped.into_iter().collect();
        let mut owned: BTreeMap<usize, Vec<(Discipline, Discipline)>> = BTreeMap::new();
        for (i, &x) in leaves.iter().enumerate() {
            for &y in &leaves[i..] {
                for n in owners(&cells, x, y) {
                    owned.entry(n).or_default().push((x, y));
                }
            }
        }
        for (n, cell) in cells.iter().enumerate().filter(|(_, c)| c.by_user && !c.skip) {
            if !owned.contains_key(&n) {
                let what = format!("narrower cells leave nothing to test of `{}` and `{}`", cell.a, cell.b);
                return Err(Box::new(self.config.mistake(cell.span.clone(), what)));
            }
        }
        let mut planned = Vec::new();
        for (n, pairs) in owned {
            let whole = self.planned(&cells[n], &cells, &pairs, &leaves);
            if cells[n].by_user {
                let named = matrix.cells.get(n).map(|entry| [&entry.a, &entry.b]);
                let all: [BTreeSet<Subject>; 2] =
                    whole.rules.iter().fold(Default::default(), |[mut a, mut b], r| {
                        if let Pairs::Sets { a: x, b: y } = &r.pairs {
                            a.extend(x);
                            b.extend(y);
                        }
                        [a, b]
                    });
                let [a, b] = all.map(|set| set.into_iter().collect::<Vec<_>>());
                if let Some([x, y]) = named {
                    let (x, y) = (Side { text: x, what: "A", of: &a }, Side { text: y, what: "B", of: &b });
                    self.check_pairs(&x, &y, true, false, cells[n].span.clone())?;
                }
            }
            planned.push(whole);
        }
        let has_rules = !self.config.file.rules.is_empty();
        if planned.is_empty() && !(has_rules && matrix.preset == Preset::None) {
            let what = "the matrix has no cell for the disciplines that there are";
            let hint = format!("the models hold {}", self.occurring().join(", "));
            return Err(Box::new(self.config.mistake(spanned.span(), what).hint(hint)));
        }
        Ok(planned)
    }

    /// Refuses a cell that says again, or otherwise, what one before it says of the same two disciplines.
    fn check_twice(&self, cells: &[Cell], next: &Cell) -> Result<()> {
        let same_pair = |c: &&Cell| (c.a, c.b) == (next.a, next.b) || (c.a, c.b) == (next.b, next.a);
        let same_kind = |c: &Cell| std::mem::discriminant(&c.kind) == std::mem::discriminant(&next.kind);
        let Some(first) = cells.iter().filter(same_pair).find(|c| c.skip || next.skip || same_kind(c)) else {
            return Ok(());
        };
        let line = self.config.text[..first.span.start].matches('\n').count() + 1;
        let what = format!("a cell of `{}` and `{}` stands in line {line} already", next.a, next.b);
        let hint = "one cell of each kind may stand for a pair of disciplines";
        Err(Box::new(self.config.mistake(next.span.clone(), what).hint(hint)))
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
            space: None,
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

/// Whose cells a pair of disciplines is: of each kind that which names it most exactly, unless one that is skipped
/// does so more exactly; the user's cells instead of the preset's.
fn owners(cells: &[Cell], x: Discipline, y: Discipline) -> Vec<usize> {
    let exact = |c: &Cell| usize::from(c.a == x || c.a == y) + usize::from(c.b == x || c.b == y);
    let mut fitting: Vec<usize> = (0..cells.len()).filter(|&n| cells[n].holds(x, y)).collect();
    if fitting.iter().any(|&n| cells[n].by_user) {
        fitting.retain(|&n| cells[n].by_user);
    }
    let skipped = fitting.iter().filter(|&&n| cells[n].skip).map(|&n| exact(&cells[n])).max();
    fitting.retain(|&n| !cells[n].skip && skipped.is_none_or(|least| exact(&cells[n]) > least));
    let mut best: BTreeMap<&str, usize> = BTreeMap::new();
    for n in fitting {
        let known = best.entry(cells[n].kind.as_str()).or_insert(n);
        if exact(&cells[n]) > exact(&cells[*known]) {
            *known = n;
        }
    }
    let mut owners: Vec<usize> = best.into_values().collect();
    owners.sort_unstable();
    owners
}

impl Cell {
    fn holds(&self, x: Discipline, y: Discipline) -> bool {
        (x.is_in(self.a) && y.is_in(self.b)) || (y.is_in(self.a) && x.is_in(self.b))
    }
}
