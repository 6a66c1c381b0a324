//! Getting at the STEP text of a file.

use crate::scan::Scan;
use memmap2::Mmap;
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use thiserror::Error;

/// The largest text that is read: spans are kept in 32 bits, as the geometry kernel keeps them.
const MOST_BYTES: u64 = u32::MAX as u64;
/// A zip that unpacks to more than so many times its size is a bomb; deflate cannot do better than 1,032.
const MOST_RATIO: u64 = 1000;
/// Texts below this size are unpacked at any ratio.
const SMALL: u64 = 16 << 20;

/// Why a file cannot be read at all.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is nothing at the path.
    #[error("there is no file {}", .path.display())]
    NotFound {
        /// The path.
        path: PathBuf,
    },
    /// The path is a directory.
    #[error("{} is a directory, not an IFC file", .path.display())]
    Directory {
        /// The path.
        path: PathBuf,
    },
    /// The system refuses to read it.
    #[error("{} cannot be read: {source}", .path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file has no bytes.
    #[error("{} is empty", .path.display())]
    Empty {
        /// The path.
        path: PathBuf,
    },
    /// The bytes are not a STEP file.
    #[error("{} is not an IFC file: {found}", .path.display())]
    NotStep {
        /// The path.
        path: PathBuf,
        /// What it looks like instead.
        found: String,
    },
    /// A zip without an IFC file in it, or a damaged one.
    #[error("{} is a zip archive, but {problem}", .path.display())]
    Zip {
        /// The path.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// More text than is read.
    #[error("{} holds {bytes} bytes; at most 4 GiB are read", .path.display())]
    TooLarge {
        /// The path.
        path: PathBuf,
        /// The size of the text.
        bytes: u64,
    },
}

enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

/// The STEP text of a file.
pub struct Source {
    bytes: Bytes,
    scan: OnceLock<Scan>,
}

impl Source {
    /// Opens a file: maps an `.ifc`, unpacks an `.ifczip`. What it is is told by its content.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let io = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::NotFound => OpenError::NotFound { path: path.into() },
            std::io::ErrorKind::IsADirectory => OpenError::Directory { path: path.into() },
            _ => OpenError::Io { path: path.into(), source },
        };
        let meta = std::fs::metadata(path).map_err(io)?;
        if meta.is_dir() {
            return Err(OpenError::Directory { path: path.into() });
        }
        let mut file = File::open(path).map_err(io)?;
        if !meta.is_file() {
            // A pipe has no size and cannot be mapped.
            let mut bytes = Vec::new();
            file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
            return Self::from_bytes(bytes, path);
        }
        if meta.len() == 0 {
            return Err(OpenError::Empty { path: path.into() });
        }
        let mut start = [0; 4];
        let read = file.read(&mut start).map_err(io)?;
        if is_zip(&start[..read]) {
            file.rewind().map_err(io)?;
            let bytes = unzip(file, meta.len(), path)?;
            return Self::checked(Bytes::Owned(bytes), path);
        }
        let mapped = map(&file).map_err(io)?;
        Self::checked(Bytes::Mapped(mapped), path)
    }

    /// Takes bytes as they would stand in a file; `path` is for messages only.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn from_bytes(bytes: Vec<u8>, path: &Path) -> Result<Self, OpenError> {
        if is_zip(&bytes) {
            let size = bytes.len() as u64;
            let bytes = unzip(Cursor::new(bytes), size, path)?;
            return Self::checked(Bytes::Owned(bytes), path);
        }
        Self::checked(Bytes::Owned(bytes), path)
    }

    fn checked(bytes: Bytes, path: &Path) -> Result<Self, OpenError> {
        let source = Self { bytes, scan: OnceLock::new() };
        let text = source.bytes();
        if text.is_empty() {
            return Err(OpenError::Empty { path: path.into() });
        }
        if text.len() as u64 > MOST_BYTES {
            return Err(OpenError::TooLarge { path: path.into(), bytes: text.len() as u64 });
        }
        if let Some(found) = not_step(text) {
            return Err(OpenError::NotStep { path: path.into(), found });
        }
        Ok(source)
    }

    /// The STEP text.
    pub fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => map,
            Bytes::Owned(bytes) => bytes,
        }
    }

    /// Where each record stands; made once.
    pub(crate) fn scan(&self) -> &Scan {
        self.scan.get_or_init(|| Scan::of(self.bytes()))
    }
}

/// Maps a file into memory.
#[allow(unsafe_code)] // the system offers no mapping that is safe against other programs
fn map(file: &File) -> std::io::Result<Mmap> {
    // SAFETY: the mapping is read-only and private to this process. A program that truncates the file
    // while it is read ends us with SIGBUS, and one that rewrites it gives us other text, which every
    // reader here takes as untrusted anyway; copying instead would cost the file's size in memory.
    unsafe { Mmap::map(file) }
}

fn is_zip(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
}

