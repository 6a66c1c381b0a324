//! A page that needs nothing but itself: tables, and pictures as SVG.

use super::grid::Grid;
use crate::report::{DiagnosticReport, GENERATOR};
use std::fmt::Write;

/// Colours are variables, so that pictures follow the light or the dark of the reader.
const STYLE: &str = "
:root{--ink:#1b1f24;--dim:#68727d;--paper:#fff;--line:#d8dde3;--plain:#4a7fb5;--critical:#c8402f;--float:#9db8d2;--base:#a9a9a9;--good:#2e7d4f}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ec;--dim:#97a2ad;--paper:#15191e;--line:#333b44;--plain:#6ea3d8;--critical:#e8705f;--float:#44607c;--base:#6f6f6f;--good:#5fbf87}}
body{font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:1200px;padding:0 1rem}
h1{font-size:1.35rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}p,.dim{color:var(--dim)}
.scroll{overflow-x:auto;max-height:70vh}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap}
th{position:sticky;top:0;background:var(--paper)}.n{text-align:right;font-variant-numeric:tabular-nums}
svg{max-width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--ink)}svg .dim{fill:var(--dim)}
";

/// Text that HTML and SVG take as text.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// A page under way.
pub(crate) struct Page(String);

impl Page {
    /// A page with a title and a line below it.
    pub(crate) fn new(title: &str, line: &str) -> Self {
        let title = escape(title);
        Self(format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\n<body><h1>{title}</h1><p>{}</p>\n",
            escape(line)
        ))
    }

    pub(crate) fn section(&mut self, title: &str, content: &str) {
        let _ = write!(self.0, "<h2>{}</h2>\n{content}\n", escape(title));
    }

    /// A table, unless it is empty.
    pub(crate) fn grid(&mut self, title: &str, grid: &Grid) {
        if !grid.is_empty() {
            self.section(title, &grid.html());
        }
    }

    pub(crate) fn diagnostics(&mut self, list: &[DiagnosticReport]) {
        let mut grid = Grid::new(["code", "severity", "what", "detail"]);
        for d in list {
            let detail = d.detail.clone().unwrap_or_default();
            grid.row([d.code.to_owned(), d.severity.to_owned(), d.title.to_owned(), detail]);
        }
        self.grid("What is wrong with the file", &grid);
    }

    pub(crate) fn finish(mut self) -> String {
        let _ = writeln!(self.0, "<p>{GENERATOR}</p></body></html>");
        self.0
    }
}
