//! Names that are near to a misspelt one.

/// How alike two names must be, 0 to 1, to be offered.
const ALIKE: f64 = 0.6;
/// How many are offered.
const MOST: usize = 3;

/// The names that are most like this one, the nearest first; upper and lower case do not matter.
///
/// By the Damerau-Levenshtein distance over the longer length; a name that contains the other counts as
/// near.
pub fn near<'n>(name: &str, among: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wanted = name.to_lowercase();
    // What is longer was not typed by hand, and comparing takes the square of the length.
    if wanted.chars().count() > 100 {
        return Vec::new();
    }
    let mut found: Vec<(f64, &str)> = among
        .into_iter()
        .filter(|other| !other.is_empty() && other.len() <= 400)
        .map(|other| {
            let lower = other.to_lowercase();
            let like = strsim::normalized_damerau_levenshtein(&wanted, &lower);
            let within = wanted.len() > 2 && (lower.contains(&wanted) || wanted.contains(&lower));
            (if within { like.max(ALIKE) } else { like }, other)
        })
        .filter(|(like, _)| *like >= ALIKE)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
    found.into_iter().take(MOST).map(|(_, other)| other).collect()
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn misspelt_names_are_found() {
        let sets = ["Pset_WallCommon", "Pset_DoorCommon", "Qto_WallBaseQuantities", "PSet_Revit_Dimensions"];
        assert_eq!(near("Pset_WallCommn", sets), ["Pset_WallCommon", "Pset_DoorCommon"]);
        assert_eq!(near("dimensions", sets), ["PSet_Revit_Dimensions"]);
        assert_eq!(near("Zzz", sets), Vec::<&str>::new());
    }
}
