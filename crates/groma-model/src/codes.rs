//! The table of diagnostic codes. Each has a page in `codes/`, which `groma explain` prints.
//!
//! G00 files and the command line, G01 reading STEP, G02 the model, G03 shapes, G04 clash, G05 federation,
//! G06 programmes: reading them and their logic, G07 revisions, G08 the twin: what links tasks to elements, what was seen.

use crate::diagnostics::{Code, CodePage, Severity};

macro_rules! codes {
    ($($name:ident = $id:literal $severity:ident $title:literal;)*) => {
        $(
            #[doc = concat!($id, ": ", $title)]
            pub const $name: Code = Code(&CodePage {
                id: $id,
                severity: Severity::$severity,
                title: $title,
                page: include_str!(concat!("../codes/", $id, ".md")),
            });
        )*
        /// All codes, in order.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    TRUNCATED = "G0101" Error "the file ends in the middle";
    BROKEN_RECORD = "G0102" Error "a record cannot be read";
    DUPLICATE_INSTANCE = "G0103" Warning "an instance name is used twice";
    DANGLING_REFERENCE = "G0104" Warning "a reference leads to nothing";
    UNKNOWN_SCHEMA = "G0105" Warning "the schema is not known";
    OVERSIZED_INSTANCE = "G0106" Error "an instance name is too large";
    RENUMBERED = "G0107" Note "instance names were made smaller";
    NOT_UTF8 = "G0108" Note "texts are not in the encoding that the standard wants";
    DUPLICATE_GLOBAL_ID = "G0201" Warning "a GlobalId occurs twice";
    MISSING_GLOBAL_ID = "G0202" Warning "an element has no GlobalId";
    UNKNOWN_CLASS = "G0203" Warning "a class is not in the schema";
    CYCLE = "G0204" Warning "wholes and parts form a cycle";
    SECOND_PARENT = "G0205" Warning "an element has two places";
    UNKNOWN_UNIT = "G0206" Warning "the length unit cannot be read";
    PROPERTIES_LEFT_OUT = "G0207" Warning "a property set has more values than are read";
    ANGLES_IN_DEGREES = "G0208" Warning "angles are in degrees where radians are declared";
    ODD_MAP_CONVERSION = "G0209" Warning "the map conversion is not what it should be";
    NO_ELEMENTS = "G0210" Note "the file has shapes and no elements";
    NO_MESH = "G0301" Error "the body could not be meshed";
    KERNEL_PANIC = "G0302" Error "the geometry kernel broke down at an element";
    INCOMPLETE_BODY = "G0303" Error "a part of the body could not be meshed";
    BOOLEAN_LEFT_OUT = "G0304" Error "a boolean operation of the body was left out";
    OVER_BUDGET = "G0305" Error "the body is more work than is allowed";
    OPENING_NOT_CUT = "G0312" Error "the opening could not be cut from its host";
    OPEN_AFTER_CUT = "G0313" Warning "the body is open where openings were cut";
    SURFACES = "G0401" Note "some elements are surfaces, not solids";
    BROKEN_MESH = "G0402" Error "part of a mesh cannot be tested";
    MIXED_COORDINATES = "G0501" Warning "the models do not declare one coordinate system";
    MODELS_APART = "G0502" Warning "models stand apart from each other";
    SIZES_DIFFER = "G0503" Warning "a model is as many times too large as one unit is the other";
    OFFSET_TWICE = "G0504" Warning "a model carries its offset twice";
    FAR_AWAY = "G0505" Warning "an element is far away from the rest of its model";
    SCHEDULE_LOOP = "G0601" Error "activities wait for each other in a loop";
    CALENDAR_WITHOUT_WORK = "G0602" Warning "a calendar has no work time";
    BROKEN_LINK = "G0603" Warning "a link leads to no activity";
    BROKEN_ROW = "G0604" Error "a row of a programme cannot be read";
    UNREADABLE_DATE = "G0605" Error "a date cannot be read";
    UNREADABLE_NUMBER = "G0606" Error "a number cannot be read";
    MISSING_CALENDAR = "G0607" Warning "a calendar is missing";
    TRUNCATED_SCHEDULE = "G0608" Error "the programme's file ends in the middle";
    OTHER_ENCODING = "G0609" Warning "the text is not in the encoding that it states";
    NEGATIVE_DURATION = "G0610" Warning "a duration is negative";
    UNREADABLE_CALENDAR = "G0611" Warning "a calendar's text cannot be read";
    DUPLICATE_ACTIVITY = "G0612" Warning "an activity's id occurs twice";
    UNSUPPORTED_FIELD = "G0613" Note "the format has no place for something";
    CONTRADICTORY_PROGRESS = "G0614" Warning "actual dates contradict each other";
    NO_END_MARK = "G0615" Warning "the programme's file has no end mark";
    UNKNOWN_ENTITY = "G0616" Warning "an entity of an XML file is not resolved";
    BEYOND_REASON = "G0617" Warning "a duration or lag is longer than three centuries";
    NOT_COMPUTED = "G0618" Warning "something that a programme states is not computed";
    NO_START = "G0619" Warning "a programme does not say when it starts";
    DEMAND_ABOVE_CAPACITY = "G0620" Warning "an activity needs more of a resource than there ever is";
    OVERALLOCATED = "G0621" Warning "more of a resource is used than there is";
    LOGIC_OF_MODELS = "G0622" Warning "links that only a model tells are left out";
    UNKNOWN_COLUMN = "G0623" Warning "a column of a table is not understood";
    OTHER_RULES = "G0624" Warning "the program that the file is for computes other dates";
    HOURS_ASSUMED = "G0625" Warning "a calendar does not say its hours";
    LONE_BASELINE = "G0626" Warning "a baseline is of no project of the file";
    FINISH_BEFORE_START = "G0627" Error "an activity finishes before it starts";
    UNKNOWN_ALIAS = "G0701" Warning "an alias names no element";
    LINK_OF_NOTHING = "G0801" Error "an entry links nothing";
    PROGRESS_OF_NOTHING = "G0802" Error "a file of observations tells nothing";
    NOTHING_LINKED = "G0803" Warning "the programme links no element";
    LOST_ROWS = "G0804" Error "rows of a file come to nothing";
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_sorted_and_each_has_its_page() {
        assert!(ALL.is_sorted_by(|a, b| a < b), "sorted, without repetition");
        let known: BTreeSet<String> = ALL.iter().map(|c| format!("{}.md", c.id())).collect();
        let pages: BTreeSet<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/codes"))
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(known, pages);
        for code in ALL {
            let page = code.page();
            assert!(page.page.starts_with(&format!("# {}: {}\n", page.id, page.title)), "{}", page.id);
            for part in ["## What", "## Why", "## How to mend it"] {
                assert!(page.page.contains(part), "{} lacks {part}", page.id);
            }
        }
    }
}
