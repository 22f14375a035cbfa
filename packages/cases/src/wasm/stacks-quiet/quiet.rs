#[inline(never)]
fn checked(by: u32) -> u32 {
    let divisor = if by > 0 { Ok(by) } else { Err("zero") };
    100 / divisor.expect("cannot divide")
}

#[no_mangle]
pub extern "C" fn divide(by: u32) -> u32 {
    checked(by)
}
