//! The vector by which a whole model moved.

use crate::LENGTH_NOISE;
use crate::cluster::clusters;
use glam::DVec3;

/// Fewer elements do not speak for a model.
const FEWEST: usize = 5;

/// Of the vectors that elements moved by, the one that at least four of five share; zero where there is
/// none, or where the elements stay.
pub(crate) fn common_shift(vectors: &[DVec3]) -> DVec3 {
    if vectors.len() < FEWEST {
        return DVec3::ZERO;
    }
    let values: Vec<[f64; 3]> = vectors.iter().map(|v| v.to_array()).collect();
    let all = (0..vectors.len() as u32).collect();
    let groups = clusters(&values, all, |_, _| LENGTH_NOISE);
    let Some(most) = groups.iter().max_by_key(|g| g.len()).filter(|g| 5 * g.len() >= 4 * vectors.len())
    else {
        return DVec3::ZERO;
    };
    // The median of each coordinate: no noise of a few moves it.
    let median = |k: usize| {
        let mut list: Vec<f64> = most.iter().map(|&i| values[i as usize][k]).collect();
        list.sort_by(f64::total_cmp);
        list[list.len() / 2]
    };
    let shift = DVec3::new(median(0), median(1), median(2));
    if shift.length() <= LENGTH_NOISE { DVec3::ZERO } else { shift }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_moves_when_most_of_it_does() {
        let v = DVec3::new(1.0, 2.0, 0.0);
        let mut vectors = vec![v; 9];
        vectors.push(DVec3::ZERO);
        assert_eq!(common_shift(&vectors), v);
        vectors.extend([DVec3::ZERO; 4]);
        assert_eq!(common_shift(&vectors), DVec3::ZERO, "nine of fourteen are not most");
        assert_eq!(common_shift(&vectors[..3]), DVec3::ZERO, "three are too few");
        assert_eq!(common_shift(&[DVec3::splat(1e-6); 9]), DVec3::ZERO);
    }
}
