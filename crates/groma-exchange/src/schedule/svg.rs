//! Charts as SVG.

use super::html::escape;
use groma_schedule::{DAY, Time, Workload};
use std::fmt::Write;

pub(crate) const WIDTH: f64 = 1_160.0;
pub(crate) const HEIGHT: f64 = 300.0;
pub(crate) const LEFT: f64 = 70.0;
pub(crate) const BOTTOM: f64 = 270.0;
const TOP: f64 = 12.0;

/// A coordinate with one digit behind the point, the same on every machine.
pub(crate) fn number(x: f64) -> String {
    format!("{}", (x * 10.0).round() / 10.0 + 0.0)
}

/// A scale of time with lines at months, quarters or years.
pub(crate) struct Ticks {
    low: Time,
    high: Time,
    left: f64,
    right: f64,
}

impl Ticks {
    pub(crate) fn new(low: Time, high: Time, left: f64, right: f64) -> Self {
        Self { low, high: high.max(low + DAY), left, right }
    }

    pub(crate) fn x(&self, at: Time) -> f64 {
        let share = f64::from(at - self.low) / f64::from(self.high - self.low);
        self.left + (self.right - self.left) * share
    }

    /// Lines from `top` down, their dates above.
    pub(crate) fn lines(&self, top: f64, bottom: f64) -> String {
        let days = (self.high - self.low) / DAY;
        let months = match days {
            ..=500 => 1,
            501..=1_500 => 3,
            1_501..=6_000 => 12,
            _ => 60,
        };
        let mut out = String::new();
        let civil = self.low.day().civil();
        let (mut year, mut month) = (civil.year(), i16::from(civil.month()) - 1);
        while let Some(day) = groma_schedule::Day::from_ymd(year, (month + 1) as i8, 1) {
            let at = day.at(0);
            if at > self.high {
                break;
            }
            if at >= self.low && (year * 12 + month) % months == 0 {
                let x = number(self.x(at));
                let _ = writeln!(
                    out,
                    "<line x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{}\" stroke=\"var(--line)\"/><text class=\"dim\" x=\"{x}\" y=\"{}\">{year}-{:02}</text>",
                    number(top),
                    number(bottom),
                    number(top - 6.0),
                    month + 1
                );
            }
            month += 1;
            if month == 12 {
                (year, month) = (year + 1, 0);
            }
        }
        out
    }
}

pub(crate) fn open(height: f64) -> String {
    let h = number(height);
    format!("<svg viewBox=\"0 0 {WIDTH} {h}\" width=\"{WIDTH}\" height=\"{h}\" role=\"img\">\n")
}

/// The axis on the left from 0 to `most`.
pub(crate) fn axis(out: &mut String, most: f64, unit: &str) {
    for k in 0..=4 {
        let share = f64::from(k) / 4.0;
        let y = number(BOTTOM - (BOTTOM - TOP - 22.0) * share);
        let label = (most * share * 10.0).round() / 10.0;
        let _ = writeln!(
            out,
            "<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{WIDTH}\" y2=\"{y}\" stroke=\"var(--line)\"/><text class=\"dim\" x=\"4\" y=\"{y}\">{label}{unit}</text>"
        );
    }
}

pub(crate) fn y_of(value: f64, most: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP - 22.0) * (value / most.max(1e-9))
}

pub(crate) fn polyline(out: &mut String, points: &[(f64, f64)], colour: &str, title: &str) {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
    let _ = writeln!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"><title>{}</title></polyline>",
        points.join(" "),
        escape(title)
    );
}

/// The share of the work that is done by the end of each week: by early and by late dates, and as agreed.
pub(crate) fn s_curve(load: &Workload) -> String {
    let weeks = load.early.len();
    let end = (load.from + 7 * weeks as i32).at(0);
    let ticks = Ticks::new(load.from.at(0), end, LEFT, WIDTH - 10.0);
    let mut out = open(HEIGHT);
    axis(&mut out, 100.0, " %");
    out.push_str(&ticks.lines(TOP + 10.0, BOTTOM));
    for (hours, colour, title) in [
        (&load.baseline, "var(--base)", "baseline"),
        (&load.late, "var(--float)", "late dates"),
        (&load.early, "var(--plain)", "early dates"),
    ] {
        let all: f64 = hours.iter().sum();
        if all > 0.0 {
            let mut sum = 0.0;
            let mut points = vec![(ticks.x(load.from.at(0)), y_of(0.0, 1.0))];
            for (k, hours) in hours.iter().enumerate() {
                sum += hours;
                points.push((ticks.x((load.from + 7 * (k as i32 + 1)).at(0)), y_of(sum / all, 1.0)));
            }
            polyline(&mut out, &points, colour, title);
        }
    }
    out.push_str("</svg>\n<p>Blue: by early dates. Pale: by late dates. Grey: the baseline.</p>\n");
    out
}

