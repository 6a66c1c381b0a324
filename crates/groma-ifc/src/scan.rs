//! Where each record of a file stands, and of which class it is: the one pass over the whole text.

use ifc_lite_core::{ColumnarEntityIndex, DenseEntityIndex, EntityDecoder, EntityScanner};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

/// A record, by its place in file order.
pub(crate) type Row = u32;

/// How many bytes are scanned at once.
const PIECE: usize = 4 << 20;

/// The records of a file, in file order.
#[derive(Default)]
pub(crate) struct Scan {
    ids: Vec<u32>,
    starts: Vec<u32>,
    lengths: Vec<u32>,
    kinds: Vec<u16>,
    /// The keywords that occur, in upper case; a record's kind is an index into it.
    pub(crate) keywords: Vec<Box<str>>,
    kind_of: FxHashMap<Box<str>, u16>,
    /// The rows of each kind, in file order, one kind behind the other.
    rows_by_kind: Vec<Row>,
    kind_starts: Vec<usize>,
    rows_by_id: RowsById,
    /// Instance names that occur twice; the last record counts.
    pub(crate) repeated: Vec<u32>,
    /// Offsets of records that are no valid STEP.
    pub(crate) malformed: Vec<usize>,
    /// Offsets of records whose instance name exceeds 32 bits.
    pub(crate) oversized: Vec<usize>,
    /// True when the text ends before the end mark.
    pub(crate) truncated: bool,
    kernel_index: OnceLock<KernelIndex>,
}

impl Default for RowsById {
    fn default() -> Self {
        Self::Sparse(Vec::new())
    }
}

enum RowsById {
    /// By instance name; `u32::MAX` for none.
    Dense(Vec<Row>),
    /// Sorted (instance name, row).
    Sparse(Vec<(u32, Row)>),
}

#[derive(Clone)]
enum KernelIndex {
    Dense(Arc<DenseEntityIndex>),
    Columnar(Arc<ColumnarEntityIndex>),
}

/// The kind of records that no table has room for.
const OTHER: u16 = u16::MAX;

