//! Getting a text out of what it is packed in: zip, gzip, UTF-16.

use crate::source::{MOST_BYTES, OpenError};
use flate2::read::MultiGzDecoder;
use rustc_hash::FxHashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

/// What unpacks to more than so many times its size is a bomb; deflate cannot do better than 1,032.
const MOST_RATIO: u64 = 1000;
/// Texts below this size are unpacked at any ratio.
const SMALL: u64 = 16 << 20;

/// What a file is packed with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Zip,
    Gzip,
}

impl Packing {
    /// Told by the first bytes, whatever the file is called.
    pub(crate) fn of(start: &[u8]) -> Self {
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            Self::Zip
        } else if start.starts_with(b"\x1F\x8B") {
            Self::Gzip
        } else {
            Self::None
        }
    }

    /// The text in a packed file of `size` bytes; of an archive the one model, or the one of a name.
    pub(crate) fn unpack(
        self,
        file: impl Read + Seek,
        size: u64,
        path: &Path,
        wanted: Option<&str>,
    ) -> Result<Vec<u8>, OpenError> {
        match self {
            Self::Zip => zip(file, size, path, wanted),
            Self::Gzip | Self::None => gzip(file, size, path),
        }
    }

    /// How large the text in it is, as the file claims; it is not unpacked for that.
    pub(crate) fn claims(
        self,
        mut file: impl Read + Seek,
        size: u64,
        path: &Path,
        wanted: Option<&str>,
    ) -> Result<u64, OpenError> {
        match self {
            Self::Zip => {
                let (mut zip, at) = entry(file, path, wanted)?;
                let claimed = zip.by_index(at).map_err(|e| refused(path, &e))?.size();
                Ok(claimed.min(MOST_BYTES))
            }
            // The last four bytes are the size, of the last member and modulo 2^32.
            Self::Gzip | Self::None => {
                let mut last = [0; 4];
                let read = file.seek(SeekFrom::End(-4)).and_then(|_| file.read_exact(&mut last));
                Ok(read.map_or(size, |()| u64::from(u32::from_le_bytes(last)).max(size)))
            }
        }
    }
}

/// Reads at most what a file of `size` packed bytes may hold; `None` when there is more.
fn bounded(from: impl Read, size: u64, claimed: u64) -> std::io::Result<Result<Vec<u8>, u64>> {
    let most = MOST_BYTES.min(SMALL.max(size.saturating_mul(MOST_RATIO)));
    // The size that an entry claims is a hint, not the truth.
    let mut bytes = Vec::with_capacity(claimed.min(1 << 30).min(most) as usize);
    from.take(most + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > most { Err(most) } else { Ok(bytes) })
}

fn gzip(file: impl Read, size: u64, path: &Path) -> Result<Vec<u8>, OpenError> {
    let fail = |problem: String| OpenError::Gzip { path: path.into(), problem };
    let read = bounded(MultiGzDecoder::new(file), size, size.saturating_mul(4));
    let bytes = read.map_err(|e| fail(format!("it is damaged: {e}")))?;
    bytes.map_err(|most| fail(format!("it unpacks to more than {most} bytes")))
}

/// The text of the one model in an archive, or of the one of a name.
fn zip(
    archive: impl Read + Seek,
    size: u64,
    path: &Path,
    wanted: Option<&str>,
) -> Result<Vec<u8>, OpenError> {
    let fail = |problem: String| OpenError::Zip { path: path.into(), problem };
    let (mut zip, at) = entry(archive, path, wanted)?;
    let entry = zip.by_index(at).map_err(|e| refused(path, &e))?;
    let claimed = entry.size();
    let bytes = bounded(entry, size, claimed).map_err(|e| refused(path, &e))?;
    bytes.map_err(|most| fail(format!("it unpacks to more than {most} bytes")))
}

fn refused(path: &Path, why: &dyn std::fmt::Display) -> OpenError {
    let problem = format!(
        "its IFC file cannot be unpacked: {why}\n  hint: pack it again, without a password, by the method deflate"
    );
    OpenError::Zip { path: path.into(), problem }
}

