//! Where in plan something is: in a field of a building's grid, else in a square.

use glam::{DVec2, DVec3};

/// The width of a square, in metres, unless stated.
pub const CELL: f64 = 25.0;

/// Two directions in plan are one when the sine between them is below this.
const PARALLEL: f64 = 1e-3;

/// Parallel axes of a grid, by where they cross their normal.
#[derive(Clone, PartialEq, Debug)]
struct Family {
    normal: DVec2,
    /// Places along the normal in metres, and the tags of the axes there; in order.
    axes: Vec<(f64, String)>,
}

impl Family {
    /// The parallel ones of some axes: of the direction that most of them have.
    fn of(axes: &[(String, [DVec3; 2])]) -> Option<Self> {
        let direction = |ends: &[DVec3; 2]| (ends[1] - ends[0]).truncate().try_normalize();
        let known: Vec<(&str, DVec2, DVec2)> = axes
            .iter()
            .filter_map(|(tag, ends)| Some((tag.as_str(), ends[0].truncate(), direction(ends)?)))
            .collect();
        let alike = |d: DVec2| known.iter().filter(move |a| a.2.perp_dot(d).abs() < PARALLEL);
        // Of equally many the first.
        let most = known.iter().rev().max_by_key(|a| alike(a.2).count())?.2;
        let along = |normal: DVec2| {
            let mut axes: Vec<(f64, String)> =
                alike(most).map(|a| (normal.dot(a.1), a.0.to_owned())).collect();
            axes.sort_by(|x, y| x.0.total_cmp(&y.0).then_with(|| x.1.cmp(&y.1)));
            axes.dedup_by(|b, a| b.0 - a.0 < 1e-3);
            Self { normal, axes }
        };
        // Fields begin at the lesser tag, whichever way the axes are drawn.
        let family = along(most.perp());
        let [first, .., last] = &family.axes[..] else { return None };
        Some(if in_order(&first.1, &last.1) { family } else { along(-most.perp()) })
    }

    /// The axis that the field of a point begins at. Half a field around the grid belongs to its outermost fields.
    fn tag(&self, p: DVec2) -> Option<&str> {
        let at = self.normal.dot(p);
        let width = |k: usize| self.axes[k + 1].0 - self.axes[k].0;
        let last = self.axes.len() - 2;
        let (low, high) = (self.axes[0].0 - width(0) / 2.0, self.axes[last + 1].0 + width(last) / 2.0);
        if !(at >= low && at <= high) {
            return None;
        }
        let behind = self.axes.partition_point(|a| a.0 <= at);
        Some(&self.axes[behind.saturating_sub(1).min(last)].1)
    }
}

/// True when one tag comes before another: numbers by their value, `Z` before `AA`.
fn in_order(a: &str, b: &str) -> bool {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x <= y,
        _ => (a.chars().count(), a) <= (b.chars().count(), b),
    }
}

/// A grid that names fields.
#[derive(Clone, PartialEq, Debug)]
pub struct GridFields([Family; 2]);

impl GridFields {
    /// The grid of two families of axes, each by its tag and its two ends in world metres; `None` unless each has two
    /// parallel ones.
    pub fn new(axes: [&[(String, [DVec3; 2])]; 2]) -> Option<Self> {
        let [u, v] = axes.map(Family::of);
        Some(Self([u?, v?])).filter(|Self([u, v])| u.normal.perp_dot(v.normal).abs() > 0.1)
    }

    /// The field that a point is in, by the two axes that it begins at: letters first, as in `B-3`.
    pub fn field(&self, p: DVec3) -> Option<String> {
        let [u, v] = &self.0;
        let (u, v) = (u.tag(p.truncate())?, v.tag(p.truncate())?);
        let begins_with_digit = |t: &str| t.starts_with(|c: char| c.is_ascii_digit());
        let (first, second) = if begins_with_digit(u) && !begins_with_digit(v) { (v, u) } else { (u, v) };
        Some(format!("{first}-{second}"))
    }
}

