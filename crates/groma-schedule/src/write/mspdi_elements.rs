//! Elements of Microsoft Project's XML, in the order of its schema.

use super::mspdi::element;
use crate::read::mspdi::iso_minutes;
use crate::schedule::Fields;
use crate::time::Time;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The elements of a project in the order of the schema.
pub(super) const PROJECT: &str = "SaveVersion UID Name Title Subject Category Company Manager Author CreationDate Revision LastSaved ScheduleFromStart StartDate FinishDate FYStartDate CriticalSlackLimit CurrencyDigits CurrencySymbol CurrencyCode CurrencySymbolPosition CalendarUID DefaultStartTime DefaultFinishTime MinutesPerDay MinutesPerWeek DaysPerMonth DefaultTaskType DefaultFixedCostAccrual DefaultStandardRate DefaultOvertimeRate DurationFormat WorkFormat EditableActualCosts HonorConstraints EarnedValueMethod InsertedProjectsLikeSummary MultipleCriticalPaths NewTasksEffortDriven NewTasksEstimated SplitsInProgressTasks SpreadActualCost SpreadPercentComplete TaskUpdatesResource FiscalYearStart WeekStartDay MoveCompletedEndsBack MoveRemainingStartsBack MoveRemainingStartsForward MoveCompletedEndsForward BaselineForEarnedValue AutoAddNewResourcesAndTasks StatusDate CurrentDate MicrosoftProjectServerURL Autolink NewTaskStartDate NewTasksAreManual DefaultTaskEVMethod ProjectExternallyEdited ExtendedCreationDate ActualsInSync RemoveFileProperties AdminProject UpdateManuallyScheduledTasksWhenEditingLinks KeepTaskOnNearestWorkingTimeWhenMadeAutoScheduled OutlineCodes WBSMasks ExtendedAttributes";

/// Those of a task.
pub(super) const TASK: &str = "UID GUID ID Name Active Manual Type IsNull CreateDate Contact WBS WBSLevel OutlineNumber OutlineLevel Priority StartText FinishText DurationText Start Finish Duration ManualStart ManualFinish ManualDuration DurationFormat Work Stop Resume ResumeValid EffortDriven Recurring OverAllocated Estimated Milestone Summary DisplayAsSummary Critical IsSubproject IsSubprojectReadOnly SubprojectName ExternalTask ExternalTaskProject EarlyStart EarlyFinish LateStart LateFinish StartVariance FinishVariance WorkVariance FreeSlack TotalSlack StartSlack FinishSlack FixedCost FixedCostAccrual PercentComplete PercentWorkComplete Cost OvertimeCost OvertimeWork ActualStart ActualFinish ActualDuration ActualCost ActualOvertimeCost ActualWork ActualOvertimeWork RegularWork RemainingDuration RemainingCost RemainingWork RemainingOvertimeCost RemainingOvertimeWork ACWP CV ConstraintType CalendarUID ConstraintDate Deadline LevelAssignments LevelingCanSplit LevelingDelay LevelingDelayFormat PreLeveledStart PreLeveledFinish Hyperlink HyperlinkAddress HyperlinkSubAddress IgnoreResourceCalendar Notes HideBar Rollup BCWS BCWP PhysicalPercentComplete EarnedValueMethod PredecessorLink ActualWorkProtected ActualOvertimeWorkProtected ExtendedAttribute Baseline OutlineCode IsPublished StatusManager CommitmentStart CommitmentFinish CommitmentType TimephasedData";

/// Those of a resource.
pub(super) const RESOURCE: &str = "UID GUID ID Name Type IsNull Initials Phonetics NTAccount MaterialLabel Code Group WorkGroup EmailAddress Hyperlink HyperlinkAddress HyperlinkSubAddress MaxUnits PeakUnits OverAllocated AvailableFrom AvailableTo Start Finish CanLevel AccrueAt Work RegularWork OvertimeWork ActualWork RemainingWork ActualOvertimeWork RemainingOvertimeWork PercentWorkComplete StandardRate StandardRateFormat Cost OvertimeRate OvertimeRateFormat OvertimeCost CostPerUse ActualCost ActualOvertimeCost RemainingCost RemainingOvertimeCost WorkVariance CostVariance SV CV ACWP CalendarUID Notes BCWS BCWP IsGeneric IsInactive IsEnterprise BookingType ActualWorkProtected ActualOvertimeWorkProtected ActiveDirectoryGUID CreationDate ExtendedAttribute Baseline OutlineCode IsCostResource AssnOwner AssnOwnerGuid IsBudget AvailabilityPeriods Rates TimephasedData";

