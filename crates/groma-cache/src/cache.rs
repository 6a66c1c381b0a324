//! A directory of entries.

use crate::entry::{Cached, decode, encode};
use crate::{Key, default_directory, limit_of_user};
use groma_geometry::Shapes;
use groma_model::{Diagnostics, Model};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// What entries end with.
const EXTENSION: &str = "gromacache";
/// What files begin with that are being written.
const UNFINISHED: &str = ".unfinished-";
/// A file being written that is older than this was left by a process that ended before its time.
const STALE: Duration = Duration::from_secs(3600);

/// A directory of models that were read and meshed before.
pub struct Cache {
    directory: PathBuf,
    limit: u64,
    hits: AtomicUsize,
    misses: AtomicUsize,
    damaged: AtomicUsize,
    trouble: Mutex<Option<String>>,
}

/// What a cache did so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Models that came out of it.
    pub hits: usize,
    /// Models that were not in it.
    pub misses: usize,
    /// Entries that were damaged, and ignored; they count as misses too.
    pub damaged: usize,
    /// The first thing that went wrong with the directory.
    pub trouble: Option<String>,
}

/// What a directory holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Info {
    /// How many entries.
    pub entries: usize,
    /// Their bytes together.
    pub bytes: u64,
}

impl Cache {
    /// How many bytes a directory holds at most unless said otherwise: 4 GB.
    pub const DEFAULT_LIMIT: u64 = 4_000_000_000;

    /// A cache in a directory, which is made when the first entry is written. When more than `limit` bytes
    /// are in it, what was not used for longest goes.
    pub fn new(directory: impl Into<PathBuf>, limit: u64) -> Self {
        Self {
            directory: directory.into(),
            limit,
            hits: AtomicUsize::new(0),
            misses: AtomicUsize::new(0),
            damaged: AtomicUsize::new(0),
            trouble: Mutex::new(None),
        }
    }

    /// The user's cache, see [`default_directory`] and [`limit_of_user`].
    pub fn of_user() -> Option<Self> {
        Some(Self::new(default_directory()?, limit_of_user().unwrap_or(Self::DEFAULT_LIMIT)))
    }

