//! How values become bytes and come back: little-endian, lengths and whole numbers in as many bytes as they
//! need, each text and each list of properties or attributes once.
//!
//! What is read is never trusted: a length that the rest of the bytes cannot hold, a nesting too deep, an
//! index into nothing are all [`Corrupt`], and no memory is reserved beyond a small multiple of what is
//! there.

use glam::{DAffine3, DVec3};
use groma_model::{Class, Property, Value};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::ops::Range;
use std::sync::Arc;

/// The bytes are not what was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Corrupt;

/// A value that becomes bytes and comes back.
pub(crate) trait Store: Sized {
    fn write(&self, out: &mut Writer);
    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt>;
}

/// Bytes being written.
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
    /// The model's label: not written, but put in again when the entry is read.
    label: Arc<str>,
    known: FxHashMap<Arc<str>, u64>,
    /// The texts in the order of their numbers, the label not among them.
    pub(crate) texts: Vec<Arc<str>>,
    known_classes: FxHashMap<String, u64>,
    /// The classes in the order of their numbers.
    pub(crate) classes: Vec<Class>,
    properties: Written,
    attributes: Written,
}

impl Writer {
    pub(crate) fn new(label: Arc<str>) -> Self {
        Self {
            bytes: Vec::new(),
            label,
            known: FxHashMap::default(),
            texts: Vec::new(),
            known_classes: FxHashMap::default(),
            classes: Vec::new(),
            properties: Written::default(),
            attributes: Written::default(),
        }
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Seven bits to a byte, the least first.
    pub(crate) fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    fn text(&mut self, text: &Arc<str>) {
        // The label is the one text that is known by where it lies and not by what it says.
        if Arc::ptr_eq(text, &self.label) {
            return self.number(0);
        }
        let number = match self.known.get(text) {
            Some(&number) => number,
            None => {
                self.texts.push(text.clone());
                let number = self.texts.len() as u64;
                self.known.insert(text.clone(), number);
                number
            }
        };
        self.number(number);
    }

    /// A class of a file is known by its name.
    pub(crate) fn class(&mut self, class: &Class) {
        let number = match self.known_classes.get(class.name()) {
            Some(&number) => number,
            None => {
                let number = self.classes.len() as u64;
                self.classes.push(class.clone());
                self.known_classes.insert(class.name().to_owned(), number);
                number
            }
        };
        self.number(number);
    }
}

/// Bytes being read.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// The label, then the texts of the entry.
    texts: &'a [Arc<str>],
    classes: &'a [Class],
    properties: Vec<Arc<[Property]>>,
    attributes: Vec<Arc<[Attribute]>>,
    depth: u32,
}

type Attribute = (Arc<str>, Value);

/// No value nests deeper in earnest.
const DEEPEST: u32 = 64;

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8], texts: &'a [Arc<str>], classes: &'a [Class]) -> Self {
        Self { rest: bytes, texts, classes, properties: Vec::new(), attributes: Vec::new(), depth: 0 }
    }

    pub(crate) fn class(&mut self) -> Result<Class, Corrupt> {
        let number = usize::try_from(self.number()?).map_err(|_| Corrupt)?;
        self.classes.get(number).cloned().ok_or(Corrupt)
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Corrupt> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Corrupt)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Corrupt> {
        let (&byte, rest) = self.rest.split_first().ok_or(Corrupt)?;
        self.rest = rest;
        Ok(byte)
    }

    pub(crate) fn number(&mut self) -> Result<u64, Corrupt> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Corrupt)
    }

    /// How many values of at least `least` bytes follow.
    pub(crate) fn count(&mut self, least: usize) -> Result<usize, Corrupt> {
        let count = usize::try_from(self.number()?).map_err(|_| Corrupt)?;
        if count.checked_mul(least).is_none_or(|bytes| bytes > self.rest.len()) {
            return Err(Corrupt);
        }
        Ok(count)
    }

    /// Reads what may hold more of its kind.
    pub(crate) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Corrupt>,
    ) -> Result<T, Corrupt> {
        if self.depth == DEEPEST {
            return Err(Corrupt);
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }
}

impl Store for Arc<str> {
    fn write(&self, out: &mut Writer) {
        out.text(self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let number = usize::try_from(input.number()?).map_err(|_| Corrupt)?;
        input.texts.get(number).cloned().ok_or(Corrupt)
    }
}

impl Store for String {
    fn write(&self, out: &mut Writer) {
        out.number(self.len() as u64);
        out.bytes.extend_from_slice(self.as_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let length = input.count(1)?;
        Ok(std::str::from_utf8(input.take(length)?).map_err(|_| Corrupt)?.to_owned())
    }
}

impl Store for bool {
    fn write(&self, out: &mut Writer) {
        out.byte(u8::from(*self));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        match input.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Corrupt),
        }
    }
}

