//! `bindings FILE WORLD STRING-ENCODING FOLDER` writes into the folder what wit-bindgen makes for C of a world: a header,
//! its implementation, and an object file that carries the world's type.

use anyhow::{Context, Result};
use std::{env, fs, path::Path};
use wit_bindgen_c::Opts;
use wit_bindgen_core::{wit_parser::Resolve, Files};

fn main() -> Result<()> {
    let given: Vec<String> = env::args().skip(1).collect();
    let [file, world, encoding, folder] = given.as_slice() else {
        anyhow::bail!("usage: bindings FILE WORLD STRING-ENCODING FOLDER");
    };
    let mut resolve = Resolve::default();
    let package = resolve.push_file(file)?;
    let world = resolve.select_world(&[package], Some(world))?;
    let string_encoding = encoding.parse().map_err(anyhow::Error::msg).context("the encoding of strings")?;
    let mut files = Files::default();
    let options = Opts { string_encoding, ..Opts::default() };
    options.build().generate(&mut resolve, world, &mut files)?;
    for (name, content) in files.iter() {
        fs::write(Path::new(folder).join(name), content)?;
    }
    Ok(())
}
