//! A Gantt chart as SVG: critical path, float, baseline, progress, data date.

use super::html::escape;
use super::svg::{Ticks, number};
use super::{Solved, last_finish};
use groma_schedule::{ActivityKind, DAY, Status, Time};
use std::fmt::Write;

/// Rows that are drawn at most; a browser is slow with more, and the table below has them all.
const MOST: usize = 3_000;
const ROW: f64 = 18.0;
const LEFT: f64 = 330.0;
const WIDTH: f64 = 1_160.0;
const HEAD: f64 = 34.0;

enum Shape {
    Bar,
    Milestone,
    Summary,
}

struct Row {
    text: String,
    indent: usize,
    shape: Shape,
    start: Time,
    finish: Time,
    /// Where its float ends.
    slack: Time,
    baseline: Option<(Time, Time)>,
    /// How much of it is done, 0 to 1.
    done: f64,
    critical: bool,
}

/// The chart of a programme.
pub(crate) struct Gantt {
    rows: Vec<Row>,
    left_out: usize,
    data_date: Option<Time>,
}

impl Gantt {
    pub(crate) fn of(solved: &Solved<'_>) -> Self {
        let s = solved.schedule;
        let mut rows = Vec::new();
        for index in s.indices() {
            let (a, Some(d)) = (&s.activities[index.at()], solved.dates.of(index)) else { continue };
            let status = solved.network.slot(index).map_or(a.status, |slot| solved.network.status[slot]);
            let depth = a.wbs.map_or(0, |w| s.wbs_path(w).len());
            let is_summary = a.kind == ActivityKind::WbsSummary;
            rows.push(Row {
                text: format!("{}  {}", a.code, a.name),
                indent: depth.saturating_sub(usize::from(is_summary)).min(8),
                shape: match a.kind {
                    ActivityKind::WbsSummary => Shape::Summary,
                    kind if kind.is_milestone() => Shape::Milestone,
                    _ if d.start == d.finish => Shape::Milestone,
                    _ => Shape::Bar,
                },
                start: d.start,
                finish: d.finish,
                slack: if status == Status::Complete || is_summary { d.finish } else { d.late_finish },
                baseline: a.baselines.first().and_then(|b| b.start.zip(b.finish)),
                done: match status {
                    Status::NotStarted => 0.0,
                    Status::Complete => 1.0,
                    Status::InProgress => (a.percent / 100.0).clamp(0.0, 1.0),
                },
                critical: d.critical && !is_summary,
            });
        }
        let left_out = rows.len().saturating_sub(MOST);
        rows.truncate(MOST);
        Self { rows, left_out, data_date: s.projects.iter().filter_map(|p| p.data_date).max() }
            .within(last_finish(solved.dates))
    }

    /// Float beyond the last finish by years is cut, or the bars would be dots.
    fn within(mut self, finish: Option<Time>) -> Self {
        if let Some(finish) = finish {
            let end = finish + 60 * DAY;
            self.rows.iter_mut().for_each(|r| r.slack = r.slack.min(end.max(r.finish)));
        }
        self
    }

    pub(crate) fn svg(&self) -> String {
        let starts = self.rows.iter().flat_map(|r| [Some(r.start), r.baseline.map(|b| b.0)]).flatten();
        let ends =
            self.rows.iter().flat_map(|r| [Some(r.slack.max(r.finish)), r.baseline.map(|b| b.1)]).flatten();
        let (Some(low), Some(high)) = (starts.min(), ends.max()) else {
            return "<p>No activities.</p>".to_owned();
        };
        let ticks = Ticks::new(low, high, LEFT, WIDTH - 10.0);
        let height = HEAD + ROW * self.rows.len() as f64 + 8.0;
        let mut out = format!(
            "<div class=\"scroll\"><svg viewBox=\"0 0 {WIDTH} {h}\" width=\"{WIDTH}\" height=\"{h}\" role=\"img\">\n",
            h = number(height)
        );
        out.push_str(&ticks.lines(HEAD, height));
        for (k, row) in self.rows.iter().enumerate() {
            row.draw(&mut out, HEAD + ROW * k as f64, &ticks);
        }
        if let Some(at) = self.data_date.filter(|d| (low..=high).contains(d)) {
            let x = number(ticks.x(at));
            let _ = writeln!(
                out,
                "<line x1=\"{x}\" y1=\"{HEAD}\" x2=\"{x}\" y2=\"{}\" stroke=\"var(--good)\" stroke-dasharray=\"4 3\"><title>data date {at}</title></line>",
                number(height)
            );
        }
        out.push_str("</svg></div>\n<p>Red: critical. Thin line: total float. Grey below: baseline. Dark part: done. Green line: data date.</p>\n");
        if self.left_out > 0 {
            let _ = writeln!(out, "<p>{} more activities are in the table below.</p>", self.left_out);
        }
        out
    }
}

impl Row {
    fn draw(&self, out: &mut String, top: f64, ticks: &Ticks) {
        let indent = 10.0 * self.indent as f64;
        let room = ((LEFT - 12.0 - indent) / 6.2) as usize;
        let _ = writeln!(
            out,
            "<text x=\"{}\" y=\"{}\"{}>{}</text>",
            number(4.0 + indent),
            number(top + 13.0),
            if matches!(self.shape, Shape::Summary) { " font-weight=\"bold\"" } else { "" },
            escape(&crate::table::shorten(&self.text, room))
        );
        let (x0, x1) = (ticks.x(self.start), ticks.x(self.finish));
        let colour = if self.critical { "var(--critical)" } else { "var(--plain)" };
        let title = format!("<title>{}&#10;{} to {}</title>", escape(&self.text), self.start, self.finish);
        if let Some((start, finish)) = self.baseline {
            let (b0, b1) = (ticks.x(start), ticks.x(finish));
            rect(out, (b0, top + 14.0), (b1 - b0, 3.0), "var(--base)", "");
        }
        if self.slack > self.finish {
            let (y, end) = (number(top + 8.5), number(ticks.x(self.slack)));
            let _ = writeln!(
                out,
                "<line x1=\"{}\" y1=\"{y}\" x2=\"{end}\" y2=\"{y}\" stroke=\"var(--float)\" stroke-width=\"2\"/>",
                number(x1)
            );
        }
        match self.shape {
            Shape::Bar => {
                rect(out, (x0, top + 4.0), (x1 - x0, 9.0), colour, &title);
                if self.done > 0.0 {
                    rect(out, (x0, top + 7.0), ((x1 - x0) * self.done, 3.0), "var(--ink)", "");
                }
            }
            Shape::Summary => rect(out, (x0, top + 6.0), (x1 - x0, 4.0), "var(--dim)", &title),
            Shape::Milestone => {
                let (x, y) = (number(x1), top + 8.5);
                let _ = writeln!(
                    out,
                    "<path d=\"M{x} {} l5 5 l-5 5 l-5 -5 z\" fill=\"{colour}\">{title}</path>",
                    number(y - 5.0)
                );
            }
        }
    }
}

fn rect(out: &mut String, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str, title: &str) {
    let _ = writeln!(
        out,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{height}\" fill=\"{fill}\">{title}</rect>",
        number(x),
        number(y),
        number(width.max(1.0))
    );
}
