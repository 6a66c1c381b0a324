//! A scenario from its text.

use super::scenario::{Logic, Scenario, ScenarioError};
use crate::risk::Simulation;
use crate::time::Minutes;

/// Reads a scenario; `file` is what errors call it. Files that it names are left to the caller.
///
/// Entries of a table may stand in one line, parted by semicolons: `name = "rain"; p = 0.35`.
///
/// # Errors
///
/// Where it is no TOML, or holds a key that is not known, with line and column.
pub fn parse_scenario(file: &str, text: &str) -> Result<Scenario, ScenarioError> {
    let malformed = |what: String| ScenarioError::Malformed { file: file.to_owned(), what };
    let plain = lines_for_semicolons(text);
    let scenario: Scenario = toml::from_str(&plain).map_err(|e| {
        malformed(match e.span().filter(|_| plain != text) {
            // The parser counts other lines than the text has.
            Some(span) => {
                let before = text.get(..span.start).unwrap_or(text);
                let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                let line = before.matches('\n').count() + 1;
                format!("line {line}, column {column}: {}", e.message())
            }
            None => e.to_string().trim().to_owned(),
        })
    })?;
    checked(&scenario).map_err(malformed)?;
    Ok(scenario)
}

/// The text with a line end in place of each semicolon that parts entries; all else stays where it is.
fn lines_for_semicolons(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|q| rest.starts_with(q));
        let taken = match (c, quote) {
            ('#', _) => rest.find('\n').unwrap_or(rest.len()),
            (_, Some(quote)) => quoted(rest, quote),
            _ => c.len_utf8(),
        };
        out.push_str(if c == ';' { "\n" } else { &rest[..taken] });
        rest = &rest[taken..];
    }
    out
}

/// The length of a text in quotes with them; of one that does not end, up to the line's end or the last.
fn quoted(text: &str, quote: &str) -> usize {
    let mut at = quote.len();
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with(quote) {
            return at + quote.len();
        }
        if c == '\n' && quote.len() == 1 {
            return at;
        }
        at += c.len_utf8();
        if c == '\\' && quote.starts_with('"') {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    text.len()
}

/// Whether what it states can be computed; else what is wrong.
pub(super) fn checked(scenario: &Scenario) -> Result<(), String> {
    if !scenario.scenario.logic.contains(&Logic::Stated) {
        return Err(
            "logic leaves out \"stated\": without the programme's own links there are none here".to_owned()
        );
    }
    if let Some(weather) = scenario.weather.iter().find(|w| w.lost.is_none() && w.file.is_none()) {
        return Err(format!(
            "the weather {:?} says neither which days it takes (file) nor how likely they are (lost, for twelve months)",
            weather.name
        ));
    }
    match scenario.run.monte_carlo {
        1..=Simulation::MOST => Ok(()),
        other => Err(format!("monte_carlo = {other}: it must lie between 1 and {}", Simulation::MOST)),
    }
}

/// Minutes of a length of work: `10wd` or `10d`, `6h`, `2w`, `90min`, or `80%` of another length.
pub(crate) fn length(text: &str, day: Minutes, week: Minutes, of: Minutes) -> Option<f64> {
    let text = text.trim();
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))?;
    let number: f64 = text[..split].parse().ok()?;
    let unit = match text[split..].trim() {
        "wd" | "d" => f64::from(day),
        "w" => f64::from(week),
        "h" => 60.0,
        "min" => 1.0,
        "%" => f64::from(of) / 100.0,
        _ => return None,
    };
    Some(number * unit).filter(|m| m.is_finite() && m.abs() < 1e8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_minutes() {
        assert_eq!(length("10wd", 480, 2400, 0), Some(4800.0));
        assert_eq!(length("1.5h", 480, 2400, 0), Some(90.0));
        assert_eq!(length("80%", 480, 2400, 1000), Some(800.0));
        assert_eq!(length("10", 480, 2400, 0), None);
        assert_eq!(length("tomorrow", 480, 2400, 0), None);
    }

    #[test]
    fn runs_have_bounds() {
        for runs in ["0", "4000000000"] {
            let text = format!("[scenario]\nname = \"x\"\n[run]\nmonte_carlo = {runs}\n");
            let error = parse_scenario("s.toml", &text).unwrap_err().to_string();
            assert!(error.contains("must lie between 1 and 10000000"), "{error}");
        }
    }

    #[test]
    fn an_unknown_key_is_told_with_its_place() {
        let error =
            parse_scenario("s.toml", "[scenario]\nname = \"x\"\n[[change]]\ntask = \"A\"\nslip = 3\n");
        let text = error.unwrap_err().to_string();
        assert!(text.contains("line 5, column 1") && text.contains("slip"), "{text}");
    }

    #[test]
    fn entries_may_share_a_line() {
        let one = "[scenario]\nname = \"a;b\" # no; entry\n[[risk]]\nname = 'it;s'; p = 0.35; task = \"\"\"E;\\\"X*\"\"\"; impact = \"1d\"\n";
        let scenario = parse_scenario("s.toml", one).unwrap();
        let risk = &scenario.risk[0];
        assert_eq!(
            (scenario.scenario.name.as_str(), risk.name.as_str(), risk.p, risk.task.as_str()),
            ("a;b", "it;s", 0.35, "E;\"X*")
        );
        let error = parse_scenario("s.toml", &one.replace("impact", "impakt")).unwrap_err().to_string();
        assert!(error.contains("line 4, column 47") && error.contains("impakt"), "{error}");
        // What does not end is told by the parser.
        for text in ["a = \"x;", "a = '''x; y", "a = \"\\", ";", "a = 1 ; ; b"] {
            assert!(parse_scenario("s.toml", text).is_err(), "{text}");
        }
    }
}
