//! From clashes to issues, how much they matter, and what becomes of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use glam::{DAffine3, DVec3};
use groma_clash::lifecycle::state;
use groma_clash::severity::severity;
use groma_clash::{
    Clash, ClashKey, DepthKind, Grouper, Grouping, Issue, Kind, Known, Pairs, Rule, RuleKind, Scene,
    SceneModel, Severity, State, Subject,
};
use groma_geometry::{Instance, Mesh, Shapes};
use groma_model::{Class, Element, ElementId, Frame, KeyMaker, Model, Standing};
use std::sync::Arc;

/// A model of unit cubes, and clashes that a test states of them.
struct Site {
    model: Model,
    shapes: Shapes,
    keys: KeyMaker,
    frame: Frame,
    clashes: Vec<Clash>,
}

impl Site {
    fn new() -> Self {
        let mut shapes = Shapes::default();
        shapes.meshes.push(Arc::new(Mesh::cuboid(DVec3::ZERO, DVec3::ONE)));
        Self {
            model: Model::empty("site"),
            shapes,
            keys: KeyMaker::new("site".into()),
            frame: Frame { standing: Standing::Local, origin: DVec3::ZERO },
            clashes: Vec::new(),
        }
    }

    fn add(&mut self, class: &'static str, name: &str, at: [f64; 3]) -> ElementId {
        let id = ElementId(self.model.elements.len() as u32);
        let (key, _) = self.keys.next(&format!("{:022}", id.0));
        let above: &[&str] = match class {
            "IfcPipeSegment" | "IfcDuctSegment" => &["IfcDistributionElement", "IfcElement"],
            _ => &["IfcElement"],
        };
        let class = Class::new(class, above.iter().copied());
        self.model.elements.push(Element { name: Some(name.into()), ..Element::new(key, id.0 + 1, class) });
        let placement = DAffine3::from_translation(at.into());
        self.shapes.instances.push(Instance { element: id, mesh: 0, placement, colour: [1.0; 4] });
        id
    }

    fn clash(&mut self, a: ElementId, b: ElementId, depth: f64) {
        let [a, b] = [a.min(b), a.max(b)].map(|element| Subject { model: 0, element });
        let key = |s: Subject| &self.model.element(s.element).key;
        self.clashes.push(Clash {
            key: ClashKey::new("r", key(a), key(b)),
            kind: Kind::Hard,
            a,
            b,
            depth: Some(depth),
            depth_kind: Some(DepthKind::Exact),
            distance: 0.0,
            point: DVec3::ZERO,
            direction: DVec3::Z,
            points: None,
        });
    }

    fn scene(&self) -> Scene<'_> {
        Scene { models: vec![SceneModel { model: &self.model, shapes: &self.shapes }], frame: &self.frame }
    }

    fn group(&self) -> Vec<Issue> {
        let scene = self.scene();
        let issues = Grouper::new(&scene).group(&self.clashes.iter().collect::<Vec<_>>());
        // In another order the same clashes are the same issues.
        let reversed: Vec<&Clash> = self.clashes.iter().rev().collect();
        let again = Grouper::new(&scene).group(&reversed);
        let keys = |issues: &[Issue], of: &[&Clash]| -> Vec<(String, Vec<String>)> {
            let clashes = |i: &Issue| i.clashes.iter().map(|&c| of[c].key.to_string()).collect();
            issues.iter().map(|i| (i.key.to_string(), clashes(i))).collect()
        };
        assert_eq!(keys(&issues, &self.clashes.iter().collect::<Vec<_>>()), keys(&again, &reversed));
        issues
    }
}

#[test]
fn a_pipe_that_crosses_one_beam_ten_times_is_one_issue() {
    let mut site = Site::new();
    let beam = site.add("IfcBeam", "B", [0.0; 3]);
    let pipes: Vec<ElementId> =
        (0..10).map(|i| site.add("IfcPipeSegment", &format!("P{i}"), [f64::from(i), 0.0, 0.0])).collect();
    site.model.relations.connects = pipes.windows(2).map(|w| (w[0], w[1])).collect();
    for (i, &pipe) in pipes.iter().enumerate() {
        site.clash(beam, pipe, 0.01 * (i + 1) as f64);
    }
    let [issue] = &site.group()[..] else { panic!("one issue") };
    assert_eq!((issue.grouping, issue.clashes.len(), issue.places), (Grouping::Run, 10, 1));
}

#[test]
fn the_same_detail_on_each_floor_is_one_issue_with_as_many_places() {
    let mut site = Site::new();
    for floor in 0..6 {
        let z = 3.5 * f64::from(floor);
        let beam = site.add("IfcBeam", &format!("Beam {floor}"), [0.0, 0.0, z]);
        let duct = site.add("IfcDuctSegment", &format!("Duct {floor}"), [0.4, 0.0, z + 0.25]);
        site.clash(beam, duct, 0.05);
    }
    // The same two kinds, and another detail.
    let beam = site.add("IfcBeam", "Beam 9", [40.0, 0.0, 0.0]);
    let duct = site.add("IfcDuctSegment", "Duct 9", [40.0, 0.0, 0.6]);
    site.clash(beam, duct, 0.4);
    let mut issues = site.group();
    issues.sort_by_key(|i| std::cmp::Reverse(i.places));
    let found: Vec<_> = issues.iter().map(|i| (i.grouping, i.clashes.len(), i.places)).collect();
    assert_eq!(found, [(Grouping::Repetition, 6, 6), (Grouping::Single, 1, 1)]);
}

