//! Ways to break a STEP text, the same for the same seed.

/// Numbers that look random and are the same each time (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

const NUMBERS: [&str; 14] = [
    "1.E308",
    "-1.E308",
    "1.E400",
    "NAN",
    "INF",
    "0.",
    "-0.",
    "1.E-320",
    "4294967296",
    "2147483647",
    "-1",
    "1.E12",
    "99999999999999999999",
    "1..5",
];

const TEXTS: [&str; 8] =
    [r"\X2\00", r"\X2\D800\X0\", r"\X4\FFFFFFFF\X0\", r"\X2\zz\X0\", r"\S\", "\\", "''", "\u{FFFD}\u{0}"];

/// Breaks a text in one to four places.
pub(crate) fn mutated(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=dice.below(4) {
        once(&mut bytes, dice);
    }
    bytes
}

fn once(bytes: &mut Vec<u8>, dice: &mut Dice) {
    if bytes.len() < 32 {
        return;
    }
    let at = dice.below(bytes.len());
    let splice = |bytes: &mut Vec<u8>, from: usize, to: usize, new: &[u8]| {
        bytes.splice(from..to.max(from), new.iter().copied());
    };
    match dice.below(12) {
        0 => {
            for _ in 0..=dice.below(8) {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
        }
        1 => {
            // a record goes
            let from = find(bytes, at, b'\n').map_or(at, |n| n + 1);
            let to = find(bytes, from, b'\n').map_or(bytes.len(), |n| n + 1);
            splice(bytes, from, to, b"");
        }
        2 | 3 => {
            // a reference leads elsewhere: to another record, itself, nothing
            let Some(from) = find(bytes, at, b'#') else { return };
            let to = from + 1 + digits(&bytes[from + 1..]);
            let id = match dice.below(4) {
                0 => b"#4294967295".to_vec(),
                1 => b"#0".to_vec(),
                2 => own_name(bytes, from),
                _ => other_name(bytes, dice),
            };
            splice(bytes, from, to, &id);
        }
        4 => bytes.truncate(at.max(200)),
        5 | 6 => {
            let Some(from) = (at..bytes.len()).find(|&i| {
                bytes[i].is_ascii_digit() && matches!(bytes[i - usize::from(i > 0)], b'(' | b',' | b'-')
            }) else {
                return;
            };
            let number = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'E' | b'-' | b'+');
            let to = from + bytes[from..].iter().take_while(|b| number(b)).count();
            splice(bytes, from, to, dice.of(&NUMBERS).as_bytes());
        }
        7 => {
            let Some(from) = find(bytes, at, b'\'') else { return };
            splice(bytes, from + 1, from + 1, dice.of(&TEXTS).as_bytes());
        }
        8 => {
            // an attribute goes
            let Some(from) = find(bytes, at, b',') else { return };
            let to = (from + 1..bytes.len()).find(|&i| matches!(bytes[i], b',' | b')')).unwrap_or(from + 1);
            splice(bytes, from + 1, to, dice.of(&[&b"$"[..], b"*", b"()", b".T.", b"(())"]));
        }
        9 => {
            // one keyword for another
            let (Some(from), Some(other)) =
                (find(bytes, at, b'='), find(bytes, dice.below(bytes.len()), b'='))
            else {
                return;
            };
            let word =
                |at: usize| at + 1 + bytes[at + 1..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
            let new = bytes[other + 1..word(other)].to_vec();
            let to = word(from);
            splice(bytes, from + 1, to, &new);
        }
        10 => {
            let to = (at + dice.below(200)).min(bytes.len());
            splice(bytes, at, to, b"");
        }
        _ => {
            let junk: Vec<u8> = (0..dice.below(20)).map(|_| dice.of(b"#=();',$*./09E-\n\\\xE4A")).collect();
            splice(bytes, at, at, &junk);
        }
    }
}

fn find(bytes: &[u8], from: usize, what: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|&b| b == what).map(|n| from + n)
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// The name of the record that a place is in: what makes a cycle.
fn own_name(bytes: &[u8], at: usize) -> Vec<u8> {
    let start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |n| n + 1);
    let line = &bytes[start..];
    match line.first() {
        Some(b'#') => line[..1 + digits(&line[1..])].to_vec(),
        _ => b"#1".to_vec(),
    }
}

fn other_name(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let at = dice.below(bytes.len());
    find(bytes, at, b'\n').map_or_else(|| b"#1".to_vec(), |n| own_name(bytes, (n + 1).min(bytes.len())))
}

/// A small model out of a large one: some products, all that they lead to, and the relations among what is
/// kept. `most` bounds its size in bytes.
pub(crate) fn excerpt(text: &str, most: usize) -> String {
    use std::collections::{BTreeMap, BTreeSet};
    let (head, data) = text.split_once("DATA;").unwrap_or((text, ""));
    let mut records: BTreeMap<u32, &str> = BTreeMap::new();
    for record in data.split(";\n").flat_map(|r| r.split(";\r\n")) {
        let record = record.trim_start();
        if let Some((name, _)) = record.strip_prefix('#').and_then(|r| r.split_once('='))
            && let Ok(id) = name.trim().parse()
        {
            records.insert(id, record);
        }
    }
    let references = |record: &str| -> Vec<u32> {
        let body = record.split_once('(').map_or("", |(_, b)| b);
        body.split('#').skip(1).filter_map(|r| r[..digits(r.as_bytes())].parse().ok()).collect()
    };
    let is = |record: &str, words: &[&str]| {
        let word = record.split_once('=').map_or("", |(_, w)| w).trim_start();
        words.iter().any(|w| word.to_ascii_uppercase().starts_with(w))
    };
    let mut kept: BTreeSet<u32> = BTreeSet::new();
    let mut size = 0;
    let mut keep = |from: u32, kept: &mut BTreeSet<u32>| {
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if let Some(record) = records.get(&id)
                && kept.insert(id)
            {
                size += record.len();
                open.extend(references(record));
            }
        }
        size < most
    };
    let ids_of = |words: &[&str]| -> Vec<u32> {
        records.iter().filter(|(_, r)| is(r, words)).map(|(&id, _)| id).collect()
    };
    for id in ids_of(&["IFCPROJECT"]) {
        keep(id, &mut kept);
    }
    // by turns, so that every class of product is there
    let mut classes: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (&id, record) in &records {
        let word = record.split_once('=').map_or("", |(_, w)| w.split('(').next().unwrap_or(w));
        let placed = references(record)
            .iter()
            .any(|r| records.get(r).is_some_and(|r| is(r, &["IFCLOCALPLACEMENT", "IFCLINEARPLACEMENT"])));
        let task = is(record, &["IFCTASK", "IFCWORKSCHEDULE", "IFCRELSEQUENCE"]);
        if (placed || task) && record.contains('\'') {
            classes.entry(word).or_default().push(id);
        }
    }
    'full: for turn in 0..20 {
        for ids in classes.values() {
            if let Some(&id) = ids.get(turn * 7 % ids.len().max(1))
                && !keep(id, &mut kept)
            {
                break 'full;
            }
        }
    }
    for id in ids_of(&["IFCREL", "IFCSTYLEDITEM", "IFCMAPCONVERSION"]) {
        let all = references(records[&id]);
        if !all.is_empty()
            && all.iter().filter(|r| kept.contains(r)).count() * 2 > all.len()
            && size_of(&kept, &records) < 2 * most
        {
            kept.insert(id);
        }
    }
    let body: String = kept.iter().filter_map(|id| records.get(id)).map(|r| format!("{r};\n")).collect();
    format!("{head}DATA;\n{body}ENDSEC;\nEND-ISO-10303-21;\n")
}

fn size_of(kept: &std::collections::BTreeSet<u32>, records: &std::collections::BTreeMap<u32, &str>) -> usize {
    kept.iter().filter_map(|id| records.get(id)).map(|r| r.len()).sum()
}
