//! The line that the track follows: straights, clothoids and arcs in plan, gradients and parabolas in height.

/// A segment in plan: its curvature goes evenly from one value to the other (left is positive).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) length: f64,
    pub(crate) curvature: [f64; 2],
}

/// A segment in height: its gradient goes evenly from one value to the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rise {
    pub(crate) length: f64,
    pub(crate) gradient: [f64; 2],
}

const RADIUS: f64 = 400.0;

/// Straight, into a left curve and out of it, straight.
pub(crate) const PLAN: [Plan; 5] = [
    Plan { length: 200.0, curvature: [0.0, 0.0] },
    Plan { length: 80.0, curvature: [0.0, 1.0 / RADIUS] },
    Plan { length: 250.0, curvature: [1.0 / RADIUS, 1.0 / RADIUS] },
    Plan { length: 80.0, curvature: [1.0 / RADIUS, 0.0] },
    Plan { length: 150.0, curvature: [0.0, 0.0] },
];

/// Uphill, over a summit, downhill.
pub(crate) const RISES: [Rise; 3] = [
    Rise { length: 300.0, gradient: [0.006, 0.006] },
    Rise { length: 160.0, gradient: [0.006, -0.010] },
    Rise { length: 300.0, gradient: [-0.010, -0.010] },
];

/// The whole length in plan.
pub(crate) const LENGTH: f64 = 760.0;
const START_HEADING: f64 = 0.3;
const START_HEIGHT: f64 = 12.0;

/// Where the line is at a station, and where it heads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Station {
    pub(crate) at: [f64; 3],
    /// Angle of the tangent in plan, from the x axis.
    pub(crate) heading: f64,
    /// Rise per length in plan.
    pub(crate) gradient: f64,
}

impl Station {
    /// The tangent in plan.
    pub(crate) fn ahead(&self) -> [f64; 2] {
        [self.heading.cos(), self.heading.sin()]
    }
}

/// The line at a station, its length in plan from the start.
pub(crate) fn station(s: f64) -> Station {
    let (mut at, mut heading, mut from) = ([0.0, 0.0], START_HEADING, 0.0);
    for segment in PLAN {
        let along = (s - from).clamp(0.0, segment.length);
        if along == 0.0 {
            break;
        }
        at = plus(at, run(&segment, heading, along));
        heading += turned(&segment, along);
        from += segment.length;
    }
    let (mut height, mut gradient, mut from) = (START_HEIGHT, RISES[0].gradient[0], 0.0);
    for rise in RISES {
        let along = (s - from).clamp(0.0, rise.length);
        if along > 0.0 {
            let change = (rise.gradient[1] - rise.gradient[0]) / rise.length;
            height += rise.gradient[0] * along + 0.5 * change * along * along;
            gradient = rise.gradient[0] + change * along;
        }
        from += rise.length;
    }
    Station { at: [at[0], at[1], height], heading, gradient }
}

fn plus(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] + b[0], a[1] + b[1]]
}

/// How much the heading changes along the first part of a segment.
fn turned(segment: &Plan, along: f64) -> f64 {
    let [start, end] = segment.curvature;
    start * along + 0.5 * (end - start) / segment.length * along * along
}

/// The chord of the first part of a segment, by Simpson's rule in steps so small that it is exact to nanometres.
fn run(segment: &Plan, heading: f64, along: f64) -> [f64; 2] {
    const STEPS: u32 = 128;
    let step = along / f64::from(STEPS);
    let mut sum = [0.0, 0.0];
    for n in 0..=STEPS {
        let weight = match n {
            0 | STEPS => 1.0,
            n if n % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let (sin, cos) = (heading + turned(segment, step * f64::from(n))).sin_cos();
        sum = plus(sum, [weight * cos, weight * sin]);
    }
    sum.map(|x| x * step / 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_segments_add_up() {
        assert_eq!(PLAN.iter().map(|s| s.length).sum::<f64>(), LENGTH);
        assert_eq!(RISES.iter().map(|s| s.length).sum::<f64>(), LENGTH);
    }

    #[test]
    fn an_arc_stays_on_its_circle() {
        let (start, end) = (station(280.0), station(530.0));
        let centre = |s: &Station| [s.at[0] - RADIUS * s.heading.sin(), s.at[1] + RADIUS * s.heading.cos()];
        let (a, b) = (centre(&start), centre(&end));
        assert!((a[0] - b[0]).hypot(a[1] - b[1]) < 1e-9, "{a:?} {b:?}");
    }

    #[test]
    fn the_tangent_is_the_derivative() {
        for s in [10.0, 230.0, 300.0, 400.0, 580.0, 700.0] {
            let h = 1e-4;
            let (a, b, here) = (station(s - h), station(s + h), station(s));
            let slope = |k: usize| (b.at[k] - a.at[k]) / (2.0 * h);
            let [x, y] = here.ahead();
            assert!((slope(0) - x).abs() < 1e-8 && (slope(1) - y).abs() < 1e-8, "{s}");
            assert!((slope(2) - here.gradient).abs() < 1e-7, "{s}");
        }
    }
}
