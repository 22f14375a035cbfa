//! Says how files, clocks and streams behave, a line for each thing: `behaviour FOLDER one two`, built for WASI and for the
//! machine itself, has to say the same.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
fn kind<T: std::fmt::Debug>(what: &str, r: io::Result<T>) {
    match r {
        Ok(v) => println!("{what}: {v:?}"),
        Err(e) => println!("{what}: error {:?}", e.kind()),
    }
}
fn names(p: &Path) -> io::Result<Vec<(String, bool, bool)>> {
    let mut v: Vec<_> = fs::read_dir(p)?
        .map(|e| {
            let e = e.unwrap();
            (
                e.file_name().into_string().unwrap(),
                e.file_type().unwrap().is_dir(),
                e.file_type().unwrap().is_symlink(),
            )
        })
        .collect();
    v.sort();
    Ok(v)
}
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(&args[0]).to_path_buf();
    let at = |p: &str| root.join(p);
    println!("args {:?}", &args[1..]);
    println!(
        "env {:?} {:?}",
        std::env::var("ONE"),
        std::env::var("MISSING")
    );
    for p in [
        "",
        "a",
        "a/b",
        "missing/x",
        "a/.",
        "a/..",
        "a/../c",
        "./d",
        "ü",
        "with space",
        "a//e",
        "a/b/",
    ] {
        kind(&format!("mkdir {p}"), fs::create_dir(at(p)));
    }
    kind("mkdir all", fs::create_dir_all(at("deep/er/still")));
    kind("mkdir all again", fs::create_dir_all(at("deep/er/still")));
    for p in ["f", "a/f", "missing/f", "a", "f/x", "g/", "é.txt", "a/../h"] {
        kind(&format!("write {p}"), fs::write(at(p), b"0123456789"));
    }
    for p in ["f", "a", "missing", "f/", "f/x", "a/../f", "a/./f", "é.txt"] {
        kind(&format!("read {p}"), fs::read_to_string(at(p)));
        kind(
            &format!("stat {p}"),
            fs::metadata(at(p)).map(|m| {
                (
                    m.is_file(),
                    m.is_dir(),
                    if m.is_file() { m.len() } else { 0 },
                )
            }),
        );
        kind(&format!("exists {p}"), at(p).try_exists());
    }
    for (name, o) in [
        ("r", OpenOptions::new().read(true).clone()),
        ("w", OpenOptions::new().write(true).clone()),
        ("rw", OpenOptions::new().read(true).write(true).clone()),
        ("a", OpenOptions::new().append(true).clone()),
        ("ra", OpenOptions::new().read(true).append(true).clone()),
        ("wc", OpenOptions::new().write(true).create(true).clone()),
        (
            "wct",
            OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .clone(),
        ),
        (
            "wn",
            OpenOptions::new().write(true).create_new(true).clone(),
        ),
        ("ac", OpenOptions::new().append(true).create(true).clone()),
    ] {
        for target in ["o-there", "o-missing", "a", "f/x"] {
            let _ = fs::remove_file(at("o-missing"));
            let _ = fs::write(at("o-there"), b"abcdef");
            match o.open(at(target)) {
                Err(e) => println!("open {name} {target}: error {:?}", e.kind()),
                Ok(mut f) => {
                    if target == "a" {
                        println!("open {name} a: ok");
                        continue;
                    }
                    let w = f.write(b"XY").map_err(|e| {
                        e.kind() == io::ErrorKind::PermissionDenied || e.raw_os_error().is_some()
                    });
                    let p = f.stream_position().map_err(|e| e.kind());
                    let _ = f.seek(SeekFrom::Start(1));
                    let mut s = String::new();
                    let r = f
                        .read_to_string(&mut s)
                        .map_err(|e| e.raw_os_error().is_some());
                    println!(
                        "open {name} {target}: {w:?} {p:?} {r:?} {s:?} then {:?}",
                        fs::read_to_string(at(target)).ok()
                    );
                }
            }
        }
    }
    let mut f = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .open(at("seek"))
        .unwrap();
    kind("write", f.write_all(b"hello world"));
    for s in [
        SeekFrom::Start(0),
        SeekFrom::Start(100),
        SeekFrom::End(0),
        SeekFrom::End(-5),
        SeekFrom::Current(-2),
        SeekFrom::Current(3),
        SeekFrom::End(-100),
        SeekFrom::Start(u64::MAX),
        SeekFrom::Current(i64::MIN),
    ] {
        kind(&format!("seek {s:?}"), f.seek(s));
        let mut b = [0; 4];
        kind("  read", f.read(&mut b).map(|n| b[..n].to_vec()));
    }
    kind("set_len", f.set_len(5));
    kind("len", f.metadata().map(|m| m.len()));
    kind("set_len up", f.set_len(8));
    kind("content", fs::read(at("seek")));
    kind(
        "far",
        f.seek(SeekFrom::Start(20)).and_then(|_| f.write_all(b"z")),
    );
    kind("content", fs::read(at("seek")));
    kind("sync", f.sync_all());
    kind("sync data", f.sync_data());
    kind("empty write", f.write(b""));
    kind("empty read", f.read(&mut []));
    use io::IoSlice;
    kind(
        "vectored",
        f.write_vectored(&[IoSlice::new(b"ab"), IoSlice::new(b""), IoSlice::new(b"cd")]),
    );
    for (from, to) in [
        ("f", "f2"),
        ("f2", "a/f2"),
        ("missing", "x"),
        ("a", "a2"),
        ("a2", "a"),
        ("f", "a"),
        ("a", "f"),
        ("f", "missing/f"),
        ("a", "a/b/c"),
        ("f", "f"),
        ("deep", "a"),
        ("c", "d"),
    ] {
        kind(&format!("rename {from} {to}"), fs::rename(at(from), at(to)));
    }
    for p in ["f2", "a/f2", "f", "o-there", "seek"] {
        println!("there {p}: {}", at(p).exists());
    }
    kind("copy", fs::copy(at("é.txt"), at("copied")));
    kind("copy dir", fs::copy(at("a"), at("copied2")).map_err(|e| e));
    kind("copy missing", fs::copy(at("nope"), at("copied3")));
    kind("hard link", fs::hard_link(at("copied"), at("linked")));
    kind("hard link again", fs::hard_link(at("copied"), at("linked")));
    kind(
        "hard link missing",
        fs::hard_link(at("nope"), at("linked2")),
    );
    kind("hard link dir", fs::hard_link(at("a"), at("linked3")));
    kind(
        "through link",
        fs::write(at("linked"), b"both").and_then(|_| fs::read_to_string(at("copied"))),
    );
    for p in ["missing", "a", "copied", "linked/", "f/x"] {
        kind(&format!("unlink {p}"), fs::remove_file(at(p)));
    }
    for p in ["missing", "deep", "é.txt", "deep/er/still", "ü/"] {
        kind(&format!("rmdir {p}"), fs::remove_dir(at(p)));
    }
    kind("list", names(&root));
    kind("list file", names(&at("é.txt")));
    kind("list missing", names(&at("nope")));
    kind("remove all", fs::remove_dir_all(at("deep")));
    kind("remove all missing", fs::remove_dir_all(at("deep")));
    for i in 0..500 {
        fs::write(at(&format!("many-{i:03}")), b"").unwrap();
    }
    kind(
        "many",
        names(&root).map(|n| n.iter().filter(|n| n.0.starts_with("many-")).count()),
    );
    let mut d = fs::read_dir(&root).unwrap();
    let mut seen = 0;
    while let Some(e) = d.next() {
        let e = e.unwrap();
        if e.file_name().to_str().unwrap().starts_with("many-") {
            fs::remove_file(e.path()).unwrap();
            seen += 1;
        }
    }
    println!("removed while listing {seen}");
    let lines: Vec<_> = {
        fs::write(at("lines"), "one\ntwo\r\n\nfour").unwrap();
        BufReader::new(File::open(at("lines")).unwrap())
            .lines()
            .map(|l| l.unwrap())
            .collect()
    };
    println!("{lines:?}");
    let t = UNIX_EPOCH + Duration::new(1_600_000_000, 123_000_000);
    let f = OpenOptions::new().write(true).open(at("lines")).unwrap();
    kind(
        "times",
        f.set_times(fs::FileTimes::new().set_modified(t).set_accessed(t)),
    );
    // Node takes times as seconds in floating point, which tell microseconds and no less.
    let near = |m: SystemTime| m.duration_since(t).unwrap_or_else(|e| e.duration()) < Duration::from_micros(1);
    kind(
        "mtime",
        f.metadata().and_then(|m| m.modified()).map(near),
    );
    let i = Instant::now();
    std::thread::sleep(Duration::from_millis(20));
    println!("slept {}", i.elapsed() >= Duration::from_millis(20));
    println!(
        "now {}",
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs()
            > 1_700_000_000
    );
    let mut input = String::new();
    kind("stdin line", io::stdin().read_line(&mut input));
    println!("{input:?}");
    let mut rest = Vec::new();
    kind("stdin rest", io::stdin().read_to_end(&mut rest));
    kind("stdin end", io::stdin().read(&mut [0; 4]));
    kind(
        "big",
        fs::write(at("big"), vec![7u8; 5_000_000])
            .and_then(|_| fs::read(at("big")))
            .map(|b| (b.len(), b.iter().all(|x| *x == 7))),
    );
    kind("big copy", fs::copy(at("big"), at("big2")));
    kind(
        "name too long",
        fs::metadata(at(&"x".repeat(300))).map(|_| ()),
    );
    kind("nul", File::open(at("a\0b")).map(|_| ()));
    std::process::exit(if args.len() == 3 { 0 } else { 1 });
}