impl Scan {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let _span = tracing::info_span!("scan", bytes = bytes.len()).entered();
        Self::in_pieces(bytes, PIECE)
    }

    /// Scans pieces of about so many bytes in parallel. The answer is that of one piece, whatever they are.
    fn in_pieces(bytes: &[u8], piece: usize) -> Self {
        let starts = piece_starts(bytes, piece);
        let mut pieces: Vec<(Self, usize)> = (0..starts.len())
            .into_par_iter()
            .map(|k| {
                let end = starts.get(k + 1).copied().unwrap_or(bytes.len());
                let mut scanner = match k {
                    0 => EntityScanner::new(bytes),
                    _ => EntityScanner::new_at(bytes, starts[k]),
                };
                Self::piece(&mut scanner, end, end - starts[k])
            })
            .collect();
        // A piece may have begun within a text or a comment. None did where each scan came out on the record
        // that the next began with.
        let meet = pieces.iter().zip(&starts[1..]).all(|((_, next), start)| next == start);
        if !meet {
            pieces = vec![Self::piece(&mut EntityScanner::new(bytes), bytes.len(), bytes.len())];
        }
        let records = pieces.iter().map(|(piece, _)| piece.len()).sum();
        let mut scan = Self::with_capacity(records);
        for (piece, _) in pieces {
            scan.append(&piece);
        }
        scan.truncated = !ends_well(bytes);
        scan.sort_by_kind();
        scan.sort_by_id();
        scan
    }

    fn with_capacity(records: usize) -> Self {
        Self {
            ids: Vec::with_capacity(records),
            starts: Vec::with_capacity(records),
            lengths: Vec::with_capacity(records),
            kinds: Vec::with_capacity(records),
            ..Self::default()
        }
    }

    /// The records that begin before an offset, and where the first behind it begins.
    fn piece(scanner: &mut EntityScanner<'_>, end: usize, bytes: usize) -> (Self, usize) {
        let mut scan = Self::with_capacity(bytes / 60);
        let mut next = usize::MAX;
        while let Some((id, keyword, start, stop)) = scanner.next_entity() {
            if start >= end {
                next = start;
                break;
            }
            scan.ids.push(id);
            scan.starts.push(start as u32);
            scan.lengths.push((stop - start) as u32);
            let kind = scan.kind(keyword);
            scan.kinds.push(kind);
        }
        let within = |places: &[usize]| places.iter().copied().filter(|&at| at < end).collect();
        scan.malformed = within(scanner.malformed_record_starts());
        scan.oversized = within(scanner.skipped_oversized_id_starts());
        (scan, next)
    }

    /// Adds the records of the piece that follows.
    fn append(&mut self, piece: &Self) {
        let kinds: Vec<u16> = piece.keywords.iter().map(|keyword| self.kind(keyword)).collect();
        self.ids.extend_from_slice(&piece.ids);
        self.starts.extend_from_slice(&piece.starts);
        self.lengths.extend_from_slice(&piece.lengths);
        self.kinds.extend(piece.kinds.iter().map(|&k| kinds.get(usize::from(k)).copied().unwrap_or(OTHER)));
        self.malformed.extend_from_slice(&piece.malformed);
        self.oversized.extend_from_slice(&piece.oversized);
    }

    fn kind(&mut self, keyword: &str) -> u16 {
        // No class of any schema is that long: garbage is not worth a name.
        if keyword.len() > 80 {
            return OTHER;
        }
        if let Some(&kind) = self.kind_of.get(keyword) {
            return kind;
        }
        // Upper and lower case do not matter: an odd spelling is a second name of the same kind.
        let upper = keyword.to_ascii_uppercase();
        let kind = match self.kind_of.get(upper.as_str()) {
            Some(&kind) => kind,
            None if self.keywords.len() >= usize::from(OTHER) => OTHER,
            None => {
                self.keywords.push(upper.as_str().into());
                (self.keywords.len() - 1) as u16
            }
        };
        if self.kind_of.len() < 2 * usize::from(OTHER) {
            self.kind_of.insert(upper.into(), kind);
            self.kind_of.insert(keyword.into(), kind);
        }
        kind
    }

    fn sort_by_kind(&mut self) {
        let mut starts = vec![0_usize; self.keywords.len() + 1];
        for &kind in self.kinds.iter().filter(|&&k| k != OTHER) {
            starts[usize::from(kind) + 1] += 1;
        }
        for k in 1..starts.len() {
            starts[k] += starts[k - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; *starts.last().unwrap_or(&0)];
        for (row, &kind) in self.kinds.iter().enumerate().filter(|(_, k)| **k != OTHER) {
            let slot = &mut next[usize::from(kind)];
            rows[*slot] = row as Row;
            *slot += 1;
        }
        self.rows_by_kind = rows;
        self.kind_starts = starts;
    }

    fn sort_by_id(&mut self) {
        let highest = self.ids.iter().copied().max().unwrap_or(0) as usize;
        if highest <= 8 * self.ids.len() + 1024 {
            let mut rows = vec![Row::MAX; highest + 1];
            for (row, &id) in self.ids.iter().enumerate() {
                let slot = &mut rows[id as usize];
                if *slot != Row::MAX {
                    self.repeated.push(id);
                }
                *slot = row as Row;
            }
            self.rows_by_id = RowsById::Dense(rows);
        } else {
            let mut rows: Vec<(u32, Row)> = self.ids.iter().zip(0..).map(|(&id, row)| (id, row)).collect();
            rows.sort_unstable();
            let repeated = &mut self.repeated;
            rows.dedup_by(|later, kept| {
                let same = later.0 == kept.0;
                if same {
                    repeated.push(kept.0);
                    *kept = *later;
                }
                same
            });
            self.rows_by_id = RowsById::Sparse(rows);
        }
        self.repeated.sort_unstable();
        self.repeated.dedup();
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The highest instance name.
    pub(crate) fn highest(&self) -> u32 {
        self.ids.iter().copied().max().unwrap_or(0)
    }

    /// The record with an instance name.
    pub(crate) fn row(&self, id: u32) -> Option<Row> {
        match &self.rows_by_id {
            RowsById::Dense(rows) => rows.get(id as usize).copied().filter(|&row| row != Row::MAX),
            RowsById::Sparse(rows) => rows.binary_search_by_key(&id, |(id, _)| *id).ok().map(|at| rows[at].1),
        }
    }

    /// The instance name of a record.
    pub(crate) fn id(&self, row: Row) -> u32 {
        self.ids[row as usize]
    }

    /// The keyword of a record, in upper case.
    pub(crate) fn keyword(&self, row: Row) -> &str {
        self.keywords.get(usize::from(self.kinds[row as usize])).map_or("", |k| k)
    }

    /// Where a record begins and ends in the text.
    pub(crate) fn span(&self, row: Row) -> (usize, usize) {
        let start = self.starts[row as usize] as usize;
        (start, start + self.lengths[row as usize] as usize)
    }

    /// The records of a keyword (upper case), in file order. Of records with one instance name, the last.
    pub(crate) fn rows(&self, keyword: &str) -> impl Iterator<Item = Row> + '_ {
        let rows = match self.kind_of.get(keyword) {
            Some(&kind) if kind != OTHER => {
                let kind = usize::from(kind);
                &self.rows_by_kind[self.kind_starts[kind]..self.kind_starts[kind + 1]]
            }
            _ => &[],
        };
        rows.iter().copied().filter(|&row| self.repeated.is_empty() || self.row(self.id(row)) == Some(row))
    }

    /// A decoder of the kernel over this text.
    pub(crate) fn decoder<'a>(&self, bytes: &'a [u8]) -> EntityDecoder<'a> {
        let mut decoder = EntityDecoder::new(bytes);
        match self.kernel_index.get_or_init(|| self.make_kernel_index()) {
            KernelIndex::Dense(index) => decoder.set_dense_index(index.clone()),
            KernelIndex::Columnar(index) => decoder.set_columnar_index(index.clone()),
        }
        decoder
    }

    fn make_kernel_index(&self) -> KernelIndex {
        let make = |ids: &[u32], starts: &[u32], lengths: &[u32]| {
            DenseEntityIndex::try_from_columns(ids, starts, lengths)
                .map(|index| KernelIndex::Dense(Arc::new(index)))
                .or_else(|| {
                    let index = ColumnarEntityIndex::from_columns(ids, starts, lengths).ok()?;
                    Some(KernelIndex::Columnar(Arc::new(index)))
                })
        };
        let ascending = self.ids.is_sorted_by(|a, b| a < b);
        let index = if ascending {
            make(&self.ids, &self.starts, &self.lengths)
        } else {
            let rows: Vec<Row> = match &self.rows_by_id {
                RowsById::Dense(rows) => rows.iter().copied().filter(|&r| r != Row::MAX).collect(),
                RowsById::Sparse(rows) => rows.iter().map(|(_, row)| *row).collect(),
            };
            let column = |values: &[u32]| -> Vec<u32> { rows.iter().map(|&r| values[r as usize]).collect() };
            make(&column(&self.ids), &column(&self.starts), &column(&self.lengths))
        };
        // Columns of one length always make an index; an empty one stands in.
        index.unwrap_or_else(|| {
            KernelIndex::Columnar(Arc::new(
                ColumnarEntityIndex::from_columns(&[], &[], &[])
                    .unwrap_or_else(|_| unreachable!("three empty columns are of one length")),
            ))
        })
    }
}