#[test]
fn what_one_element_does_is_one_issue() {
    let mut site = Site::new();
    let duct = site.add("IfcDuctSegment", "Duct", [0.0; 3]);
    for (i, class) in ["IfcBeam", "IfcColumn", "IfcSlab"].into_iter().enumerate() {
        let other = site.add(class, class, [i as f64, i as f64 * 0.1, 0.0]);
        site.clash(duct, other, 0.01 * (i + 1) as f64);
    }
    let [issue] = &site.group()[..] else { panic!("one issue") };
    assert_eq!((issue.grouping, issue.clashes.len()), (Grouping::Element, 3));
}

#[test]
fn a_duplicate_is_an_issue_of_its_own() {
    let mut site = Site::new();
    let wall = site.add("IfcWall", "W", [0.0; 3]);
    for i in 0..3 {
        let other = site.add("IfcWall", "W", [f64::from(i), 0.0, 0.0]);
        site.clash(wall, other, 0.1);
    }
    site.clashes[0].kind = Kind::Duplicate;
    let mut sizes: Vec<usize> = site.group().iter().map(|i| i.clashes.len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2]);
}

#[test]
fn severity_follows_depth_kind_and_classes() {
    let check = |a: &'static str, b: &'static str, change: &dyn Fn(&mut Clash), expect: Severity| {
        let mut site = Site::new();
        let (a, b) = (site.add(a, "a", [0.0; 3]), site.add(b, "b", [0.0; 3]));
        site.clash(a, b, 0.05);
        change(&mut site.clashes[0]);
        let kind = match site.clashes[0].kind {
            Kind::Clearance => RuleKind::Clearance { distance: 0.1 },
            _ => RuleKind::Hard,
        };
        let rule = Rule { name: "r".into(), kind, tolerance: 0.002, pairs: Pairs::All, exclusions: true };
        assert_eq!(severity(&site.scene(), &rule, &site.clashes[0]), expect);
    };
    let depth = |d: f64| move |c: &mut Clash| c.depth = Some(d);
    check("IfcWall", "IfcBeam", &depth(0.003), Severity::Info);
    check("IfcWall", "IfcBeam", &depth(0.02), Severity::Minor);
    check("IfcWall", "IfcBeam", &depth(0.05), Severity::Major);
    check("IfcWall", "IfcBeam", &depth(0.2), Severity::Critical);
    check("IfcDuctSegment", "IfcBeam", &depth(0.05), Severity::Critical);
    check("IfcDuctSegment", "IfcCovering", &depth(0.05), Severity::Minor);
    check("IfcWall", "IfcWall", &|c| c.kind = Kind::Duplicate, Severity::Major);
    check("IfcWall", "IfcWall", &|c| c.kind = Kind::Touching, Severity::Info);
    check("IfcPipeSegment", "IfcColumn", &|c| c.kind = Kind::Contained, Severity::Critical);
    let apart = |d: f64| {
        move |c: &mut Clash| (c.kind, c.depth, c.depth_kind, c.distance) = (Kind::Clearance, None, None, d)
    };
    check("IfcDuctSegment", "IfcBeam", &apart(0.02), Severity::Minor);
    check("IfcDuctSegment", "IfcBeam", &apart(0.08), Severity::Info);
}

#[test]
fn what_is_hard_under_a_clearance_rule_matters_as_much_as_under_a_hard_one() {
    let check = |a: &'static str, b: &'static str, kind: Kind, depth: f64, expect: Severity| {
        let mut site = Site::new();
        let (a, b) = (site.add(a, "a", [0.0; 3]), site.add(b, "b", [0.0; 3]));
        site.clash(a, b, depth);
        site.clashes[0].kind = kind;
        let kind = RuleKind::Clearance { distance: 0.1 };
        let rule = Rule { name: "r".into(), kind, tolerance: 0.002, pairs: Pairs::All, exclusions: true };
        assert_eq!(severity(&site.scene(), &rule, &site.clashes[0]), expect);
    };
    check("IfcWall", "IfcBeam", Kind::Hard, 0.2, Severity::Critical);
    check("IfcDuctSegment", "IfcBeam", Kind::Hard, 0.05, Severity::Critical);
    check("IfcPipeSegment", "IfcColumn", Kind::Contained, 0.05, Severity::Critical);
    // No less than two that meet.
    check("IfcWall", "IfcBeam", Kind::Hard, 0.003, Severity::Major);
    check("IfcDuctSegment", "IfcCovering", Kind::Hard, 0.05, Severity::Minor);
}

#[test]
fn a_clash_is_new_then_open_and_reopened_only_when_worse() {
    let mut site = Site::new();
    let (a, b) = (site.add("IfcWall", "a", [0.0; 3]), site.add("IfcWall", "b", [0.0; 3]));
    site.clash(a, b, 0.05);
    let now = site.clashes[0].clone();
    let issue = site.group()[0].key;
    let known = |depth, distance| Known { issue, grouping: Grouping::Single, depth, distance };
    assert_eq!(state(None, &now), State::New);
    for (depth, expect) in [
        (0.05, State::Open),
        (0.06, State::Open),
        // Within what another export may round.
        (0.0495, State::Open),
        (0.048, State::Reopened),
    ] {
        assert_eq!(state(Some(&known(Some(depth), 0.0)), &now), expect, "{depth}");
    }
    assert_eq!(state(Some(&known(None, 0.02)), &now), State::Reopened);
}
