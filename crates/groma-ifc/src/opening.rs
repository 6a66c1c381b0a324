//! Looking at a file before it is read.

use crate::recognise::not_step;
use crate::source::{MOST_BYTES, OpenError, Source};
use crate::unpack::{self, Packing};
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

/// How much of a pipe is looked at before it is read.
const BEGINNING: u64 = 64 << 10;

/// A file that can be opened, as far as its beginning tells; what is packed is not unpacked yet.
pub struct Opening {
    path: PathBuf,
    bytes: u64,
    text: Text,
}

enum Text {
    /// What is not packed is open.
    Open(Box<Source>),
    /// The file that it is packed in, and which of those in there.
    Packed { file: PathBuf, packing: Packing, entry: Option<String> },
}

impl Opening {
    /// Looks at a file, and opens it unless that means to unpack it. What it is is told by its content, not by its
    /// name. `plans.zip/arch.ifc` is the model of that name in an archive.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn of(path: &Path) -> Result<Self, OpenError> {
        let io = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::NotFound => OpenError::NotFound { path: path.into() },
            std::io::ErrorKind::IsADirectory => OpenError::Directory { path: path.into() },
            _ => OpenError::Io { path: path.into(), source },
        };
        let packed = |from: File, size: u64, file: &Path, packing: Packing, entry: Option<String>| {
            let bytes = packing.claims(from, size, file, entry.as_deref())?;
            let file = file.to_owned();
            Ok(Self { path: path.into(), bytes, text: Text::Packed { file, packing, entry } })
        };
        let open = |source: Source| Self {
            path: path.into(),
            bytes: source.bytes().len() as u64,
            text: Text::Open(Box::new(source)),
        };
        if let Some((archive, entry)) = unpack::inside(path) {
            let size = std::fs::metadata(&archive).map_err(io)?.len();
            let file = File::open(&archive).map_err(io)?;
            return packed(file, size, &archive, Packing::Zip, Some(entry));
        }
        let meta = std::fs::metadata(path).map_err(io)?;
        if meta.is_dir() {
            return Err(OpenError::Directory { path: path.into() });
        }
        let mut file = File::open(path).map_err(io)?;
        if !meta.is_file() {
            // A pipe has no size and cannot be mapped; a device may have no end, so its beginning is looked at first.
            let mut bytes = Vec::new();
            file.by_ref().take(BEGINNING).read_to_end(&mut bytes).map_err(io)?;
            if !bytes.is_empty()
                && Packing::of(&bytes) == Packing::None
                && let Some(found) = not_step(&unpack::from_utf16(&bytes).unwrap_or_else(|| bytes.clone()))
            {
                return Err(OpenError::NotStep { path: path.into(), found });
            }
            file.take(MOST_BYTES + 1 - BEGINNING).read_to_end(&mut bytes).map_err(io)?;
            return Source::from_bytes(bytes, path).map(open);
        }
        if meta.len() == 0 {
            return Err(OpenError::Empty { path: path.into() });
        }
        let mut start = [0; 4];
        let read = file.read(&mut start).map_err(io)?;
        file.rewind().map_err(io)?;
        match Packing::of(&start[..read]) {
            Packing::None => Source::mapped(&file, path).map_err(io)?.map(open),
            packing => packed(file, meta.len(), path, packing, None),
        }
    }

    /// The size of the text in bytes; of what is packed, as it claims.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The text, unpacked where it was packed.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn open(self) -> Result<Source, OpenError> {
        let (file, packing, entry) = match self.text {
            Text::Open(source) => return Ok(*source),
            Text::Packed { file, packing, entry } => (file, packing, entry),
        };
        let io = |source: std::io::Error| OpenError::Io { path: self.path.clone(), source };
        let from = File::open(&file).map_err(io)?;
        let size = from.metadata().map_err(io)?.len();
        Source::of_text(packing.unpack(from, size, &file, entry.as_deref())?, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tests::{STEP, gzipped, zipped};

    #[test]
    fn what_is_packed_is_looked_at_before_it_is_unpacked() {
        let dir = tempfile::tempdir().unwrap();
        let check = |name: &str, bytes: Vec<u8>, expect: Option<u64>| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let opening = Opening::of(&path);
            assert_eq!(opening.as_ref().ok().map(Opening::bytes), expect, "{name}");
            if let Ok(opening) = opening {
                assert_eq!(opening.open().unwrap().bytes(), STEP, "{name}");
            }
        };
        check("a.ifc", STEP.to_vec(), Some(62));
        check("a.ifczip", zipped(&[("a.ifc", STEP)]), Some(62));
        check("none.zip", zipped(&[("a.txt", STEP)]), None);
        // What is packed is larger than the text: a gzip of so little has a head.
        check("a.ifc.gz", gzipped(STEP), Some(62));
        assert!(Opening::of(&dir.path().join("a.ifczip/b.ifc")).is_err());
        assert!(Opening::of(&dir.path().join("a.ifczip/a.ifc")).is_ok());
    }
}