/// Where pieces of a text of about a size may begin: at a record that begins a line, as far as can be told
/// from there.
fn piece_starts(bytes: &[u8], piece: usize) -> Vec<usize> {
    let mut starts = vec![0];
    let mut from = piece;
    while from < bytes.len() {
        let line =
            bytes[from..].windows(3).position(|w| w[0] == b'\n' && w[1] == b'#' && w[2].is_ascii_digit());
        let Some(line) = line else { break };
        starts.push(from + line + 1);
        from += line + 1 + piece;
    }
    starts
}

/// True when the text has its end mark; white space and other bytes may follow it.
fn ends_well(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(4096)..];
    tail.to_ascii_uppercase().windows(16).any(|w| w == b"END-ISO-10303-21")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(data: &str) -> Scan {
        Scan::of(
            format!("ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\n{data}\nENDSEC;\nEND-ISO-10303-21;\n")
                .as_bytes(),
        )
    }

    #[test]
    fn records_are_found_by_name_and_by_keyword() {
        let s = scan("#7=IFCWALL('a');\n#3= ifcwall ('b');/* #9=IFCWALL(); */\n#4=IFCSLAB('#5=IFCWALL();');");
        assert_eq!(s.len(), 3);
        assert_eq!(s.rows("IFCWALL").map(|r| s.id(r)).collect::<Vec<_>>(), [7, 3]);
        assert_eq!(s.row(4).map(|r| s.keyword(r)), Some("IFCSLAB"));
        assert_eq!(s.row(5), None);
        assert!(!s.truncated);
    }

    #[test]
    fn pieces_make_the_same_scan_as_the_whole() {
        let mut text = String::from("ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\n");
        for k in 1..200 {
            // Lines that only look like records: within a text, and within a comment.
            let trap = ["'a'", "'\n#7=IFCSLAB();\n'", "'b'/*\n#8=IFCSLAB();\n*/"][k % 3];
            text += &format!("#{k}={}({trap});\n", ["IFCWALL", "ifcdoor", "IFCBEAM"][k * k % 7 % 3]);
        }
        text += "#5=IFCWALL('again');\n#9=IFCWALL('open\nENDSEC;\nEND-ISO-10303-21;\n";
        let print = |s: &Scan| {
            let rows: Vec<_> =
                (0..s.len() as Row).map(|r| (s.id(r), s.span(r), s.keyword(r).to_owned())).collect();
            (rows, s.malformed.clone(), s.repeated.clone())
        };
        let whole = print(&Scan::in_pieces(text.as_bytes(), usize::MAX));
        for piece in 1..600 {
            assert!(print(&Scan::in_pieces(text.as_bytes(), piece)) == whole, "pieces of {piece}");
        }
    }

    #[test]
    fn of_two_records_with_one_name_the_last_counts() {
        for far in ["", "#4000000000=IFCDOOR('x');\n"] {
            let s = scan(&format!("{far}#1=IFCWALL('a');\n#1=IFCWALL('b');"));
            assert_eq!(s.repeated, [1]);
            assert_eq!(s.rows("IFCWALL").count(), 1);
            assert_eq!(s.rows("IFCWALL").next(), s.row(1));
        }
    }
}
