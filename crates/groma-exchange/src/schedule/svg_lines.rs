//! Lines over time as SVG: S-curves, and lines of balance.

use super::html::escape;
use super::svg::{BOTTOM, HEIGHT, LEFT, Ticks, WIDTH, axis, number, open, polyline, y_of};
use groma_schedule::{Takt, Time};
use std::fmt::Write;

/// A line through points of time.
pub(crate) struct Curve {
    pub(crate) title: &'static str,
    pub(crate) colour: &'static str,
    pub(crate) points: Vec<(Time, f64)>,
}

/// Lines over one scale, with a mark at an instant; nothing where all lies at 0.
pub(crate) fn curves(lines: &[Curve], unit: &str, mark: Option<Time>) -> String {
    let all = || lines.iter().flat_map(|l| &l.points);
    let most = all().map(|p| p.1).fold(0.0, f64::max);
    let (Some(low), Some(high)) = (all().map(|p| p.0).min(), all().map(|p| p.0).max()) else {
        return String::new();
    };
    if most <= 0.0 {
        return String::new();
    }
    let ticks = Ticks::new(low, high, LEFT, WIDTH - 10.0);
    let mut out = open(HEIGHT);
    axis(&mut out, most, unit);
    out.push_str(&ticks.lines(22.0, BOTTOM));
    for line in lines {
        let points: Vec<(f64, f64)> =
            line.points.iter().map(|(t, v)| (ticks.x(*t), y_of(*v, most))).collect();
        polyline(&mut out, &points, line.colour, line.title);
        if let Some((x, y)) = points.last() {
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                number(*x),
                number(y - 4.0),
                escape(line.title)
            );
        }
    }
    if let Some(at) = mark.filter(|at| (low..=high).contains(at)) {
        let x = number(ticks.x(at));
        let _ = writeln!(
            out,
            "<line x1=\"{x}\" y1=\"22\" x2=\"{x}\" y2=\"{BOTTOM}\" stroke=\"var(--dim)\" stroke-dasharray=\"3 3\"/>"
        );
    }
    out.push_str("</svg>\n");
    out
}

/// Colours of trades, each used again where there are more trades.
const TRADES: [&str; 8] =
    ["#4a7fb5", "#c8402f", "#2e7d4f", "#b5822a", "#7b52a8", "#1f8f9c", "#a8486f", "#5d6d2f"];

/// A line of balance: locations from the bottom up, time to the right, a line for each trade, and where trades
/// clash. It can stand alone as a file.
pub(crate) fn balance(takt: &Takt) -> String {
    const ROW: f64 = 34.0;
    const NAMES: f64 = 210.0;
    let (Some(low), Some(high)) =
        (takt.cells.iter().map(|c| c.start).min(), takt.cells.iter().map(|c| c.finish).max())
    else {
        return String::new();
    };
    let rows = takt.locations.len() as f64;
    let (top, bottom) = (26.0, 26.0 + ROW * rows);
    let legend = 20.0 * (takt.trades.len() as f64 / 4.0).ceil();
    let ticks = Ticks::new(low, high, NAMES, WIDTH - 10.0);
    let height = bottom + 14.0 + legend;
    let mut out = String::new();
    let h = number(height);
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {h}\" width=\"{WIDTH}\" height=\"{h}\" role=\"img\" style=\"--line:#d8dde3;font:11px system-ui,sans-serif\">"
    );
    out.push_str(&ticks.lines(top, bottom));
    // The first location lies at the bottom.
    let y = |location: usize| bottom - ROW * location as f64;
    for (k, name) in takt.locations.iter().enumerate() {
        let _ = writeln!(
            out,
            "<line x1=\"0\" y1=\"{y}\" x2=\"{WIDTH}\" y2=\"{y}\" stroke=\"var(--line)\"/><text x=\"4\" y=\"{}\">{}</text>",
            number(y(k) - ROW / 2.0 + 4.0),
            escape(&crate::table::shorten(name, 32)),
            y = number(y(k) - ROW)
        );
    }
    for clash in &takt.clashes {
        let (x0, x1) = (ticks.x(clash.from), ticks.x(clash.to));
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{ROW}\" fill=\"#c8402f\" fill-opacity=\"0.18\"><title>{} and {} in {}: {} h together</title></rect>",
            number(x0),
            number(y(clash.location) - ROW),
            number((x1 - x0).max(1.0)),
            escape(&takt.trades[clash.trades[0]]),
            escape(&takt.trades[clash.trades[1]]),
            escape(&takt.locations[clash.location]),
            number(clash.hours)
        );
    }
    for (trade, name) in takt.trades.iter().enumerate() {
        let colour = TRADES[trade % TRADES.len()];
        let mut last: Option<(f64, f64)> = None;
        for cell in takt.cells.iter().filter(|c| c.trade == trade) {
            let (x0, x1) = (ticks.x(cell.start), ticks.x(cell.finish));
            let (y0, y1) = (y(cell.location) - 2.0, y(cell.location) - ROW + 2.0);
            if let Some((x, y)) = last {
                let _ = writeln!(
                    out,
                    "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\" stroke-dasharray=\"2 3\"/>",
                    number(x),
                    number(y),
                    number(x0),
                    number(y0)
                );
            }
            let _ = writeln!(
                out,
                "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\" stroke-width=\"3\"><title>{} in {}: {} to {}</title></line>",
                number(x0),
                number(y0),
                number(x1),
                number(y1),
                escape(name),
                escape(&takt.locations[cell.location]),
                cell.start.day(),
                cell.finish.day()
            );
            last = Some((x1, y1));
        }
        let (x, y) = (10.0 + 285.0 * (trade % 4) as f64, bottom + 20.0 + 20.0 * (trade / 4) as f64);
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"4\" fill=\"{colour}\"/><text x=\"{}\" y=\"{}\">{}</text>",
            number(x),
            number(y - 5.0),
            number(x + 20.0),
            number(y),
            escape(&crate::table::shorten(name, 40))
        );
    }
    out.push_str("</svg>\n");
    out
}