/// An archive, and the place in it of its one model, or of the one of a name.
fn entry<R: Read + Seek>(
    archive: R,
    path: &Path,
    wanted: Option<&str>,
) -> Result<(zip::ZipArchive<R>, usize), OpenError> {
    let fail = |problem: String| OpenError::Zip { path: path.into(), problem };
    let zip = zip::ZipArchive::new(archive).map_err(|e| fail(format!("it is damaged: {e}")))?;
    let names = names(&zip);
    let at: Vec<usize> = (0..names.len())
        .filter(|&i| wanted.map_or_else(|| is_model(&names[i]), |wanted| names[i] == wanted))
        .collect();
    match at[..] {
        [only] => Ok((zip, only)),
        [] if names.is_empty() => Err(fail("it has no entries".into())),
        [] => match wanted {
            Some(wanted) => Err(fail(format!("it has no file {wanted} in it, only {}", listed(names)))),
            None => Err(fail(format!("it has no .ifc file in it, only {}", listed(names)))),
        },
        _ => {
            let first = names[at[0]].clone();
            let names = at.iter().map(|&i| names[i].clone()).collect();
            Err(fail(format!(
                "it has several .ifc files in it: {}\n  hint: name one, as in {}/{first}",
                listed(names),
                path.display()
            )))
        }
    }
}

/// The models in an archive, as paths through it; `None` when the file is no archive.
pub(crate) fn models_in_zip(path: &Path) -> Option<Vec<PathBuf>> {
    let mut file = File::open(path).ok()?;
    let mut start = [0; 4];
    let read = file.read(&mut start).ok()?;
    if Packing::of(&start[..read]) != Packing::Zip {
        return None;
    }
    file.rewind().ok()?;
    let mut names = names(&zip::ZipArchive::new(file).ok()?);
    names.retain(|name| is_model(name));
    names.sort();
    Some(names.into_iter().map(|name| path.join(name)).collect())
}

/// The entries by name. A name never leads out of its archive: `../a.ifc`, `/a.ifc` and `C:\\a.ifc` lose what leads
/// there, and a name that occurs twice gets its place behind it.
fn names<R: Read + Seek>(zip: &zip::ZipArchive<R>) -> Vec<String> {
    let mut seen = FxHashSet::default();
    (0..zip.len())
        .map(|i| {
            let name = zip.name_for_index(i).and_then(Result::ok).unwrap_or_default();
            let parts: Vec<&str> = name
                .split(['/', '\\'])
                .filter(|part| !matches!(*part, "" | "." | "..") && !part.ends_with(':'))
                .collect();
            let mut inside = parts.join("/");
            if inside.is_empty() {
                inside = format!("entry {i}");
            }
            if !seen.insert(inside.clone()) {
                inside = match inside.rsplit_once('.') {
                    Some((stem, kind)) => format!("{stem} ({i}).{kind}"),
                    None => format!("{inside} ({i})"),
                };
                seen.insert(inside.clone());
            }
            inside
        })
        .collect()
}

/// True for the name of an `.ifc` entry. Archives of a Mac hold a shadow of each file, which is none.
fn is_model(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.to_ascii_lowercase().ends_with(".ifc") && !file.starts_with("._") && !name.starts_with("__MACOSX/")
}

/// An archive and the name of the entry, for a path that leads through a file.
pub(crate) fn inside(path: &Path) -> Option<(PathBuf, String)> {
    if path.exists() {
        return None;
    }
    let archive = path.ancestors().skip(1).find(|p| p.is_file())?;
    let parts: Vec<_> = path
        .strip_prefix(archive)
        .ok()?
        .components()
        .filter(|c| matches!(c, Component::Normal(_)))
        .map(|c| c.as_os_str().to_string_lossy())
        .collect();
    Some((archive.into(), parts.join("/")))
}

/// The UTF-8 of a text that is marked as UTF-16.
pub(crate) fn from_utf16(bytes: &[u8]) -> Option<Vec<u8>> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(text.into_bytes())
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