/// Hours of work in each week; where resources work, the five with most of it apart.
pub(crate) fn weeks(load: &Workload) -> String {
    const COLOURS: [&str; 6] =
        ["var(--plain)", "var(--critical)", "var(--good)", "var(--float)", "var(--dim)", "var(--base)"];
    let weeks = load.early.len();
    let most = load.early.iter().copied().fold(0.0, f64::max);
    let ticks = Ticks::new(load.from.at(0), (load.from + 7 * weeks as i32).at(0), LEFT, WIDTH - 10.0);
    let mut out = open(HEIGHT);
    axis(&mut out, most, " h");
    out.push_str(&ticks.lines(TOP + 10.0, BOTTOM));
    let mut largest: Vec<&Vec<f64>> = load.resources.iter().map(|(_, hours)| hours).collect();
    largest.sort_by(|a, b| b.iter().sum::<f64>().total_cmp(&a.iter().sum()));
    largest.truncate(COLOURS.len() - 1);
    for k in 0..weeks {
        let (x0, x1) =
            (ticks.x((load.from + 7 * k as i32).at(0)), ticks.x((load.from + 7 * (k as i32 + 1)).at(0)));
        let mut below = 0.0;
        let parts = largest.iter().map(|h| h[k]).zip(COLOURS);
        let rest = load.early[k] - largest.iter().map(|h| h[k]).sum::<f64>();
        let rest_colour = if largest.is_empty() { COLOURS[0] } else { COLOURS[5] };
        for (hours, colour) in parts.chain([(rest.max(0.0), rest_colour)]).filter(|(h, _)| *h > 1e-9) {
            let (top, bottom) = (y_of(below + hours, most), y_of(below, most));
            below += hours;
            let _ = writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{colour}\"><title>{}: {} h</title></rect>",
                number(x0 + 0.5),
                number(top),
                number((x1 - x0 - 1.0).max(0.5)),
                number(bottom - top),
                load.from + 7 * k as i32,
                number(hours)
            );
        }
    }
    out.push_str("</svg>\n");
    out.push_str(match load.of_resources {
        true => "<p>Hours of people and machines by early dates; the five with most of them in colours of their own.</p>\n",
        false => "<p>Hours of the activities themselves: the programme names no resources.</p>\n",
    });
    out
}

/// How many runs end in each of some spans of time, with the share that has ended by then as a line.
pub(crate) fn finishes(bins: &[(Time, usize)], end: Time, marks: &[(f64, Time)]) -> String {
    let Some(first) = bins.first() else { return String::new() };
    let ticks = Ticks::new(first.0, end, LEFT, WIDTH - 10.0);
    let most = bins.iter().map(|b| b.1).max().unwrap_or(1) as f64;
    let all = bins.iter().map(|b| b.1).sum::<usize>().max(1) as f64;
    let mut out = open(HEIGHT);
    axis(&mut out, 100.0, " %");
    out.push_str(&ticks.lines(TOP + 10.0, BOTTOM));
    let mut sum = 0.0;
    let mut points = vec![(ticks.x(first.0), y_of(0.0, 1.0))];
    for (k, (at, count)) in bins.iter().enumerate() {
        let next = bins.get(k + 1).map_or(end, |b| b.0);
        let (x0, x1, top) = (ticks.x(*at), ticks.x(next), y_of(*count as f64, most));
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"var(--float)\"><title>{at}: {count} runs</title></rect>",
            number(x0),
            number(top),
            number((x1 - x0 - 0.5).max(0.5)),
            number(BOTTOM - top)
        );
        sum += *count as f64;
        points.push((x1, y_of(sum / all, 1.0)));
    }
    polyline(&mut out, &points, "var(--plain)", "share of the runs that have ended");
    for (k, (percent, at)) in marks.iter().enumerate() {
        let x = number(ticks.x(*at));
        let _ = writeln!(
            out,
            "<line x1=\"{x}\" y1=\"{TOP}\" x2=\"{x}\" y2=\"{BOTTOM}\" stroke=\"var(--critical)\" stroke-dasharray=\"3 3\"/><text x=\"{x}\" y=\"{}\">P{percent} {}</text>",
            number(BOTTOM + 13.0 + 12.0 * (k % 2) as f64),
            at.day()
        );
    }
    out.push_str("</svg>\n<p>Bars: runs that end there. Line: the share that has ended by then.</p>\n");
    out
}

/// Days below and above nothing for each name, with words below.
pub(crate) fn tornado(sources: &[(String, f64, f64)], words: &str) -> String {
    const ROW: f64 = 20.0;
    let height = 30.0 + ROW * sources.len() as f64;
    let most = sources.iter().flat_map(|(_, a, b)| [a.abs(), b.abs()]).fold(1e-9, f64::max);
    let (middle, half) = (760.0, 380.0);
    let mut out = open(height);
    for (k, (name, low, high)) in sources.iter().enumerate() {
        let y = 10.0 + ROW * k as f64;
        let _ = writeln!(
            out,
            "<text x=\"4\" y=\"{}\">{}</text>",
            number(y + 12.0),
            escape(&crate::table::shorten(name, 56))
        );
        for (days, colour) in [(low, "var(--good)"), (high, "var(--critical)")] {
            let (x0, x1) = (middle, middle + half * days / most);
            let _ = writeln!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"13\" fill=\"{colour}\"><title>{:+.1} d</title></rect>",
                number(x0.min(x1)),
                number(y),
                number((x1 - x0).abs()),
                days
            );
        }
    }
    let _ = writeln!(
        out,
        "<line x1=\"{middle}\" y1=\"4\" x2=\"{middle}\" y2=\"{h}\" stroke=\"var(--dim)\"/><text class=\"dim\" x=\"{}\" y=\"{t}\">-{most:.1} d</text><text class=\"dim\" x=\"{}\" y=\"{t}\">+{most:.1} d</text>",
        number(middle - half),
        number(middle + half - 44.0),
        h = number(height - 16.0),
        t = number(height - 2.0),
    );
    let _ = writeln!(out, "</svg>\n<p>{}</p>", escape(words));
    out
}
