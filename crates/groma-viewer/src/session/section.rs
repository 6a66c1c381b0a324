//! Planes and a box that cut the view.

use glam::DVec3;

/// A half space that is cut away. Metres, in the project's frame, Z up.
#[derive(Clone, PartialEq, Debug)]
pub struct Plane {
    /// What a person calls it.
    pub name: String,
    /// Unit vector towards what stays.
    pub normal: DVec3,
    /// How far the plane lies from the frame's origin along the normal.
    pub offset: f64,
    /// False while it does not cut.
    pub on: bool,
}

impl Plane {
    /// The plane through a point that keeps what lies in the direction of `normal`; `None` without a direction.
    pub fn through(name: String, point: DVec3, normal: DVec3) -> Option<Self> {
        let normal = normal.try_normalize().filter(|n| n.is_finite())?;
        point.is_finite().then(|| Self { name, normal, offset: normal.dot(point), on: true })
    }

    /// Where it lies, for a person: along the axis that it stands across (0 is X), in world metres with the frame at
    /// `origin`; of a slanting plane along its normal. With it how much that grows when the offset grows.
    pub fn coordinate(&self, origin: DVec3) -> (Option<usize>, f64, f64) {
        let across = (0..3).find(|&axis| self.normal[axis].abs() > 1.0 - 1e-9);
        match across {
            Some(axis) => {
                let way = self.normal[axis].signum();
                (across, way * self.offset + origin[axis], way)
            }
            None => (None, self.offset + self.normal.dot(origin), 1.0),
        }
    }

    /// How far a point lies on the side that stays; negative where it is cut away.
    pub fn height(&self, point: DVec3) -> f64 {
        self.normal.dot(point) - self.offset
    }
}

/// A box of which only the inside is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SectionBox {
    /// Its least corner.
    pub low: DVec3,
    /// Its greatest corner.
    pub high: DVec3,
}

/// What cuts the view.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sections {
    /// The planes; see [`Sections::MOST`].
    pub planes: Vec<Plane>,
    /// The box.
    pub bounds: Option<SectionBox>,
}

impl Sections {
    /// So many planes there may be beside the box.
    pub const MOST: usize = 6;

    /// Moves all of them, as when the frame has another origin.
    pub fn shift(&mut self, by: DVec3) {
        self.planes.iter_mut().for_each(|plane| plane.offset += plane.normal.dot(by));
        if let Some(bounds) = &mut self.bounds {
            (bounds.low, bounds.high) = (bounds.low + by, bounds.high + by);
        }
    }

    /// All that cut, as half spaces: the normal towards what stays, and the offset along it.
    pub fn half_spaces(&self) -> Vec<(DVec3, f64)> {
        let mut all: Vec<(DVec3, f64)> =
            self.planes.iter().filter(|p| p.on).map(|p| (p.normal, p.offset)).take(Self::MOST).collect();
        if let Some(b) = self.bounds {
            for axis in DVec3::AXES {
                all.push((axis, axis.dot(b.low)));
                all.push((-axis, -axis.dot(b.high)));
            }
        }
        all
    }

    /// True when a point is drawn.
    pub fn keep(&self, point: DVec3) -> bool {
        self.half_spaces().iter().all(|(normal, offset)| normal.dot(point) >= *offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_cut_tells_its_height() {
        let check = |normal: DVec3, expect: (Option<usize>, f64, f64)| {
            let plane = Plane::through(String::new(), DVec3::new(1.0, 2.0, 3.0), normal).unwrap();
            let (axis, at, way) = plane.coordinate(DVec3::new(5000.0, 0.0, 100.0));
            assert_eq!((axis, way), (expect.0, expect.2));
            assert!((at - expect.1).abs() < 1e-9, "{at} {}", expect.1);
        };
        check(DVec3::Z, (Some(2), 103.0, 1.0));
        check(-DVec3::Z, (Some(2), 103.0, -1.0));
        check(-DVec3::X, (Some(0), 5001.0, -1.0));
        check(DVec3::new(3.0, 4.0, 0.0), (None, 3002.2, 1.0));
    }

    #[test]
    fn a_box_and_a_plane_keep_what_is_in_both() {
        let plane = Plane::through("p".into(), DVec3::new(0.5, 9.0, 9.0), DVec3::X * 3.0);
        let mut sections = Sections {
            planes: plane.into_iter().collect(),
            bounds: Some(SectionBox { low: DVec3::ZERO, high: DVec3::ONE }),
        };
        let kept = |s: &Sections| [0.25, 0.75, 1.25].map(|x| s.keep(DVec3::new(x, 0.5, 0.5)));
        assert_eq!(kept(&sections), [false, true, false]);
        sections.planes[0].on = false;
        assert_eq!(kept(&sections), [true, true, false]);
        sections.bounds = None;
        assert_eq!(kept(&sections), [true; 3]);
        assert!(Plane::through("p".into(), DVec3::ZERO, DVec3::ZERO).is_none());
        assert!(Plane::through("p".into(), DVec3::NAN, DVec3::X).is_none());
    }
}
