//! Models that were read and meshed before, kept by the content of their files.
//!
//! An entry holds the [`Model`](groma_model::Model), the [`Shapes`](groma_geometry::Shapes) and the diagnostics
//! of one STEP text, whatever the file is called and wherever it lies. Its [`Key`] is a hash of the text, of
//! this program's version and of its sources, so a program that reads differently never meets the entries
//! of another.
//!
//! Several processes may share a directory: entries are written beside their place and renamed, carry a
//! checksum, and are never changed. One that is damaged is counted, ignored and written anew. Whatever goes
//! wrong with the directory, the answer is that nothing is cached; [`Cache::tally`] says so.

mod cache;
mod diagnostics;
mod entry;
mod key;
mod layout;
mod place;
mod store;

pub use cache::{Cache, Info, Tally};
pub use entry::Cached;
pub use key::Key;
pub use place::{Keeps, default_directory, directory_of_user, limit_of_user};
