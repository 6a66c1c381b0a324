//! When two elements first need each other's room, and by when a clash between them must be solved.

use crate::{Role, Timeline};
use groma_schedule::Time;

/// From when and until when something is there; `None` is without an end on that side.
pub type Presence = (Option<Time>, Option<Time>);

/// When an element takes up room: from the start of its construction to the end of its demolition. `None` is
/// without an end on that side. An element without work is always there; one that is only taken away is there from
/// the beginning.
pub fn presence(timeline: &Timeline, element: u32) -> Presence {
    let work = timeline.work_on(element);
    let of = |role: Role| work.iter().filter(move |w| w.role == role).map(|w| timeline.task(w.task));
    let first = |role: Role| of(role).map(|task| task.start).min();
    let last = |role: Role| of(role).map(|task| task.finish).max();
    let from = match (first(Role::Construct), first(Role::Temporary)) {
        (Some(built), Some(put)) => Some(built.min(put)),
        (built, put) => built.or(put),
    };
    // What is built stays, although there was something temporary about it.
    let until = match first(Role::Construct) {
        Some(_) => last(Role::Demolish),
        None => last(Role::Demolish).max(last(Role::Temporary)),
    };
    (from, until)
}

/// From when to when two elements are both there, as [`presence`] has it; `None` where they never are.
pub fn together(timeline: &Timeline, a: u32, b: u32) -> Option<Presence> {
    both(presence(timeline, a), presence(timeline, b))
}

/// What is common to two presences.
fn both(a: Presence, b: Presence) -> Option<Presence> {
    let from = a.0.max(b.0);
    let until = [a.1, b.1].into_iter().flatten().min();
    let gone = until.zip(from).is_some_and(|(until, from)| until <= from);
    (!gone).then_some((from, until))
}

/// The start of the first work on either of two elements that are both there at some time: its building, or, where
/// both stand from the beginning, the taking away of one; `None` where they are never there together, or nobody works
/// on them.
pub fn needed_by(timeline: &Timeline, a: u32, b: u32) -> Option<Time> {
    let (of_a, of_b) = (presence(timeline, a), presence(timeline, b));
    both(of_a, of_b)?;
    let taken = |element: u32| {
        let work = timeline.work_on(element).iter().filter(|w| w.role == Role::Demolish);
        work.map(|w| timeline.task(w.task).start).min()
    };
    let first = |a: Option<Time>, b: Option<Time>| a.into_iter().chain(b).min();
    first(of_a.0, of_b.0).or_else(|| first(taken(a), taken(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Span, Work};

    fn day(n: i32) -> Time {
        Time::from_minutes(n * groma_schedule::DAY)
    }

    #[test]
    fn clashes_are_needed_by_the_first_of_the_two() {
        let tasks = [(2, 4), (5, 7), (8, 9)].map(|(start, finish)| Span {
            start: day(start),
            finish: day(finish),
            calendar: None,
        });
        let work = |element, task, role| Work { element, task, role, weight: 1.0 };
        let line = Timeline::new(
            5,
            tasks.to_vec(),
            vec![
                work(0, 0, Role::Construct),
                work(1, 1, Role::Construct),
                work(2, 0, Role::Temporary),
                work(3, 1, Role::Demolish),
            ],
        );
        assert_eq!(needed_by(&line, 0, 1), Some(day(2)));
        assert_eq!(needed_by(&line, 1, 0), Some(day(2)));
        // the scaffold is gone when the wall is begun
        assert_eq!(needed_by(&line, 2, 1), None);
        assert_eq!(needed_by(&line, 2, 0), Some(day(2)));
        // what stands until day 7 is in the way of what begins on day 5
        assert_eq!(needed_by(&line, 3, 1), Some(day(5)));
        assert_eq!(needed_by(&line, 3, 2), Some(day(2)));
        // both stand from the beginning, and one is taken away
        assert_eq!(needed_by(&line, 3, 4), Some(day(5)));
        // nobody builds either
        assert_eq!(needed_by(&line, 4, 4), None);
        assert_eq!(needed_by(&line, 4, 1), Some(day(5)));
        assert_eq!(presence(&line, 3), (None, Some(day(7))));
        assert_eq!(together(&line, 2, 0), Some((Some(day(2)), Some(day(4)))));
        assert_eq!(together(&line, 4, 1), Some((Some(day(5)), None)));
        assert_eq!(together(&line, 4, 4), Some((None, None)));
        assert_eq!(together(&line, 1, 2), None);
    }
}
