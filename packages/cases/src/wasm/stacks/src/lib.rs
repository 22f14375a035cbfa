wit_bindgen::generate!({ path: "wit" });

struct Fails;

export!(Fails);

#[inline(always)]
fn checked(by: u32) -> u32 {
    assert!(by > 0, "cannot divide by {by}");
    100 / by
}

#[inline(never)]
fn mix(rounds: u32) -> u32 {
    (0..rounds).fold(1, |value: u32, _| value.wrapping_mul(1664525).wrapping_add(1013904223 + (value >> 7) % 8))
}

impl Guest for Fails {
    fn divide(by: u32) -> u32 {
        checked(by)
    }

    fn run(rounds: u32) -> u32 {
        mix(rounds)
    }
}
