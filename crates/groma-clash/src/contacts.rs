//! Where the surfaces of two bodies meet.

use crate::body::Body;
use crate::crossing::{self, Face};
use crate::penetrate::{Deepest, MEET};
use glam::{DAffine3, DVec3};
use groma_geometry::Aabb;
use std::ops::ControlFlow;

/// Two bodies, and the maps between their coordinates.
pub(crate) struct Pair<'a> {
    pub(crate) a: &'a Body,
    pub(crate) b: &'a Body,
    pub(crate) b_to_a: DAffine3,
    pub(crate) a_to_b: DAffine3,
    pub(crate) tolerance: f64,
}

/// Two triangles that meet.
pub(crate) struct Contact {
    pub(crate) i: u32,
    pub(crate) j: u32,
    /// The middle of the segment they have in common; `None` for faces in one plane with their normals
    /// alike.
    pub(crate) middle: Option<DVec3>,
}

/// Where two surfaces meet.
pub(crate) struct Contacts {
    /// In the coordinates of `a`.
    pub(crate) list: Vec<Contact>,
    /// The triangles of `a` that may touch `b`, and the other way round; all others surely do not.
    pub(crate) marked: (Vec<bool>, Vec<bool>),
}

impl Pair<'_> {
    pub(crate) fn face_of_a(&self, i: u32) -> Face {
        Face { corners: self.a.tree.triangles()[i as usize], normal: self.a.tree.normals()[i as usize] }
    }

    pub(crate) fn face_of_b(&self, j: u32) -> Face {
        Face {
            corners: self.b.tree.triangles()[j as usize].map(|p| self.b_to_a.transform_point3(p)),
            normal: self.b_to_a.matrix3 * self.b.tree.normals()[j as usize],
        }
    }

    /// Walks both trees: keeps the deepest crossing, and returns where triangles meet.
    pub(crate) fn contacts(&self, deepest: &mut Deepest) -> Contacts {
        let count = |body: &Body| vec![false; body.tree.triangles().len()];
        let mut contacts = Contacts { list: Vec::new(), marked: (count(self.a), count(self.b)) };
        self.a.tree.tree().pairs(self.b.tree.tree(), &self.b_to_a, MEET, |mine, theirs| {
            for &j in theirs {
                let q = self.face_of_b(j);
                let around = Aabb::of(q.corners).grow(MEET);
                for &i in mine {
                    if self.a.tree.boxes()[i as usize].overlaps(&around) {
                        self.meet(i, j, &q, &mut contacts, deepest);
                    }
                }
            }
            ControlFlow::Continue(())
        });
        contacts
    }

    fn meet(&self, i: u32, j: u32, q: &Face, contacts: &mut Contacts, deepest: &mut Deepest) {
        let p = self.face_of_a(i);
        if p.is_beyond(q, MEET) || q.is_beyond(&p, MEET) {
            return;
        }
        contacts.marked.0[i as usize] = true;
        contacts.marked.1[j as usize] = true;
        if let Some((x, y)) = crossing::segment(&p, q, MEET) {
            let middle = (x + y) * 0.5;
            if let Some(d) = crossing::depth(&p, q, deepest.depth.depth) {
                deepest.keep(d.depth, d.direction, middle);
            }
            contacts.list.push(Contact { i, j, middle: Some(middle) });
        } else if p.normal.dot(q.normal) > 1.0 - 1e-9
            && q.corners.iter().all(|c| p.normal.dot(*c - p.corners[0]).abs() < MEET)
        {
            contacts.list.push(Contact { i, j, middle: None });
        }
    }
}
