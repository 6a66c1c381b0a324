//! GlobalIds from stable names, so that each run writes the same.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$";

/// The GlobalId of the object with this name in this model: the first 128 bits of SHA-256 over
/// `model/name`, in the 22 characters of IFC.
pub(crate) fn global_id(model: &str, name: &str) -> String {
    let hash = Sha256::new().chain_update(model).chain_update("/").chain_update(name).finalize();
    let mut bits = [0; 16];
    bits.copy_from_slice(&hash[..16]);
    encode(u128::from_be_bytes(bits))
}

/// 128 bits as 22 digits to the base 64, the highest first (which is at most `3`).
fn encode(bits: u128) -> String {
    (0..22).rev().map(|digit| char::from(ALPHABET[((bits >> (6 * digit)) & 63) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::{encode, global_id};

    #[test]
    fn encodes_as_the_standard_shows() {
        assert_eq!(encode(0xf70dd363_bfe3_495d_84a0_2c02dcb7d4d2), "3t3TDZl_D9NOIWB0BSjzJI");
        assert_eq!(encode(0), "0".repeat(22));
        assert_eq!(encode(u128::MAX), format!("3{}", "$".repeat(21)));
    }

    #[test]
    fn a_name_has_one_id_per_model() {
        assert_eq!(global_id("a", "x"), global_id("a", "x"));
        assert_ne!(global_id("a", "x"), global_id("b", "x"));
        assert_ne!(global_id("a", "x"), global_id("a", "y"));
    }
}
