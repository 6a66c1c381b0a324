//! The bytes of an entry: a head, the texts, the classes, then model, shapes and diagnostics.

use crate::Key;
use crate::store::{Corrupt, Reader, Store, Writer};
use groma_geometry::Shapes;
use groma_model::{Class, Diagnostics, Model};
use std::sync::Arc;

/// A model as it was read and meshed.
#[derive(Clone, Debug)]
pub struct Cached {
    /// What the file says, under the label asked for.
    pub model: Model,
    /// The shapes in the file's engineering coordinates.
    pub shapes: Shapes,
    /// What was wrong with the file.
    pub diagnostics: Diagnostics,
}

const MAGIC: &[u8; 8] = b"groma\0\0c";
/// Magic, key, checksum.
const HEAD: usize = 8 + 32 + 32;

/// The sections behind the head, each with its length before it.
const SECTIONS: usize = 5;

/// The bytes of an entry.
pub(crate) fn encode(key: &Key, model: &Model, shapes: &Shapes, diagnostics: &Diagnostics) -> Vec<u8> {
    let mut out = Writer::new(model.label.clone());
    let mut section = |value: &dyn Fn(&mut Writer)| {
        value(&mut out);
        std::mem::take(&mut out.bytes)
    };
    let of_model = section(&|out| model.write(out));
    let of_shapes = section(&|out| shapes.write(out));
    let of_diagnostics = section(&|out| diagnostics.write(out));
    let classes = std::mem::take(&mut out.classes);
    out.number(classes.len() as u64);
    for class in &classes {
        class.name().to_owned().write(&mut out);
        class.ancestors().map(str::to_owned).collect::<Vec<_>>().write(&mut out);
    }
    let of_classes = std::mem::take(&mut out.bytes);
    let texts = std::mem::take(&mut out.texts);
    out.number(texts.len() as u64);
    texts.iter().for_each(|t| out.number(t.len() as u64));
    texts.iter().for_each(|t| out.bytes.extend_from_slice(t.as_bytes()));
    let of_texts = out.bytes;

    let sections: [Vec<u8>; SECTIONS] = [of_texts, of_classes, of_model, of_shapes, of_diagnostics];
    let mut bytes = Vec::with_capacity(HEAD + sections.iter().map(|s| s.len() + 8).sum::<usize>());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(key.bytes());
    bytes.extend_from_slice(&[0; 32]);
    for section in sections {
        bytes.extend_from_slice(&(section.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&section);
    }
    let sum = checksum(&bytes[HEAD..]);
    bytes[HEAD - 32..HEAD].copy_from_slice(&sum);
    bytes
}

/// The model in the bytes of an entry, called `label`.
pub(crate) fn decode(key: &Key, bytes: &[u8], label: &Arc<str>) -> Result<Cached, Corrupt> {
    let (head, body) = bytes.split_at_checked(HEAD).ok_or(Corrupt)?;
    if head[..8] != MAGIC[..] || head[8..40] != key.bytes()[..] || head[40..] != checksum(body)[..] {
        return Err(Corrupt);
    }
    let mut rest = body;
    let mut sections = [&[][..]; SECTIONS];
    for section in &mut sections {
        let (length, behind) = rest.split_first_chunk().ok_or(Corrupt)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| Corrupt)?;
        (*section, rest) = behind.split_at_checked(length).ok_or(Corrupt)?;
    }
    let [texts, classes, model, shapes, diagnostics] = sections;
    let texts = read_texts(texts, label)?;
    let classes = read_classes(classes)?;
    let (model, shapes) =
        rayon::join(|| whole::<Model>(model, &texts, &classes), || whole::<Shapes>(shapes, &texts, &classes));
    let (model, shapes) = (model?, shapes?);
    let diagnostics = whole(diagnostics, &texts, &classes)?;
    let fits = shapes.status.len() == model.elements.len()
        && shapes
            .instances
            .iter()
            .all(|i| i.element.index() < model.elements.len() && (i.mesh as usize) < shapes.meshes.len());
    if fits { Ok(Cached { model, shapes, diagnostics }) } else { Err(Corrupt) }
}

/// A value that takes all of a section.
fn whole<T: Store>(section: &[u8], texts: &[Arc<str>], classes: &[Class]) -> Result<T, Corrupt> {
    let mut input = Reader::new(section, texts, classes);
    let value = T::read(&mut input)?;
    if input.is_done() { Ok(value) } else { Err(Corrupt) }
}

/// The label, then the texts.
fn read_texts(section: &[u8], label: &Arc<str>) -> Result<Vec<Arc<str>>, Corrupt> {
    let mut input = Reader::new(section, &[], &[]);
    let count = input.count(1)?;
    let mut lengths = Vec::with_capacity(count);
    let mut sum = 0usize;
    for _ in 0..count {
        let length = usize::try_from(input.number()?).map_err(|_| Corrupt)?;
        sum = sum.checked_add(length).ok_or(Corrupt)?;
        lengths.push(length);
    }
    let all = std::str::from_utf8(input.take(sum)?).map_err(|_| Corrupt)?;
    let mut texts = Vec::with_capacity(count + 1);
    texts.push(label.clone());
    let mut at = 0;
    for length in lengths {
        texts.push(all.get(at..at + length).ok_or(Corrupt)?.into());
        at += length;
    }
    if input.is_done() { Ok(texts) } else { Err(Corrupt) }
}

fn read_classes(section: &[u8]) -> Result<Vec<Class>, Corrupt> {
    let listed: Vec<(String, Vec<String>)> = whole(section, &[], &[])?;
    let class =
        |(name, ancestors): (String, Vec<String>)| Class::new(&name, ancestors.iter().map(String::as_str));
    Ok(listed.into_iter().map(class).collect())
}

fn checksum(bytes: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update_rayon(bytes);
    *hasher.finalize().as_bytes()
}
