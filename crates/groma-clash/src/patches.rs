//! What hangs together.

/// Sets of things that hang together.
pub(crate) struct Patches(Vec<u32>);

impl Patches {
    /// So many things, each alone.
    pub(crate) fn new(n: usize) -> Self {
        Self((0..n as u32).collect())
    }

    /// The one that stands for all that hang together with `k`: the first of them.
    pub(crate) fn find(&mut self, k: u32) -> u32 {
        let mut k = k;
        while self.0[k as usize] != k {
            self.0[k as usize] = self.0[self.0[k as usize] as usize];
            k = self.0[k as usize];
        }
        k
    }

    /// From here on `a` and `b` hang together.
    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