/// Those of an assignment.
pub(super) const ASSIGNMENT: &str = "UID GUID TaskUID ResourceUID PercentWorkComplete ActualCost ActualFinish ActualOvertimeCost ActualOvertimeWork ActualStart ActualWork ACWP Confirmed Cost CostRateTable RateScale CostVariance CV Delay Finish FinishVariance Hyperlink HyperlinkAddress HyperlinkSubAddress WorkVariance HasFixedRateUnits FixedMaterial LevelingDelay LevelingDelayFormat LinkedFields Milestone Notes Overallocated OvertimeCost OvertimeWork PeakUnits RegularWork RemainingCost RemainingOvertimeCost RemainingOvertimeWork RemainingWork ResponsePending Start Stop Resume StartVariance Summary SV Units UpdateNeeded VAC Work WorkContour BCWS BCWP BookingType ActualWorkProtected ActualOvertimeWorkProtected CreationDate AssnOwner AssnOwnerGuid BudgetCost BudgetWork ExtendedAttribute Baseline TimephasedData";

/// The elements of an element: several of a name where there are several.
#[derive(Default)]
pub(super) struct Elements {
    by_name: BTreeMap<String, Vec<String>>,
    /// True when it was read from this format: what it does not say then, it shall not say now.
    is_whole: bool,
}

impl Elements {
    pub(super) fn new(fields: &Fields, is_own: bool) -> Self {
        let mut elements = Self { is_whole: is_own && !fields.is_empty(), ..Self::default() };
        // A name with a point is of a part of it.
        for (name, value) in fields.iter().filter(|(name, _)| is_own && !name.contains('.')) {
            let text = if value.starts_with('<') { value.clone() } else { element(name, value) };
            elements.by_name.entry(name.to_string()).or_default().push(text);
        }
        elements
    }

    /// Puts an element in the place of what stood under its name; what stood there stays if it says the same to
    /// the minute.
    pub(super) fn set(&mut self, name: &str, value: impl AsRef<str>) {
        let value = value.as_ref();
        if self.by_name.get(name).is_none_or(|kept| !says_the_same(kept, name, value)) {
            self.by_name.insert(name.to_owned(), vec![element(name, value)]);
        }
    }

    pub(super) fn set_some(&mut self, name: &str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// The same unless something stands there, or what was read says all.
    pub(super) fn unless_set(&mut self, name: &str, value: impl AsRef<str>) {
        if !self.is_whole && !self.by_name.contains_key(name) {
            self.set(name, value);
        }
    }

    pub(super) fn raw(&mut self, name: &str, text: String) {
        self.by_name.entry(name.to_owned()).or_default().push(text);
    }

    /// All on one line.
    pub(super) fn inline(self, name: &str, order: &str) -> String {
        let mut out = String::new();
        self.write(&mut out, order, 0);
        format!("<{name}>{}</{name}>", out.replace('\n', ""))
    }

    /// In the order of the names given, then whatever is left.
    pub(super) fn write(mut self, out: &mut String, order: &str, depth: usize) {
        let indent = "  ".repeat(depth);
        for name in order.split(' ') {
            for text in self.by_name.remove(name).unwrap_or_default() {
                let _ = writeln!(out, "{indent}{text}");
            }
        }
        for text in self.by_name.into_values().flatten() {
            let _ = writeln!(out, "{indent}{text}");
        }
    }

    pub(super) fn wrap(self, out: &mut String, name: &str, order: &str) {
        let _ = writeln!(out, "    <{name}>");
        self.write(out, order, 3);
        let _ = writeln!(out, "    </{name}>");
    }
}

/// True when a kept time or length is the given one, but for seconds.
fn says_the_same(kept: &[String], name: &str, value: &str) -> bool {
    let [only] = kept else { return false };
    let text = only.strip_prefix('<').and_then(|t| t.strip_prefix(name)).and_then(|t| t.strip_prefix('>'));
    let Some(text) = text.and_then(|t| t.split('<').next()) else { return false };
    let minutes = |text: &str| iso_minutes(text).map(f64::round);
    match (minutes(text), minutes(value)) {
        (Some(a), Some(b)) => a == b,
        _ => Time::parse(text).is_some_and(|t| Some(t) == Time::parse(value)),
    }
}
