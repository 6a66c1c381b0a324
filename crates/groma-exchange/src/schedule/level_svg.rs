//! The use of a resource against its limit, as SVG.

use super::svg::{Ticks, number};
use groma_schedule::Day;
use std::fmt::Write;

const WIDTH: f64 = 1_160.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 170.0;

/// The peaks of days from one on.
pub(crate) struct Bar {
    pub(crate) from: Day,
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) limit: Option<f64>,
}

/// Filled: after, red beyond the limit. Line: before. Dashed: the limit.
pub(crate) fn usage(bars: &[Bar]) -> String {
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else {
        return "<p>It is not used.</p>".to_owned();
    };
    let ticks = Ticks::new(first.from.at(0), last.from.at(0), LEFT, WIDTH - 10.0);
    let most = bars.iter().flat_map(|b| [b.before, b.after, b.limit.unwrap_or(0.0)]).fold(1e-9, f64::max);
    let y = |units: f64| BOTTOM - (BOTTOM - TOP) * units / most;
    let mut out =
        format!("<svg viewBox=\"0 0 {WIDTH} 182\" width=\"{WIDTH}\" height=\"182\" role=\"img\">\n");
    out.push_str(&ticks.lines(TOP - 4.0, BOTTOM));
    for share in [0.0, 0.5, 1.0] {
        let (at, label) = (number(y(most * share)), (most * share * 100.0).round() / 100.0);
        let _ = writeln!(
            out,
            "<line x1=\"{LEFT}\" y1=\"{at}\" x2=\"{WIDTH}\" y2=\"{at}\" stroke=\"var(--line)\"/><text class=\"dim\" x=\"4\" y=\"{at}\">{label}</text>"
        );
    }
    let (mut before, mut limit) = (String::new(), String::new());
    for pair in bars.windows(2) {
        let (bar, x0, x1) = (&pair[0], ticks.x(pair[0].from.at(0)), ticks.x(pair[1].from.at(0)));
        let within = bar.limit.map_or(bar.after, |l| l.min(bar.after));
        for (low, high, colour) in [(0.0, within, "var(--plain)"), (within, bar.after, "var(--critical)")] {
            if high > low {
                let _ = writeln!(
                    out,
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{colour}\"><title>from {}: {} after, {} before</title></rect>",
                    number(x0),
                    number(y(high)),
                    number((x1 - x0).max(0.5)),
                    number(y(low) - y(high)),
                    bar.from,
                    bar.after,
                    bar.before
                );
            }
        }
        let line = |path: &mut String, units: f64| {
            let step = if path.is_empty() { 'M' } else { 'L' };
            let _ =
                write!(path, "{step}{} {}L{} {}", number(x0), number(y(units)), number(x1), number(y(units)));
        };
        line(&mut before, bar.before);
        if let Some(units) = bar.limit {
            line(&mut limit, units);
        }
    }
    let _ = writeln!(
        out,
        "<path d=\"{before}\" fill=\"none\" stroke=\"var(--ink)\"><title>before</title></path>"
    );
    if !limit.is_empty() {
        let _ = writeln!(
            out,
            "<path d=\"{limit}\" fill=\"none\" stroke=\"var(--critical)\" stroke-dasharray=\"5 3\"><title>limit</title></path>"
        );
    }
    out.push_str("</svg>\n<p>Filled: the day's peak after, red beyond the limit. Line: before. Dashed: the limit.</p>\n");
    out
}
