//! What is kept from one day to the next: sets, sections and places to look from.

use crate::session::Session;
use crate::session::places::Places;
use crate::session::plan::Plan;
use crate::session::section::{Plane, SectionBox, Sections};
use glam::DVec3;
use groma::schedule::Time;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file beside `groma.toml` that keeps them.
pub const FILE: &str = "groma-views.toml";

/// Where a camera stands. Metres in the project's frame, Z up, and radians.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stand {
    /// What it looks at.
    pub focus: DVec3,
    /// See [`crate::orbit::Orbit`].
    pub yaw: f64,
    /// See [`crate::orbit::Orbit`].
    pub pitch: f64,
    /// How far it stands from what it looks at.
    pub distance: f64,
}

/// Which elements are drawn, by the labels of their models and their GlobalIds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Drawn {
    /// All but these.
    AllBut(Vec<(String, String)>),
    /// These alone.
    Only(Vec<(String, String)>),
}

/// A view with a name.
#[derive(Clone, PartialEq, Debug)]
pub struct KeptView {
    /// The name.
    pub name: String,
    /// Where the camera stands.
    pub stand: Stand,
    /// Projection is parallel.
    pub parallel: bool,
    /// What cuts the view.
    pub sections: Sections,
    /// Which elements are drawn; `None` leaves it as it is.
    pub drawn: Option<Drawn>,
    /// What colours there are, by their word for the command line; `None` leaves them.
    pub colour: Option<String>,
    /// The instant of the programme; `None` leaves it.
    pub at: Option<Time>,
}

/// All that is kept.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Kept {
    /// Names and selectors.
    pub sets: Vec<(String, String)>,
    /// Views.
    pub views: Vec<KeptView>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "set", skip_serializing_if = "Vec::is_empty")]
    sets: Vec<SetRow>,
    #[serde(default, rename = "view", skip_serializing_if = "Vec::is_empty")]
    views: Vec<ViewRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetRow {
    name: String,
    select: String,
}

/// A view in world metres and degrees, so that it outlives a change of the frame.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewRow {
    name: String,
    focus: [f64; 3],
    yaw: f64,
    pitch: f64,
    distance: f64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    parallel: bool,
    #[serde(default, rename = "box", skip_serializing_if = "Option::is_none")]
    bounds: Option<[[f64; 3]; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hidden: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    only: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    colour: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(default, rename = "section", skip_serializing_if = "Vec::is_empty")]
    sections: Vec<SectionRow>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionRow {
    name: String,
    /// A point of the plane, world metres.
    point: [f64; 3],
    /// Towards what stays.
    keep: [f64; 3],
    on: bool,
}

/// Elements as texts: the label, a slash, the GlobalId.
fn joined(elements: &[(String, String)]) -> Vec<String> {
    elements.iter().map(|(label, id)| format!("{label}/{id}")).collect()
}

/// Elements out of texts; what is none is left out.
fn parted(texts: &[String]) -> Vec<(String, String)> {
    let parts = texts.iter().filter_map(|text| text.rsplit_once('/'));
    parts.map(|(label, id)| (label.to_owned(), id.to_owned())).collect()
}

impl Kept {
    /// Keeps a selector under a name, in the place of one of that name.
    pub fn keep_set(&mut self, name: &str, selector: &str) {
        self.sets.retain(|(known, _)| known != name);
        self.sets.push((name.to_owned(), selector.to_owned()));
    }

    /// Keeps a view, in the place of one of that name.
    pub fn keep_view(&mut self, view: KeptView) {
        self.views.retain(|known| known.name != view.name);
        self.views.push(view);
    }

    /// As the text of a file. `origin` is that of the project's frame, in the world.
    ///
    /// # Errors
    ///
    /// What has no place in such a file.
    pub fn to_text(&self, origin: DVec3) -> Result<String, toml::ser::Error> {
        let world = |p: DVec3| (p + origin).to_array();
        let view = |v: &KeptView| ViewRow {
            name: v.name.clone(),
            focus: world(v.stand.focus),
            yaw: v.stand.yaw.to_degrees(),
            pitch: v.stand.pitch.to_degrees(),
            distance: v.stand.distance,
            parallel: v.parallel,
            hidden: match &v.drawn {
                Some(Drawn::AllBut(hidden)) => Some(joined(hidden)),
                _ => None,
            },
            only: match &v.drawn {
                Some(Drawn::Only(shown)) => Some(joined(shown)),
                _ => None,
            },
            colour: v.colour.clone(),
            at: v.at.map(|at| at.to_string()),
            bounds: v.sections.bounds.map(|b| [world(b.low), world(b.high)]),
            sections: v
                .sections
                .planes
                .iter()
                .map(|p| SectionRow {
                    name: p.name.clone(),
                    point: world(p.normal * p.offset),
                    keep: p.normal.to_array(),
                    on: p.on,
                })
                .collect(),
        };
        let sets =
            self.sets.iter().map(|(name, select)| SetRow { name: name.clone(), select: select.clone() });
        let file = File { sets: sets.collect(), views: self.views.iter().map(view).collect() };
        toml::to_string_pretty(&file)
    }