    /// Where the entries are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// How many bytes it holds at most.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// What it did so far.
    pub fn tally(&self) -> Tally {
        let count = |n: &AtomicUsize| n.load(Ordering::Relaxed);
        Tally {
            hits: count(&self.hits),
            misses: count(&self.misses),
            damaged: count(&self.damaged),
            trouble: self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// The model of an entry under this label; `None` where there is none that can be read.
    pub fn get(&self, key: &Key, label: &Arc<str>) -> Option<Cached> {
        let _span = tracing::info_span!("cache get", model = &**label).entered();
        let found = self.read(key).and_then(|bytes| {
            let decoded = decode(key, &bytes, label);
            if decoded.is_err() {
                self.damaged.fetch_add(1, Ordering::Relaxed);
            }
            decoded.ok()
        });
        let count = if found.is_some() { &self.hits } else { &self.misses };
        count.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// Keeps a model. Whatever prevents it is in [`Cache::tally`].
    pub fn put(&self, key: &Key, model: &Model, shapes: &Shapes, diagnostics: &Diagnostics) {
        let _span = tracing::info_span!("cache put", model = &*model.label).entered();
        let bytes = encode(key, model, shapes, diagnostics);
        if bytes.len() as u64 > self.limit {
            return;
        }
        if let Err(error) = self.write(key, &bytes) {
            self.complain("written", &error);
        }
    }

    /// The bytes kept under a key, as [`Cache::put_bytes`] got them; `None` where there are none, or damaged ones.
    pub fn get_bytes(&self, key: &Key) -> Option<Vec<u8>> {
        let mut bytes = self.read(key)?;
        let checksum = bytes.split_off(bytes.len().checked_sub(32)?);
        (blake3::hash(&bytes).as_bytes()[..] == checksum).then_some(bytes)
    }

    /// Keeps bytes. Whatever prevents it is in [`Cache::tally`].
    pub fn put_bytes(&self, key: &Key, mut bytes: Vec<u8>) {
        bytes.extend(blake3::hash(&bytes).as_bytes());
        if bytes.len() as u64 <= self.limit
            && let Err(error) = self.write(key, &bytes)
        {
            self.complain("written", &error);
        }
    }

    /// What is in the directory.
    ///
    /// # Errors
    ///
    /// A directory that cannot be listed; one that is not there holds nothing.
    pub fn info(&self) -> io::Result<Info> {
        let entries = self.list()?;
        Ok(Info { entries: entries.len(), bytes: entries.iter().map(|e| e.bytes).sum() })
    }

    /// Removes all entries, and says what they were.
    ///
    /// # Errors
    ///
    /// A directory that cannot be listed, or an entry that cannot be removed.
    pub fn clean(&self) -> io::Result<Info> {
        let mut gone = Info::default();
        for entry in self.list()? {
            match fs::remove_file(&entry.path) {
                Ok(()) => {
                    gone.entries += 1;
                    gone.bytes += entry.bytes;
                }
                // Another process was faster.
                Err(e) if e.kind() == ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
        }
        self.sweep(Duration::ZERO);
        Ok(gone)
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.directory.join(format!("{key}.{EXTENSION}"))
    }

    fn read(&self, key: &Key) -> Option<Vec<u8>> {
        let mut file = match File::open(self.path(key)) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::NotFound => return None,
            Err(e) => {
                self.complain("read", &e);
                return None;
            }
        };
        let size = file.metadata().ok()?.len();
        if size > self.limit {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).ok()?);
        if let Err(error) = Read::by_ref(&mut file).take(self.limit).read_to_end(&mut bytes) {
            self.complain("read", &error);
            return None;
        }
        // Used now; where the system does not let us say so, it only goes sooner.
        let _ = file.set_modified(SystemTime::now());
        Some(bytes)
    }

    fn write(&self, key: &Key, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let mut beside = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.directory)?;
        beside.write_all(bytes)?;
        beside.persist(self.path(key))?;
        self.make_room(key)
    }

    /// Removes what was not used for longest until the rest is within the limit; never the entry just written.
    fn make_room(&self, key: &Key) -> io::Result<()> {
        self.sweep(STALE);
        let mut entries = self.list()?;
        let mut bytes: u64 = entries.iter().map(|e| e.bytes).sum();
        let kept = self.path(key);
        entries.sort_by(|a, b| a.used.cmp(&b.used).then_with(|| a.path.cmp(&b.path)));
        for entry in entries.into_iter().filter(|e| e.path != kept) {
            if bytes <= self.limit {
                break;
            }
            // One that cannot be removed stays; another process may hold it or have removed it.
            let _ = fs::remove_file(&entry.path);
            bytes -= entry.bytes;
        }
        Ok(())
    }

    /// Removes what was left unfinished for longer than this.
    fn sweep(&self, age: Duration) {
        for entry in fs::read_dir(&self.directory).into_iter().flatten().flatten() {
            let unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
            let modified = entry.metadata().and_then(|m| m.modified()).ok();
            let old = modified.and_then(|m| m.elapsed().ok()).is_some_and(|elapsed| elapsed >= age);
            if unfinished && old {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    fn list(&self) -> io::Result<Vec<Listed>> {
        let directory = match fs::read_dir(&self.directory) {
            Ok(directory) => directory,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let mut entries = Vec::new();
        for entry in directory {
            let entry = entry?;
            let path = entry.path();
            // What went away since is no entry.
            let Ok(meta) = entry.metadata() else { continue };
            if path.extension().is_some_and(|e| e == EXTENSION) && meta.is_file() {
                let used = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                entries.push(Listed { path, bytes: meta.len(), used });
            }
        }
        Ok(entries)
    }

    fn complain(&self, what: &str, error: &io::Error) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let directory = self.directory.display();
        trouble.get_or_insert_with(|| format!("the cache {directory} cannot be {what}: {error}"));
    }
}

struct Listed {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}
