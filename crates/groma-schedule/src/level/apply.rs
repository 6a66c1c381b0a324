//! A plan written into its programme: each held activity may start no earlier than it is held until.

use super::decode::Room;
use super::problem::Problem;
use super::result::Held;
use crate::activity::{Activity, Constraint, ConstraintKind};
use crate::schedule::Schedule;

/// What a plan holds, in file order.
pub(crate) fn held(problem: &Problem<'_>, room: &Room) -> Vec<Held> {
    let mut held: Vec<Held> = (0..problem.network.len())
        .filter_map(|slot| {
            let (logic, until) = (room.logic[slot], room.passes.early_start[slot]);
            let activity = problem.activity(slot);
            let stood = is_as_late_as_possible(&problem.schedule.activities[activity.at()])
                && problem.stays[slot].is_none();
            (until > logic || stood).then(|| Held {
                activity,
                until,
                delay: problem.network.calendar(slot).between(logic, until),
                waits_for: room.waits[slot].map(|k| problem.resources[k as usize].resource),
            })
        })
        .collect();
    held.sort_by_key(|h| h.activity);
    held
}

fn is_as_late_as_possible(activity: &Activity) -> bool {
    let constraints = [activity.constraint, activity.constraint2];
    constraints.into_iter().flatten().any(|c| c.kind == ConstraintKind::AsLateAsPossible)
}

/// The programme with what is held.
pub(crate) fn apply(problem: &Problem<'_>, held: &[Held]) -> Schedule {
    let mut schedule = problem.schedule.clone();
    for h in held {
        let activity = &mut schedule.activities[h.activity.at()];
        let Some(slot) = problem.network.slot(h.activity) else { continue };
        let start = problem.hold(slot, h.until);
        let is_late = |c: &Constraint| c.kind.is_hard();
        // One that bounds the late dates stays, as the second.
        let late = [activity.constraint, activity.constraint2].into_iter().flatten().find(is_late);
        activity.constraint = Some(start);
        activity.constraint2 = late;
        // The delay of an earlier levelling would come on top of the new start.
        for field in activity.fields.iter_mut().filter(|(name, _)| &**name == "LevelingDelay") {
            "0".clone_into(&mut field.1);
        }
    }
    schedule
}
