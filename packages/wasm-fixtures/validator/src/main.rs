//! Answers whether WebAssembly is valid, by wasmparser, with every feature on.
//!
//! Standard input: inputs, each after its length (u32, little-endian). Standard output: a line for each, `ok` or
//! `no OFFSET REASON`.
use std::io::{self, Read, Write};
use wasmparser::{Validator, WasmFeatures};

fn main() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut length = [0u8; 4];
    while input.read_exact(&mut length).is_ok() {
        let mut bytes = vec![0u8; u32::from_le_bytes(length) as usize];
        input.read_exact(&mut bytes)?;
        match Validator::new_with_features(WasmFeatures::all()).validate_all(&bytes) {
            Ok(_) => writeln!(output, "ok")?,
            Err(error) => writeln!(output, "no {} {}", error.offset(), error.message().replace('\n', " "))?,
        }
        output.flush()?;
    }
    Ok(())
}
