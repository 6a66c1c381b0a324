//! Random numbers by counting: the same (seed, stream, block) gives the same numbers on any thread.

use crate::lanes::LANES;

const MULTIPLY: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const BUMP: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// One counter alone.
#[cfg(test)]
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let a = u64::from(MULTIPLY[0]) * u64::from(counter[0]);
        let b = u64::from(MULTIPLY[1]) * u64::from(counter[2]);
        counter = [
            (b >> 32) as u32 ^ counter[1] ^ key[0],
            b as u32,
            (a >> 32) as u32 ^ counter[3] ^ key[1],
            a as u32,
        ];
        key = [key[0].wrapping_add(BUMP[0]), key[1].wrapping_add(BUMP[1])];
    }
    counter
}

/// Sixteen words of a stream, those of one block of iterations, by Philox4x32-10 (Salmon, Moraes, Dror, Shaw:
/// Parallel random numbers, as easy as 1, 2, 3; SC 2011). The rounds of the four counters run in step.
#[inline(always)]
pub(crate) fn words(seed: u64, stream: u64, block: u32) -> [u32; LANES] {
    let mut c = [[0u32; 4]; 4];
    let (low, high) = (stream as u32, (stream >> 32) as u32);
    for (quarter, c0) in c[0].iter_mut().enumerate() {
        *c0 = quarter as u32;
    }
    c[1] = [block; 4];
    c[2] = [low; 4];
    c[3] = [high; 4];
    let mut key = [seed as u32, (seed >> 32) as u32];
    for _ in 0..10 {
        let [mut a_high, mut a_low, mut b_high, mut b_low] = [[0u32; 4]; 4];
        for q in 0..4 {
            let a = u64::from(MULTIPLY[0]) * u64::from(c[0][q]);
            let b = u64::from(MULTIPLY[1]) * u64::from(c[2][q]);
            (a_high[q], a_low[q]) = ((a >> 32) as u32, a as u32);
            (b_high[q], b_low[q]) = ((b >> 32) as u32, b as u32);
        }
        for q in 0..4 {
            c[0][q] = b_high[q] ^ c[1][q] ^ key[0];
            c[2][q] = a_high[q] ^ c[3][q] ^ key[1];
        }
        (c[1], c[3]) = (b_low, a_low);
        key = [key[0].wrapping_add(BUMP[0]), key[1].wrapping_add(BUMP[1])];
    }
    let mut out = [0; LANES];
    for q in 0..4 {
        for k in 0..4 {
            out[q * 4 + k] = c[k][q];
        }
    }
    out
}

/// Sixteen numbers between 0 and 1, neither included, in steps of 2^-24.
#[inline(always)]
pub(crate) fn uniforms(seed: u64, stream: u64, block: u32) -> [f32; LANES] {
    words(seed, stream, block).map(|w| ((w >> 9) as f32 + 0.5) * (1.0 / 8_388_608.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // From the kat_vectors file of Random123.
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn four_in_step_are_four_in_a_row() {
        let (seed, stream, block) = (0x0123_4567_89ab_cdef, 77u64 << 33 | 5, 9);
        for quarter in 0..4u32 {
            let one =
                philox([quarter, block, stream as u32, (stream >> 32) as u32], [0x89ab_cdef, 0x0123_4567]);
            assert_eq!(words(seed, stream, block)[quarter as usize * 4..][..4], one);
        }
        assert!(uniforms(1, 2, 3).iter().all(|u| 0.0 < *u && *u < 1.0));
    }
}
