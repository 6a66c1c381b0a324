//! A set of elements.

use fixedbitset::FixedBitSet;

/// A set of elements by their numbers. Sets of equal members are equal.
#[derive(Clone, Debug, Default)]
pub struct Places(FixedBitSet);

impl Places {
    /// All numbers below `len`.
    pub fn all(len: usize) -> Self {
        let mut bits = FixedBitSet::with_capacity(len);
        bits.insert_range(..);
        Self(bits)
    }

    /// True when it has the number.
    pub fn contains(&self, place: u32) -> bool {
        self.0.contains(place as usize)
    }

    /// Adds a number.
    pub fn insert(&mut self, place: u32) {
        self.0.grow(place as usize + 1);
        self.0.insert(place as usize);
    }

    /// Takes a number out.
    pub fn remove(&mut self, place: u32) {
        if self.contains(place) {
            self.0.set(place as usize, false);
        }
    }

    /// Adds all of another.
    pub fn add(&mut self, other: &Self) {
        self.0.union_with(&other.0);
    }

    /// Takes all of another out.
    pub fn subtract(&mut self, other: &Self) {
        self.0.difference_with(&other.0);
    }

    /// How many of them another has, too.
    pub fn shared(&self, other: &Self) -> usize {
        self.0.intersection_count(&other.0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.count_ones(..)
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.0.is_clear()
    }

    /// The numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.ones().map(|place| place as u32)
    }

    /// The least number, if there is any.
    pub fn first(&self) -> Option<u32> {
        self.iter().next()
    }
}

impl PartialEq for Places {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Places {}

impl FromIterator<u32> for Places {
    fn from_iter<T: IntoIterator<Item = u32>>(places: T) -> Self {
        let mut set = Self::default();
        for place in places {
            set.insert(place);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn sets_are_equal_by_their_members() {
        let mut a: Places = [3, 70, 3].into_iter().collect();
        let mut b: Places = [70, 3, 500].into_iter().collect();
        assert_ne!(a, b);
        b.remove(500);
        b.remove(501);
        assert_eq!(a, b);
        assert_eq!((a.len(), a.first(), a.contains(4), a.contains(9999)), (2, Some(3), false, false));
        assert_eq!((a.shared(&b), a.shared(&Places::all(10))), (2, 1));
        a.subtract(&b);
        assert!(a.is_empty());
        a.add(&Places::all(3));
        assert_eq!(a.iter().collect::<Vec<_>>(), [0, 1, 2]);
    }
}
