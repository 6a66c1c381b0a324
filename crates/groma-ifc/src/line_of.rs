//! The lines of a file at which instances stand, for programs that show places in text.

use crate::Source;

/// The line of the STEP text, from 1, at which the record of each instance begins; `None` for names that the
/// text has not. One pass over the text, whatever the number of instances.
pub fn line_of(source: &Source, express_ids: &[u32]) -> Vec<Option<u64>> {
    let (text, scan) = source.text();
    let mut starts: Vec<(usize, usize)> = express_ids
        .iter()
        .enumerate()
        .filter_map(|(i, &id)| scan.row(id).map(|row| (scan.span(row).0, i)))
        .collect();
    starts.sort_unstable();
    let mut lines = vec![None; express_ids.len()];
    let (mut at, mut line) = (0, 1u64);
    for (start, i) in starts {
        line += text[at..start].iter().filter(|b| **b == b'\n').count() as u64;
        at = start;
        lines[i] = Some(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::line_of;
    use crate::Source;
    use std::path::Path;

    #[test]
    fn records_stand_at_lines() {
        let text = "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n#3=IFCWALL();\n\n\
                    #1=IFCSLAB(\n$);#2=IFCDOOR();\nENDSEC;\nEND-ISO-10303-21;\n";
        let source = Source::from_bytes(text.into(), Path::new("a.ifc")).unwrap();
        assert_eq!(line_of(&source, &[1, 2, 3, 4]), [Some(8), Some(9), Some(6), None]);
    }
}
