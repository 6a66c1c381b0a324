//! What was seen on site, from files of rows.

use super::links::Names;
use super::lost::{Losses, NO_ELEMENT, NOT_BUILT};
use super::rows::{Rows, field, number};
use super::{Linked, Twin, TwinError};
use crate::{Project, ProjectConfig};
use groma_exchange::project_plan::ProgressEntry;
use groma_model::codes;
use groma_query::{Index, Selector};
use groma_schedule::Time;
use groma_twin::{Evidence, Observation};
use std::collections::BTreeSet;

impl Twin {
    pub(super) fn see(&mut self, project: &Project, config: &ProjectConfig) -> Result<(), TwinError> {
        if config.file.progress.is_empty() {
            return Ok(());
        }
        let indices: Vec<Index<'_>> = project.models.iter().map(|m| Index::new(&m.model)).collect();
        let names = Names::of(project);
        for entry in &config.file.progress {
            self.see_rows(entry, config, &names, &indices)?;
        }
        let told = self.seen_entries.iter().filter_map(|e| e.told(codes::PROGRESS_OF_NOTHING));
        let rows = self.seen_entries.iter().filter_map(Linked::rows_lost);
        told.chain(rows).for_each(|d| self.diagnostics.push(d));
        Ok(())
    }

    fn see_rows(
        &mut self,
        entry: &ProgressEntry,
        config: &ProjectConfig,
        names: &Names<'_>,
        indices: &[Index<'_>],
    ) -> Result<(), TwinError> {
        let path = config.resolve(entry.csv.as_ref());
        let rows = Rows::read(config, &entry.csv)?;
        let columns = &entry.columns;
        let date = rows.needed("date", &columns.date)?;
        let (tag, selector) = (rows.column(&columns.tag), rows.column(&columns.selector));
        let id = match tag.or(selector) {
            Some(_) => rows.column(&columns.global_id),
            None => Some(rows.needed("global-id", &columns.global_id)?),
        };
        let status = rows.column(&columns.status);
        let fraction = match status {
            Some(_) => rows.column(&columns.fraction),
            None => Some(rows.needed("fraction", &columns.fraction)?),
        };
        let evidence = rows.column(&columns.evidence);
        // The rows of a later file come behind those of an earlier one.
        let first = self.seen.iter().map(|o| o.row).max().unwrap_or(0);
        let mut lost = Losses::default();
        let mut seen_elements = BTreeSet::new();
        let mut used = 0;
        for (line, row) in rows.iter() {
            let element = [field(row, id), field(row, tag), field(row, selector)];
            let mut subjects = names.find(element[0], element[1]).to_vec();
            if let Some(text) = element[2].filter(|_| subjects.is_empty()) {
                let Ok(selector) = Selector::parse(text) else {
                    lost.row("rows with a selector that is none", line, &[Some(text)]);
                    continue;
                };
                for (index, model) in indices.iter().zip(0..) {
                    let elements = selector.select_in(index);
                    subjects
                        .extend(elements.elements().map(|element| groma_clash::Subject { model, element }));
                }
            }
            let day = field(row, Some(date));
            let at = day.and_then(|text| instant(text, entry.day_first));
            let come = [field(row, fraction), field(row, status)];
            let fraction = come[0].and_then(share).or_else(|| come[1].and_then(told));
            let rests_on = field(row, evidence);
            let evidence = rests_on.map_or(Some(Evidence::Report), Evidence::parse);
            let known = !subjects.is_empty();
            subjects.retain(|s| self.is_built(*s));
            match (subjects.is_empty(), at, fraction, evidence) {
                (false, Some(at), Some(fraction), Some(evidence)) => {
                    used += 1;
                    for subject in subjects {
                        let element = self.place(subject);
                        seen_elements.insert(element);
                        self.seen.push(Observation { element, at, fraction, evidence, row: first + line });
                    }
                }
                (true, ..) => lost.row(if known { NOT_BUILT } else { NO_ELEMENT }, line, &element),
                (_, None, ..) => lost.row("rows with a date that is none", line, &[day]),
                (_, _, None, _) => lost.row("rows without a fraction or a status", line, &come),
                (.., None) => lost.row("rows with an evidence that is none", line, &[rests_on]),
            }
        }
        let nothing = (used == 0).then(|| {
            let what = format!("{} tells nothing: {}", entry.csv.as_ref().display(), lost.words());
            Box::new(config.mistake(entry.csv.span(), what))
        });
        let lost = lost.into_list();
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let elements = seen_elements.len();
        self.seen_entries.push(Linked { name, pairs: used, elements, tasks: 0, lost, nothing });
        Ok(())
    }
}

/// A day or an instant. A day alone means its end: what was seen on it was so when it was over.
fn instant(text: &str, day_first: bool) -> Option<Time> {
    let (day, clock) = match text.split_once(['T', ' ']) {
        Some((day, clock)) => (day, Some(clock)),
        None => (text, None),
    };
    let turned;
    let day = if day_first {
        let mut parts: Vec<&str> = day.split(['-', '/', '.']).collect();
        parts.reverse();
        turned = parts.join("-");
        turned.as_str()
    } else {
        day
    };
    match clock {
        Some(clock) => Time::parse(&format!("{day}T{clock}")),
        None => Time::parse(day).map(|t| t + (groma_schedule::DAY - 1)),
    }
}

/// `0.4`, `0,4` or `40 %`.
fn share(text: &str) -> Option<f64> {
    let (text, of) = match text.strip_suffix('%') {
        Some(text) => (text, 100.0),
        None => (text, 1.0),
    };
    let share = number(text)? / of;
    (0.0..=1.0).contains(&share).then_some(share)
}

fn told(text: &str) -> Option<f64> {
    match text.to_lowercase().replace([' ', '-'], "_").as_str() {
        "not_started" | "planned" => Some(0.0),
        "started" | "in_progress" | "under_way" => Some(0.5),
        "done" | "built" | "complete" | "completed" | "finished" | "installed" => Some(1.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_shares_are_read_as_they_are_written() {
        let check = |text: &str, day_first: bool, expect: &str| {
            assert_eq!(
                instant(text, day_first).map(|t| t.civil().to_string()).unwrap_or_default(),
                expect,
                "{text}"
            );
        };
        check("2015-02-27", false, "2015-02-27T23:59:00");
        check("27-2-2015", true, "2015-02-27T23:59:00");
        check("27.02.2015 14:30", true, "2015-02-27T14:30:00");
        check("2015-02-27T14:30", false, "2015-02-27T14:30:00");
        check("31-2-2015", true, "");
        check("soon", false, "");
        assert_eq!(
            [share("0.4"), share("40 %"), share("0,4"), share("7"), share("x")],
            [Some(0.4), Some(0.4), Some(0.4), None, None]
        );
        assert_eq!([told("In progress"), told("done"), told("maybe")], [Some(0.5), Some(1.0), None]);
    }
}