fn unzip(archive: impl Read + Seek, size: u64, path: &Path) -> Result<Vec<u8>, OpenError> {
    let fail = |problem: String| OpenError::Zip { path: path.into(), problem };
    let mut zip = zip::ZipArchive::new(archive).map_err(|e| fail(format!("it is damaged: {e}")))?;
    let names: Vec<String> = (0..zip.len())
        .map(|i| zip.name_for_index(i).and_then(Result::ok).map_or_else(|| format!("entry {i}"), Into::into))
        .collect();
    let at: Vec<usize> =
        (0..names.len()).filter(|&i| names[i].to_ascii_lowercase().ends_with(".ifc")).collect();
    match at[..] {
        [only] => {
            let entry = zip.by_index(only).map_err(|e| fail(format!("its IFC file cannot be read: {e}")))?;
            // The size that an entry claims is a hint, not the truth.
            let most = MOST_BYTES.min(SMALL.max(size.saturating_mul(MOST_RATIO)));
            let mut bytes = Vec::with_capacity(entry.size().min(1 << 30).min(most) as usize);
            entry
                .take(most + 1)
                .read_to_end(&mut bytes)
                .map_err(|e| fail(format!("its IFC file is damaged: {e}")))?;
            if bytes.len() as u64 > most {
                return Err(fail(format!("it unpacks to more than {most} bytes")));
            }
            Ok(bytes)
        }
        [] if names.is_empty() => Err(fail("it has no entries".into())),
        [] => Err(fail(format!("it has no .ifc file in it, only {}", listed(names)))),
        _ => {
            let names = at.iter().map(|&i| names[i].clone()).collect();
            Err(fail(format!("it has several .ifc files in it: {}; unpack it first", listed(names))))
        }
    }
}

fn listed(mut names: Vec<String>) -> String {
    names.sort();
    let more = names.len().saturating_sub(8);
    names.truncate(8);
    let mut list = names.join(", ");
    if more > 0 {
        list.push_str(&format!(" and {more} more"));
    }
    list
}

/// What a text is when it is not STEP; `None` when it is.
fn not_step(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = &bytes[..bytes.len().min(4096)];
    let upper: Vec<u8> = head.to_ascii_uppercase();
    let has = |word: &[u8]| upper.windows(word.len()).any(|w| w == word);
    if has(b"ISO-10303-21") || (has(b"HEADER;") && has(b"FILE_SCHEMA")) {
        return None;
    }
    let trimmed = head.trim_ascii_start();
    let found = if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        "it is UTF-16 text; save it as UTF-8".into()
    } else if trimmed.is_empty() {
        "it holds nothing but white space".into()
    } else if trimmed.starts_with(b"%PDF") {
        "it is a PDF document".into()
    } else if head.starts_with(b"\x89HDF") {
        "it is an HDF5 file; export as STEP (.ifc)".into()
    } else if head.starts_with(b"\x1F\x8B") {
        "it is packed with gzip; unpack it first".into()
    } else if trimmed.starts_with(b"<") && has(b"IFCXML") {
        "it is ifcXML; export as STEP (.ifc)".into()
    } else if trimmed.starts_with(b"<") {
        "it is XML or HTML".into()
    } else if head.contains(&0) || std::str::from_utf8(&head[..head.len().saturating_sub(4)]).is_err() {
        "its bytes are neither text nor a zip archive".into()
    } else {
        let line: String =
            String::from_utf8_lossy(trimmed).chars().take_while(|c| !c.is_control()).take(40).collect();
        format!("it is text that begins with {line:?} and not with \"ISO-10303-21;\"")
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const STEP: &[u8] = b"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n";

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn check(bytes: Vec<u8>, expect: &str) {
        let got = match Source::from_bytes(bytes, Path::new("a.ifc")) {
            Ok(source) => format!("{} bytes", source.bytes().len()),
            Err(e) => e.to_string(),
        };
        assert_eq!(got, expect);
    }

    #[test]
    fn what_is_not_ifc_is_told_in_one_line() {
        check(STEP.to_vec(), "62 bytes");
        check([b"\xEF\xBB\xBF", STEP].concat(), "65 bytes");
        check(vec![], "a.ifc is empty");
        check(
            b"Hello\nworld".to_vec(),
            "a.ifc is not an IFC file: it is text that begins with \"Hello\" and not with \"ISO-10303-21;\"",
        );
        check(
            vec![0, 1, 2, 200, 255],
            "a.ifc is not an IFC file: its bytes are neither text nor a zip archive",
        );
        check(b"<ifcXML>".to_vec(), "a.ifc is not an IFC file: it is ifcXML; export as STEP (.ifc)");
    }

    #[test]
    fn zips_are_known_by_their_content() {
        check(zipped(&[("x/model.IFC", STEP), ("readme.txt", b"hi")]), "62 bytes");
        check(
            zipped(&[("b.txt", b"hi"), ("a.png", b"")]),
            "a.ifc is a zip archive, but it has no .ifc file in it, only a.png, b.txt",
        );
        check(zipped(&[]), "a.ifc is a zip archive, but it has no entries");
        check(
            zipped(&[("b.ifc", STEP), ("a.ifc", STEP)]),
            "a.ifc is a zip archive, but it has several .ifc files in it: a.ifc, b.ifc; unpack it first",
        );
        check(
            zipped(&[("a.ifc", b"no")]),
            "a.ifc is not an IFC file: it is text that begins with \"no\" and not with \"ISO-10303-21;\"",
        );
        let damaged = zipped(&[("a.ifc", STEP)])[..60].to_vec();
        assert!(Source::from_bytes(damaged, Path::new("a")).is_err());
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = zipped(&[("a.ifc", &vec![b' '; 40 << 20])]);
        assert!(bomb.len() < 45 << 10);
        check(
            bomb.clone(),
            &format!("a.ifc is a zip archive, but it unpacks to more than {} bytes", bomb.len() * 1000),
        );
    }

    #[test]
    fn missing_files_and_directories_are_told_apart() {
        let dir = std::env::temp_dir();
        assert!(matches!(Source::open(&dir), Err(OpenError::Directory { .. })));
        assert!(matches!(Source::open(&dir.join("groma-no-such.ifc")), Err(OpenError::NotFound { .. })));
    }
}
