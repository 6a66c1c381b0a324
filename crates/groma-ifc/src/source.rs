//! Getting at the STEP text of a file.

use crate::opening::Opening;
use crate::recognise::not_step;
use crate::renumber::{Renumbered, renumber};
use crate::scan::Scan;
use crate::unpack::{self, Packing};
use memmap2::Mmap;
use std::fs::File;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use thiserror::Error;

/// The largest text that is read: spans are kept in 32 bits, as the geometry kernel keeps them.
pub(crate) const MOST_BYTES: u64 = u32::MAX as u64;

/// Files larger than this are let go of between two passes over them.
const LARGE: usize = 32 << 20;

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
    /// A damaged gzip file.
    #[error("{} is packed with gzip, but {problem}", .path.display())]
    Gzip {
        /// The path.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A folder without any model in it.
    #[error("there is no IFC model in the folder {}{hint}", .path.display())]
    NoModels {
        /// The path.
        path: PathBuf,
        /// Where there might be some.
        hint: String,
    },
    /// A pattern that no file answers to.
    #[error("no file matches {}", .path.display())]
    NoMatch {
        /// The pattern.
        path: PathBuf,
    },
    /// A pattern that cannot be read.
    #[error("{} is no pattern: {problem}", .path.display())]
    Pattern {
        /// The pattern.
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
    scanned: OnceLock<Scanned>,
}

struct Scanned {
    scan: Scan,
    /// The text with smaller instance names, if it needed that.
    renumbered: Option<Renumbered>,
}

impl Source {
    /// Opens a file, see [`Opening::of`]: maps an `.ifc`, unpacks an `.ifczip` or gzip.
    ///
    /// Memory beside the mapping: nothing for an `.ifc`, the text for a packed one, and no packed file makes
    /// more than 1,000 times its size (or 16 MiB).
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Opening::of(path)?.open()
    }

    /// Takes bytes as they would stand in a file; `path` is for messages only.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn from_bytes(bytes: Vec<u8>, path: &Path) -> Result<Self, OpenError> {
        let bytes = match Packing::of(&bytes) {
            Packing::None => bytes,
            packing => {
                let size = bytes.len() as u64;
                packing.unpack(Cursor::new(bytes), size, path, None)?
            }
        };
        Self::of_text(bytes, path)
    }

    /// Maps a file into memory.
    ///
    /// # Errors
    ///
    /// What the system says, or what is wrong with the text.
    pub(crate) fn mapped(file: &File, path: &Path) -> std::io::Result<Result<Self, OpenError>> {
        Ok(Self::checked(Bytes::Mapped(map(file)?), path))
    }

    /// Takes a text that is not packed.
    pub(crate) fn of_text(bytes: Vec<u8>, path: &Path) -> Result<Self, OpenError> {
        Self::checked(Bytes::Owned(bytes), path)
    }

    fn checked(bytes: Bytes, path: &Path) -> Result<Self, OpenError> {
        let mut source = Self { bytes, scanned: OnceLock::new() };
        let text = source.bytes();
        if text.is_empty() {
            return Err(OpenError::Empty { path: path.into() });
        }
        if text.len() as u64 > MOST_BYTES {
            return Err(OpenError::TooLarge { path: path.into(), bytes: text.len() as u64 });
        }
        if let Some(utf8) = unpack::from_utf16(text) {
            source.bytes = Bytes::Owned(utf8);
        }
        if let Some(found) = not_step(source.bytes()) {
            return Err(OpenError::NotStep { path: path.into(), found });
        }
        Ok(source)
    }

    /// The STEP text as it is in the file.
    pub fn bytes(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => map,
            Bytes::Owned(bytes) => bytes,
        }
    }

    /// True for a file of which no more than one pass at a time should hold the memory.
    pub(crate) fn is_large(&self) -> bool {
        self.bytes().len() > LARGE
    }

    /// Tells the system that it may take back the memory in which it keeps a large file: what is asked for
    /// again comes from the file.
    #[allow(unsafe_code)] // the system offers no safe way to say so
    pub(crate) fn release(&self) {
        #[cfg(unix)]
        if let Bytes::Mapped(map) = &self.bytes
            && map.len() > LARGE
        {
            // SAFETY: the mapping is read-only and of a file, so nothing but a copy of the file is let go.
            // It is advice: where the system does not take it, nothing happens.
            let _ = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }

    /// The text to read, and where each of its records stands; made once. It is that of the file, but for
    /// instance names that do not fit, which are made smaller.
    pub(crate) fn text(&self) -> (&[u8], &Scan) {
        let scanned = self.scanned();
        (scanned.renumbered.as_ref().map_or(self.bytes(), |r| &r.bytes), &scanned.scan)
    }

    /// How many instance names were made smaller, and the first of these.
    pub(crate) fn renumbered(&self) -> Option<(usize, u32)> {
        self.scanned().renumbered.as_ref().map(|r| (r.names, r.first))
    }

    fn scanned(&self) -> &Scanned {
        self.scanned.get_or_init(|| {
            let scan = Scan::of(self.bytes());
            let made = if scan.oversized.is_empty() { None } else { renumber(self.bytes()) };
            match made.filter(|r| r.bytes.len() as u64 <= MOST_BYTES) {
                Some(r) => Scanned { scan: Scan::of(&r.bytes), renumbered: Some(r) },
                None => Scanned { scan, renumbered: None },
            }
        })
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::io::Write;

    pub(crate) const STEP: &[u8] = b"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n";

    pub(crate) fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
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
            "a.ifc is a zip archive, but it has several .ifc files in it: a.ifc, b.ifc\n  hint: name one, as in a.ifc/b.ifc",
        );
        check(
            zipped(&[("a.ifc", b"no")]),
            "a.ifc is not an IFC file: it is text that begins with \"no\" and not with \"ISO-10303-21;\"",
        );
        check(
            zipped(&[("x/model.ifc", STEP), ("__MACOSX/x/._model.ifc", b"\0"), ("x/._y.ifc", b"\0")]),
            "62 bytes",
        );
        let damaged = zipped(&[("a.ifc", STEP)])[..60].to_vec();
        assert!(Source::from_bytes(damaged, Path::new("a")).is_err());
    }

    pub(crate) fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gz.write_all(bytes).unwrap();
        gz.finish().unwrap()
    }

    #[test]
    fn gzip_is_known_by_its_content() {
        check(gzipped(STEP), "62 bytes");
        check([gzipped(&STEP[..20]), gzipped(&STEP[20..])].concat(), "62 bytes");
        check(
            gzipped(b"no"),
            "a.ifc is not an IFC file: it is text that begins with \"no\" and not with \"ISO-10303-21;\"",
        );
        check(gzipped(b""), "a.ifc is empty");
        let cut = gzipped(STEP);
        assert!(matches!(
            Source::from_bytes(cut[..cut.len() - 9].to_vec(), Path::new("a")),
            Err(OpenError::Gzip { .. })
        ));
    }

    #[test]
    fn text_in_utf_16_is_read() {
        let text = String::from_utf8(STEP.to_vec()).unwrap();
        for (mark, bytes) in [
            ([0xFF, 0xFE], text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
            ([0xFE, 0xFF], text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            check([&mark[..], &bytes].concat(), "62 bytes");
        }
        check(vec![0xFF, 0xFE, 0], "a.ifc is not an IFC file: it holds nothing but white space");
    }

    #[test]
    fn methods_that_cannot_be_unpacked_are_told() {
        let mut bytes = zipped(&[("a.ifc", STEP)]);
        // the method stands at 8 of the entry and at 10 of the directory: 12 is bzip2
        let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        bytes[8] = 12;
        bytes[directory + 10] = 12;
        let told = Source::from_bytes(bytes, Path::new("a.zip")).err().unwrap().to_string();
        assert!(told.contains("cannot be unpacked") && told.contains("hint: pack it again"), "{told}");
    }

    #[test]
    fn a_model_of_an_archive_is_reached_through_it() {
        let dir = tempfile::tempdir().unwrap();
        let archive = dir.path().join("plans.zip");
        std::fs::write(&archive, zipped(&[("x/a.ifc", STEP), ("b.IFC", STEP), ("c.txt", b"")])).unwrap();
        let models = crate::models_in(&archive).unwrap();
        assert_eq!(models, [archive.join("b.IFC"), archive.join("x/a.ifc")]);
        for model in models {
            assert_eq!(Source::open(&model).unwrap().bytes().len(), STEP.len());
        }
        assert!(matches!(Source::open(&archive.join("d.ifc")), Err(OpenError::Zip { .. })));
        assert!(matches!(Source::open(&archive), Err(OpenError::Zip { .. })));
    }

    #[test]
    fn a_name_never_leads_out_of_its_archive() {
        let dir = tempfile::tempdir().unwrap();
        let secret = dir.path().join("secret.ifc");
        std::fs::write(&secret, "ISO-10303-21; not in the archive").unwrap();
        let archive = dir.path().join("plans.zip");
        let absolute = secret.to_str().unwrap();
        let names = ["../secret.ifc", absolute, "..\\secret.ifc", "a/../../secret.ifc", "ok.ifc"];
        std::fs::write(&archive, zipped(&names.map(|name| (name, STEP)))).unwrap();
        let models = crate::models_in(&archive).unwrap();
        assert_eq!(models.len(), names.len());
        for model in models {
            assert!(model.starts_with(&archive), "{}", model.display());
            assert!(model.components().all(|c| c != std::path::Component::ParentDir));
            assert_eq!(Source::open(&model).unwrap().bytes(), STEP, "{}", model.display());
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = gzipped(&vec![b' '; 40 << 20]);
        check(
            bomb.clone(),
            &format!("a.ifc is packed with gzip, but it unpacks to more than {} bytes", bomb.len() * 1000),
        );
        let bomb = zipped(&[("a.ifc", &vec![b' '; 40 << 20])]);
        assert!(bomb.len() < 45 << 10);
        check(
            bomb.clone(),
            &format!("a.ifc is a zip archive, but it unpacks to more than {} bytes", bomb.len() * 1000),
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_end_is_not_read() {
        let start = std::time::Instant::now();
        assert!(matches!(Source::open(Path::new("/dev/zero")), Err(OpenError::NotStep { .. })));
        assert!(start.elapsed() < std::time::Duration::from_secs(2));
    }

    #[test]
    fn missing_files_and_directories_are_told_apart() {
        let dir = std::env::temp_dir();
        assert!(matches!(Source::open(&dir), Err(OpenError::Directory { .. })));
        assert!(matches!(Source::open(&dir.join("groma-no-such.ifc")), Err(OpenError::NotFound { .. })));
    }
}
