//! What became of each element's shape.

use crate::Code;

/// Why an element rightly has no shape.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NoShape {
    /// The file gives it no representation.
    NoRepresentation,
    /// It has representations, but none is a body (axis, footprint, box, annotation).
    NotABody,
    /// It is a whole whose parts carry the shape.
    ShapeInParts,
    /// Its type has a shape, which it does not map: IFC shows what an occurrence itself represents.
    ShapeOnType,
    /// It is no matter: an opening or another subtraction from others, or a virtual element.
    Void,
    /// Nothing is left of its body or was ever in it: cut away by its openings, or without items.
    Empty,
}

impl NoShape {
    /// All reasons.
    pub const ALL: [Self; 6] = [
        Self::NoRepresentation,
        Self::NotABody,
        Self::ShapeInParts,
        Self::ShapeOnType,
        Self::Void,
        Self::Empty,
    ];

    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRepresentation => "no_representation",
            Self::NotABody => "not_a_body",
            Self::ShapeInParts => "shape_in_parts",
            Self::ShapeOnType => "shape_on_type",
            Self::Void => "void",
            Self::Empty => "empty",
        }
    }

    /// The words for it in texts: `50 cut out of others`.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NoRepresentation => "without representation",
            Self::NotABody => "axis, footprint or annotation only",
            Self::ShapeInParts => "shown by their parts",
            Self::ShapeOnType => "shape on the type only",
            Self::Void => "cut out of others",
            Self::Empty => "empty or cut away",
        }
    }
}

/// What became of one element's shape. There is no fourth way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShapeStatus {
    /// It has at least one mesh.
    Meshed,
    /// It has none, and that is right.
    NoShape(NoShape),
    /// It should have one and has none, or an incomplete one; the diagnostic with this code says why.
    Failed(Code),
}

/// How many elements ended how; `meshed + no_shape + failed == elements`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// All elements.
    pub elements: usize,
    /// Those with a mesh.
    pub meshed: usize,
    /// Those that rightly have none.
    pub no_shape: usize,
    /// Those that should have one and have not.
    pub failed: usize,
}

impl Coverage {
    /// Counts the statuses of a model's elements.
    pub fn of<'a>(statuses: impl IntoIterator<Item = &'a ShapeStatus>) -> Self {
        let mut sum = Self::default();
        for status in statuses {
            sum.elements += 1;
            match status {
                ShapeStatus::Meshed => sum.meshed += 1,
                ShapeStatus::NoShape(_) => sum.no_shape += 1,
                ShapeStatus::Failed(_) => sum.failed += 1,
            }
        }
        sum
    }

    /// True when nothing failed.
    pub fn is_complete(&self) -> bool {
        self.failed == 0
    }
}

impl std::ops::Add for Coverage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            elements: self.elements + other.elements,
            meshed: self.meshed + other.meshed,
            no_shape: self.no_shape + other.no_shape,
            failed: self.failed + other.failed,
        }
    }
}

impl std::iter::Sum for Coverage {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), |a, b| a + b)
    }
}
