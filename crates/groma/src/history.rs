//! What is known of clashes from earlier runs: the baseline, waivers, and who is who since.

use groma_clash::{Clash, ClashKey, Grouping, IssueKey, Known, Scene, Subject};
use groma_exchange::baseline_file::{BaselineClash, BaselineError, BaselineFile};
use groma_exchange::comments_file::Comment;
use groma_exchange::identity_file::IdentityFile;
use groma_exchange::waivers_file::Waiver;
use groma_model::ElementKey;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// What is known from earlier runs.
#[derive(Default)]
pub struct History {
    known: BTreeMap<ClashKey, (Known, BaselineClash)>,
    /// Whether there is a baseline at all.
    pub has_baseline: bool,
    /// The waivers.
    pub waivers: Vec<Waiver>,
    /// What was said of issues, the earlier first.
    pub comments: Vec<Comment>,
    /// The day that waivers are judged by.
    pub today: Date,
    /// From model and GlobalId as they are to those of the baseline.
    before: HashMap<(String, String), (String, String)>,
    /// The other way round.
    after: HashMap<(String, String), [String; 2]>,
    /// From labels of models of the baseline to what they are.
    labels: BTreeMap<String, String>,
}

fn bytes(hex: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    if hex.len() != 32 || !hex.is_ascii() {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(bytes)
}

impl History {
    /// A history of these waivers, on a day.
    pub fn new(waivers: Vec<Waiver>, today: Date) -> Self {
        Self { waivers, today, ..Self::default() }
    }

    /// Adds a baseline.
    ///
    /// # Errors
    ///
    /// A key or a word in it that is none.
    pub fn with_baseline(mut self, baseline: BaselineFile) -> Result<Self, BaselineError> {
        self.has_baseline = true;
        for (n, c) in baseline.clashes.into_iter().enumerate() {
            let broken = |why: &str| BaselineError::Line { line: n + 2, why: why.to_owned() };
            let key = bytes(&c.key).ok_or_else(|| broken("`key` has not 32 hexadecimal digits"))?;
            let issue = bytes(&c.issue).ok_or_else(|| broken("`issue` has not 32 hexadecimal digits"))?;
            let grouping = Grouping::ALL.into_iter().find(|g| g.as_str() == c.grouping);
            let grouping = grouping.ok_or_else(|| broken("`grouping` is none that is known"))?;
            let known = Known { issue: IssueKey(issue), grouping, depth: c.depth, distance: c.distance };
            self.known.insert(ClashKey(key), (known, c));
        }
        Ok(self)
    }

    /// Adds who is who since the baseline and the waivers were written.
    pub fn with_identity(mut self, identity: &IdentityFile) -> Self {
        for model in &identity.models {
            self.labels.insert(model.old.clone(), model.new.clone());
            for pair in &model.pairs {
                let now = (model.new.clone(), pair.new.clone());
                let was = (model.old.clone(), pair.old.clone());
                if now != was {
                    self.after.insert(was.clone(), [now.0.clone(), now.1.clone()]);
                    self.before.insert(now, was);
                }
            }
        }
        self
    }

    /// The key that a clash had before, where it differs from its own.
    pub fn key_before(&self, scene: &Scene<'_>, rule: &str, clash: &Clash) -> Option<ClashKey> {
        if self.before.is_empty() {
            return None;
        }
        let before = |s: Subject| {
            let key = &scene.element(s).key;
            let now = (key.model.to_string(), key.global_id.to_string());
            match self.before.get(&now) {
                None => key.clone(),
                Some((model, id)) => {
                    ElementKey { model: model.as_str().into(), global_id: id.as_str().into() }
                }
            }
        };
        let [a, b] = [clash.a, clash.b].map(before);
        Some(ClashKey::new(rule, &a, &b)).filter(|key| *key != clash.key)
    }

    /// The keys that a pair has under another rule, as it is and as it was.
    pub fn keys_of(&self, scene: &Scene<'_>, rule: &str, clash: &Clash) -> Vec<ClashKey> {
        let [a, b] = [clash.a, clash.b].map(|s| &scene.element(s).key);
        let now = ClashKey::new(rule, a, b);
        std::iter::once(now).chain(self.key_before(scene, rule, clash)).collect()
    }

    /// Model and GlobalId that an element of the baseline has now.
    pub fn now<'a>(&'a self, was: &'a [String; 2]) -> [&'a str; 2] {
        let key = (was[0].clone(), was[1].clone());
        let label = self.labels.get(&was[0]).unwrap_or(&was[0]);
        self.after
            .get(&key)
            .map_or([label.as_str(), was[1].as_str()], |[model, id]| [model.as_str(), id.as_str()])
    }

    /// What is known of a clash, by its key or the one it had before.
    pub fn known(&self, key: ClashKey, before: Option<ClashKey>) -> Option<&Known> {
        let entry = self.known.get(&key).or_else(|| self.known.get(&before?));
        entry.map(|(known, _)| known)
    }

    /// The clashes of the baseline, by key.
    pub fn baseline(&self) -> impl Iterator<Item = (&ClashKey, &BaselineClash)> {
        self.known.iter().map(|(key, (_, clash))| (key, clash))
    }

    /// True when an issue of the baseline has this key.
    pub fn has_issue(&self, issue: IssueKey) -> bool {
        self.known.values().any(|(known, _)| known.issue == issue)
    }

    /// True when a waiver counts today.
    pub fn counts(&self, waiver: &Waiver) -> bool {
        self.today <= waiver.expires
    }
}