/// Where in plan something is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// A field of a grid.
    Grid(String),
    /// A square, by how many of its widths its lower corner is from the origin.
    Square([i64; 2]),
}

/// How plans are cut to fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Fields {
    /// The grids; the first that knows a point names its field.
    pub grids: Vec<GridFields>,
    /// The width of the squares outside of all grids, in metres.
    pub width: f64,
}

impl Default for Fields {
    fn default() -> Self {
        Self { grids: Vec::new(), width: CELL }
    }
}

impl Fields {
    /// The field of a point in world metres.
    pub fn of(&self, p: DVec3) -> Field {
        let square = || Field::Square([p.x, p.y].map(|x| (x / self.width).floor() as i64));
        self.grids.iter().find_map(|grid| grid.field(p)).map_or_else(square, Field::Grid)
    }

    /// A field in words.
    pub fn words(&self, field: &Field) -> String {
        match field {
            Field::Grid(name) => format!("the field {name}"),
            Field::Square([x, y]) => {
                let [x, y] = [x, y].map(|k| *k as f64 * self.width);
                format!("the square of {} m from ({x}, {y})", self.width)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Fields, GridFields};
    use glam::{DAffine3, DVec3};

    /// Numbers at x = 0, 5, 12 and letters at y = 0, 6, 12, turned by an angle.
    fn grid(turn: f64, backwards: bool) -> GridFields {
        let m = DAffine3::from_rotation_z(turn);
        let line = |tag: &str, a: [f64; 2], b: [f64; 2]| {
            let mut ends = [a, b].map(|p| m.transform_point3(DVec3::new(p[0], p[1], 0.0)));
            if backwards {
                ends.reverse();
            }
            (tag.to_owned(), ends)
        };
        let numbers = [("1", 0.0), ("2", 5.0), ("3", 12.0)].map(|(t, x)| line(t, [x, 0.0], [x, 12.0]));
        let letters = [("A", 0.0), ("B", 6.0), ("C", 12.0)].map(|(t, y)| line(t, [0.0, y], [12.0, y]));
        GridFields::new([&numbers, &letters]).unwrap()
    }

    #[test]
    fn fields_are_named_by_the_axes_that_they_begin_at() {
        for turn in [0.0, 0.4] {
            for backwards in [false, true] {
                let grid = grid(turn, backwards);
                let at = |x: f64, y: f64| {
                    grid.field(DAffine3::from_rotation_z(turn).transform_point3(DVec3::new(x, y, 3.0)))
                };
                assert_eq!(at(1.0, 1.0).as_deref(), Some("A-1"));
                assert_eq!(at(5.1, 7.0).as_deref(), Some("B-2"));
                // Just outside of the outermost axes, and far outside.
                assert_eq!(at(12.2, -0.2).as_deref(), Some("A-2"));
                assert_eq!(at(30.0, 1.0), None);
            }
        }
    }

    #[test]
    fn outside_of_grids_there_are_squares() {
        let fields = Fields { grids: vec![grid(0.0, false)], width: 10.0 };
        assert_eq!(fields.of(DVec3::new(1.0, 7.0, 0.0)), Field::Grid("B-1".into()));
        let far = fields.of(DVec3::new(95.0, -1.0, 0.0));
        assert_eq!(far, Field::Square([9, -1]));
        assert_eq!(fields.words(&far), "the square of 10 m from (90, -10)");
    }

    #[test]
    fn one_axis_or_axes_along_each_other_make_no_grid() {
        let line = |tag: &str, x: f64| (tag.to_owned(), [DVec3::X * x, DVec3::X * x + DVec3::Y]);
        let two = [line("1", 0.0), line("2", 4.0)];
        assert!(GridFields::new([&two, &two[..1]]).is_none());
        assert!(GridFields::new([&two, &two]).is_none());
    }
}
