//! A check as JUnit: what CI systems show as tests.

use crate::check_report::{CheckReport, IssueRow};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The suite about what was not tested.
const COMPLETE: &str = "complete";

impl CheckReport {
    /// A suite for each rule: a case for the rule itself, which passes when none of its issues fails the gate, and
    /// one for each issue that is new or reopened, or fails. A waived issue is a skipped case. Where something was not tested, a
    /// suite of its own has an error that says what, unless that is allowed.
    pub fn to_junit(&self) -> String {
        let mut report = Report::new(self.project.as_deref().unwrap_or("groma check"));
        for rule in &self.rules {
            let mut suite = TestSuite::new(rule.name.as_str());
            let issues: Vec<&IssueRow> = self.issues.iter().filter(|i| i.rule == rule.name).collect();
            let failing = issues.iter().filter(|i| self.fails(i)).count();
            let status = if failing == 0 {
                TestCaseStatus::success()
            } else {
                failure(&format!("{failing} issues fail the gate"), "gate", None)
            };
            suite.add_test_case(case(&rule.name, &rule.name, status));
            for issue in issues {
                let status = match issue.state {
                    _ if self.fails(issue) => {
                        let [x, y, z] = issue.point;
                        let mut at =
                            format!("{}\nat ({x:.3}, {y:.3}, {z:.3})\nissue {}", issue.why, issue.key);
                        if let Some(words) = issue.deadline_words() {
                            at = format!("{at}\n{words}");
                        }
                        failure(&issue.title, issue.severity, Some(&at))
                    }
                    "new" | "reopened" => TestCaseStatus::success(),
                    "waived" => TestCaseStatus::skipped(),
                    _ => continue,
                };
                let name = format!("{} {}: {}", issue.state, issue.key, issue.title);
                suite.add_test_case(case(&name, &rule.name, status));
            }
            report.add_test_suite(suite);
        }
        if let Some(why) = self.incomplete_words() {
            let mut suite = TestSuite::new(COMPLETE);
            let status = if self.gate.allow_incomplete {
                TestCaseStatus::success()
            } else {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_message(why).set_type("incomplete");
                status
            };
            suite.add_test_case(case("everything was tested", COMPLETE, status));
            report.add_test_suite(suite);
        }
        // Strings alone are written: nothing can fail.
        report.to_string().unwrap_or_default()
    }
}

fn failure(message: &str, kind: &str, description: Option<&str>) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(message).set_type(kind);
    if let Some(description) = description {
        status.set_description(description);
    }
    status
}

fn case(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case
}
