//! The table of diagnostic codes. Each has a page in `codes/`, which `groma explain` prints.
//!
//! G00 files and the command line, G01 reading STEP, G02 the model, G03 shapes, G04 clash, G05 federation.

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
    SURFACES = "G0401" Note "some elements are surfaces, not solids";
    BROKEN_MESH = "G0402" Error "part of a mesh cannot be tested";
    MIXED_COORDINATES = "G0501" Warning "the models do not declare one coordinate system";
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
