wit_bindgen::generate!({ path: "wit" });

struct Fails;

export!(Fails);

#[inline(always)]
fn checked(by: u32) -> u32 {
    assert!(by > 0, "cannot divide by {by}");
    100 / by
}

impl Guest for Fails {
    fn divide(by: u32) -> u32 {
        checked(by)
    }
}
