//! What is wrong with an input, said once, with a code, a place and a way to mend it.

use crate::{Element, codes};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// How much a diagnostic matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Something of the input is lost: the answer is incomplete.
    Error,
    /// Nothing is lost, but the answer may not mean what the user thinks.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word for it: `error`, `warning`, `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// The page of a code: what `groma explain` prints.
#[derive(Debug)]
pub struct CodePage {
    /// `G0312`.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One line, lower case, without a full stop.
    pub title: &'static str,
    /// What, why, how to mend; Markdown.
    pub page: &'static str,
}

/// A code of the table in [`codes`].
#[derive(Clone, Copy)]
pub struct Code(pub(crate) &'static CodePage);

impl Code {
    /// The page of the code.
    pub fn page(self) -> &'static CodePage {
        self.0
    }

    /// `G0312`.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// The code with this id, in upper or lower case.
    pub fn find(id: &str) -> Option<Self> {
        codes::ALL.iter().copied().find(|c| c.id().eq_ignore_ascii_case(id))
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}
impl Eq for Code {}
impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Code {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id().cmp(other.id())
    }
}
impl std::hash::Hash for Code {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Where in which file: as much as is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Location {
    /// The model's label.
    pub model: Option<Arc<str>>,
    /// The instance name in the file, without `#`.
    pub express_id: Option<u64>,
    /// The class, in the standard's spelling.
    pub class: Option<Arc<str>>,
    /// The GlobalId.
    pub global_id: Option<Arc<str>>,
    /// `Name`.
    pub name: Option<Arc<str>>,
}

impl fmt::Display for Location {
    /// `arch.ifc #58882 IfcWall 2AD2sgUn19$xdaFQyyDdsq "Basic Wall"`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = Vec::new();
        words.extend(self.model.as_deref().map(str::to_owned));
        words.extend(self.express_id.map(|id| format!("#{id}")));
        words.extend(self.class.as_deref().map(str::to_owned));
        words.extend(self.global_id.as_deref().map(str::to_owned));
        words.extend(self.name.as_deref().map(|n| format!("{n:?}")));
        f.write_str(&words.join(" "))
    }
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// What kind of thing.
    pub code: Code,
    /// Where.
    pub location: Location,
    /// What exactly, beyond the code's title.
    pub detail: Option<String>,
    /// How many of its kind it stands for; more than 1 where the others are not listed.
    pub stands_for: usize,
}

impl Diagnostic {
    /// A diagnostic that says no more than its code's title.
    pub fn new(code: Code) -> Self {
        Self { code, location: Location::default(), detail: None, stands_for: 1 }
    }

    /// Says that it stands for so many of its kind, which are not listed.
    pub fn standing_for(mut self, many: usize) -> Self {
        self.stands_for = many;
        self
    }

    /// Says what exactly.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says in which model.
    pub fn model(mut self, label: &Arc<str>) -> Self {
        self.location.model = Some(label.clone());
        self
    }

    /// Says at which instance of the file.
    pub fn at(mut self, express_id: u64) -> Self {
        self.location.express_id = Some(express_id);
        self
    }

    /// Says at which element.
    pub fn element(mut self, element: &Element) -> Self {
        self.location = Location {
            model: Some(element.key.model.clone()),
            express_id: Some(element.express_id.into()),
            class: Some(element.class.name().into()),
            global_id: Some(element.key.global_id.clone()),
            name: element.name.clone(),
        };
        self
    }

    fn order(&self) -> impl Ord + use<> {
        (self.location.model.clone(), self.code, self.location.clone(), self.detail.clone())
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = self.code.page();
        write!(f, "{}[{}]: {}", page.severity.as_str(), page.id, page.title)?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        if self.location != Location::default() {
            write!(f, "\n  --> {}", self.location)?;
        }
        Ok(())
    }
}

/// All that was found wrong on the way; nothing is dropped.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Adds all of another list.
    pub fn extend(&mut self, other: Self) {
        self.items.extend(other.items);
    }

    /// Puts them into the order of model, code and instance, which no thread count changes.
    pub fn sort(&mut self) {
        self.items.sort_by_cached_key(Diagnostic::order);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// True when nothing was found.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// True when something of the input is lost.
    pub fn any_lost(&self) -> bool {
        self.items.iter().any(|d| d.code.page().severity == Severity::Error)
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.items.iter()
    }

    /// How often each code occurs, in the order of codes.
    pub fn counts(&self) -> BTreeMap<Code, usize> {
        let mut counts = BTreeMap::new();
        for d in &self.items {
            *counts.entry(d.code).or_insert(0) += d.stands_for;
        }
        counts
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