impl Store for u8 {
    fn write(&self, out: &mut Writer) {
        out.byte(*self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        input.byte()
    }
}

impl Store for u32 {
    fn write(&self, out: &mut Writer) {
        out.number(u64::from(*self));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Self::try_from(input.number()?).map_err(|_| Corrupt)
    }
}

impl Store for u64 {
    fn write(&self, out: &mut Writer) {
        out.number(*self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        input.number()
    }
}

impl Store for i64 {
    /// The sign in the lowest bit, so that small negative numbers stay short.
    fn write(&self, out: &mut Writer) {
        out.number(((self << 1) ^ (self >> 63)).cast_unsigned());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let n = input.number()?;
        Ok((n >> 1).cast_signed() ^ -(n & 1).cast_signed())
    }
}

impl Store for f32 {
    fn write(&self, out: &mut Writer) {
        out.bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let bytes = input.take(4)?.first_chunk().ok_or(Corrupt)?;
        Ok(Self::from_le_bytes(*bytes))
    }
}

impl Store for f64 {
    fn write(&self, out: &mut Writer) {
        out.bytes.extend_from_slice(&self.to_le_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let bytes = input.take(8)?.first_chunk().ok_or(Corrupt)?;
        Ok(Self::from_le_bytes(*bytes))
    }
}

impl<T: Store, const N: usize> Store for [T; N] {
    fn write(&self, out: &mut Writer) {
        self.iter().for_each(|value| value.write(out));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let values = (0..N).map(|_| T::read(input)).collect::<Result<Vec<T>, Corrupt>>()?;
        Self::try_from(values).map_err(|_| Corrupt)
    }
}

impl Store for DVec3 {
    fn write(&self, out: &mut Writer) {
        [self.x, self.y, self.z].iter().for_each(|x| x.write(out));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Self { x: f64::read(input)?, y: f64::read(input)?, z: f64::read(input)? })
    }
}

impl Store for DAffine3 {
    fn write(&self, out: &mut Writer) {
        self.to_cols_array().iter().for_each(|x| x.write(out));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let mut columns = [0.0; 12];
        for x in &mut columns {
            *x = f64::read(input)?;
        }
        Ok(Self::from_cols_array(&columns))
    }
}

impl<T: Store> Store for Option<T> {
    fn write(&self, out: &mut Writer) {
        out.byte(u8::from(self.is_some()));
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        match input.byte()? {
            0 => Ok(None),
            1 => T::read(input).map(Some),
            _ => Err(Corrupt),
        }
    }
}

impl<T: Store> Store for Box<T> {
    fn write(&self, out: &mut Writer) {
        (**self).write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        T::read(input).map(Self::new)
    }
}

impl<T: Store> Store for Vec<T> {
    fn write(&self, out: &mut Writer) {
        out.number(self.len() as u64);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        // Each value takes a byte at least. What is reserved ahead stays in proportion to what is there.
        let count = input.count(1)?;
        let fits = 8 * input.rest.len() / size_of::<T>().max(1);
        let mut values = Self::with_capacity(count.min(fits));
        for _ in 0..count {
            values.push(T::read(input)?);
        }
        Ok(values)
    }
}

/// The lists of a kind that were written, all of them in one section.
#[derive(Default)]
pub(crate) struct Written {
    count: u64,
    /// By the hash of its bytes, where a list lies, and its number. Of two with one hash the second is written each time.
    known: FxHashMap<u64, (Range<usize>, u64)>,
}

/// What stands in lists that many hold in common.
pub(crate) trait Listed: Store {
    fn written(out: &mut Writer) -> &mut Written;
    fn lists<'r>(input: &'r mut Reader<'_>) -> &'r mut Vec<Arc<[Self]>>;
}

impl Listed for Property {
    fn written(out: &mut Writer) -> &mut Written {
        &mut out.properties
    }

    fn lists<'r>(input: &'r mut Reader<'_>) -> &'r mut Vec<Arc<[Self]>> {
        &mut input.properties
    }
}

impl Listed for Attribute {
    fn written(out: &mut Writer) -> &mut Written {
        &mut out.attributes
    }

    fn lists<'r>(input: &'r mut Reader<'_>) -> &'r mut Vec<Arc<[Self]>> {
        &mut input.attributes
    }
}

impl<T: Listed> Store for Arc<[T]> {
    /// Its number from 1 on; or 0, its length, and what stands in it, where it is new.
    fn write(&self, out: &mut Writer) {
        let start = out.bytes.len();
        out.number(0);
        let from = out.bytes.len();
        out.number(self.len() as u64);
        self.iter().for_each(|value| value.write(out));
        let range = from..out.bytes.len();
        let mut hasher = FxHasher::default();
        hasher.write(&out.bytes[range.clone()]);
        let hash = hasher.finish();
        let known = T::written(out).known.get(&hash).cloned();
        if let Some((there, number)) = &known
            && out.bytes.get(there.clone()) == out.bytes.get(range.clone())
        {
            out.bytes.truncate(start);
            out.number(*number);
            return;
        }
        let written = T::written(out);
        written.count += 1;
        if known.is_none() {
            written.known.insert(hash, (range, written.count));
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let number = usize::try_from(input.number()?).map_err(|_| Corrupt)?;
        if let Some(at) = number.checked_sub(1) {
            return T::lists(input).get(at).cloned().ok_or(Corrupt);
        }
        let new: Self = Vec::read(input)?.into();
        T::lists(input).push(new.clone());
        Ok(new)
    }
}

impl<A: Store, B: Store> Store for (A, B) {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok((A::read(input)?, B::read(input)?))
    }
}