    /// Out of the text of a file.
    ///
    /// # Errors
    ///
    /// What is not such a file, in words with line and column.
    pub fn of_text(text: &str, origin: DVec3) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        let frame = |p: [f64; 3]| DVec3::from_array(p) - origin;
        let view = |v: ViewRow| KeptView {
            name: v.name,
            stand: Stand {
                focus: frame(v.focus),
                yaw: v.yaw.to_radians(),
                pitch: v.pitch.to_radians(),
                distance: v.distance,
            },
            parallel: v.parallel,
            drawn: match (v.only, v.hidden) {
                (Some(only), _) => Some(Drawn::Only(parted(&only))),
                (None, hidden) => hidden.map(|hidden| Drawn::AllBut(parted(&hidden))),
            },
            colour: v.colour,
            at: v.at.as_deref().and_then(Time::parse),
            sections: Sections {
                planes: v
                    .sections
                    .into_iter()
                    .filter_map(|s| {
                        let plane = Plane::through(s.name, frame(s.point), DVec3::from_array(s.keep))?;
                        Some(Plane { on: s.on, ..plane })
                    })
                    .take(Sections::MOST)
                    .collect(),
                bounds: v.bounds.map(|[low, high]| SectionBox { low: frame(low), high: frame(high) }),
            },
        };
        Ok(Self {
            sets: file.sets.into_iter().map(|s| (s.name, s.select)).collect(),
            views: file.views.into_iter().map(view).collect(),
        })
    }

    /// Writes the file into a folder: beside its place, then moved there.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn write(&self, folder: &Path, origin: DVec3) -> std::io::Result<()> {
        let text = self.to_text(origin).map_err(std::io::Error::other)?;
        groma::files::write(&folder.join(FILE), text.as_bytes())
    }
}

impl Session {
    /// The present view, from where a camera stands.
    pub fn view(&self, name: String, stand: Stand) -> KeptView {
        let shown = self.drawn_without(&self.looks.hidden);
        let hidden = self.drawn_without(&shown);
        let names = |places: &Places| -> Vec<(String, String)> {
            let elements = places.iter().filter_map(|place| self.elements.as_ref()?.get(place));
            elements.map(|(m, e)| (m.label.to_string(), e.key.global_id.to_string())).collect()
        };
        let only = shown.len() < hidden.len();
        KeptView {
            name,
            stand,
            parallel: self.parallel,
            sections: self.looks.sections.clone(),
            drawn: Some(if only { Drawn::Only(names(&shown)) } else { Drawn::AllBut(names(&hidden)) }),
            colour: Some(self.looks.colour.word()),
            at: self.plan.as_ref().map(Plan::at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let origin = DVec3::new(1024.0, 2048.0, 0.0);
        let mut kept = Kept::default();
        kept.keep_set("walls", "IfcDoor");
        kept.keep_set("walls", "IfcWall, Name*=\"core\"");
        let plane = Plane::through("cut".into(), DVec3::new(1.0, 2.0, 3.0), DVec3::Z).expect("a plane");
        kept.keep_view(KeptView {
            name: "stairs".into(),
            stand: Stand { focus: DVec3::new(1.0, 2.0, 3.0), yaw: 0.5, pitch: -0.25, distance: 10.0 },
            parallel: true,
            drawn: Some(Drawn::Only(vec![("a/b".into(), "0x".into())])),
            colour: Some("class".into()),
            at: Time::parse("2026-05-01T12:00"),
            sections: Sections {
                planes: vec![plane],
                bounds: Some(SectionBox { low: DVec3::ZERO, high: DVec3::ONE }),
            },
        });
        let again = Kept::of_text(&kept.to_text(origin).expect("a text"), origin).expect("it is read again");
        assert_eq!(again.sets, [("walls".to_owned(), "IfcWall, Name*=\"core\"".to_owned())]);
        let (a, b) = (&again.views[0], &kept.views[0]);
        assert!((a.stand.focus - b.stand.focus).length() < 1e-9 && (a.stand.yaw - b.stand.yaw).abs() < 1e-12);
        assert!(a.parallel);
        assert_eq!((&a.drawn, &a.colour, a.at), (&b.drawn, &b.colour, b.at));
        assert_eq!(a.sections.planes[0].name, "cut");
        assert!((a.sections.planes[0].offset - 3.0).abs() < 1e-9);
        assert!(Kept::of_text("[[set]]\nname = 3", origin).unwrap_err().contains("line 2"));
    }
}
