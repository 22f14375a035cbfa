//! Prints what a program is given: `args`, `env NAME`, `read FILE`, `write FILE TEXT`, `list FOLDER`, `input`, `exit CODE`,
//! `clock`, `random`, `fail`.
use std::io::Read;
use std::{env, fs, process, time};

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["args", rest @ ..] => println!("{}", rest.join("|")),
        ["env", name] => println!("{:?}", env::var(name).ok()),
        ["read", file] => match fs::read_to_string(file) {
            Ok(text) => print!("{text}"),
            Err(error) => fail(&error),
        },
        ["write", file, text] => match fs::write(file, text) {
            Ok(()) => println!("written"),
            Err(error) => fail(&error),
        },
        ["list", folder] => match fs::read_dir(folder) {
            Ok(entries) => {
                let mut names: Vec<_> =
                    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
                names.sort();
                println!("{}", names.join(" "));
            }
            Err(error) => fail(&error),
        },
        ["input"] => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).expect("input is readable");
            println!("{}", text.to_uppercase());
        }
        ["exit", code] => process::exit(code.parse().unwrap_or(1)),
        ["clock"] => println!("{}", time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |passed| passed.as_millis())),
        ["random"] => println!("{:?}", std::collections::hash_map::RandomState::new()),
        ["fail"] => panic!("the program failed"),
        _ => {
            eprintln!("unknown: {words:?}");
            process::exit(2);
        }
    }
}

fn fail(error: &std::io::Error) {
    println!("error: {:?}", error.kind());
    process::exit(3);
}
