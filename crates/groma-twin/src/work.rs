//! What a task does to an element.

/// What becomes of an element by a task.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Role {
    /// It is built, and stays.
    #[default]
    Construct,
    /// It is there from the beginning, or from when it was built, and is taken away.
    Demolish,
    /// It is there from the start of the first such task to the finish of the last, and no longer.
    Temporary,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Construct, Self::Demolish, Self::Temporary];

    /// The name in files: `construct`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Construct => "construct",
            Self::Demolish => "demolish",
            Self::Temporary => "temporary",
        }
    }

    /// The role of a name, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str().eq_ignore_ascii_case(text.trim()))
    }
}

/// One task's part in one element.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Work {
    /// The element.
    pub element: u32,
    /// The task.
    pub task: u32,
    /// What becomes of the element.
    pub role: Role,
    /// Its share among the tasks of the same role on this element; 0 or more, and finite.
    pub weight: f64,
}
