wit_bindgen::generate!({ path: "../../wit/parts.wit", world: "speaker" });

use demo::parts::shout::{choose, join, Phrase, Voice};

struct Speaker;

impl Guest for Speaker {
    /// `HELLO, ADA!!!`, and ways of saying it, or what was wrong.
    fn greet(name: String) -> String {
        log(&format!("greeting {name}"));
        let voices = vec![Voice::new("?"), Voice::new("!")];
        let joined = join(&voices.iter().collect::<Vec<_>>(), &name).join(" ");
        let text = if name.is_empty() { name } else { format!("Hello, {name}") };
        let Some(voice) = choose(voices) else { return String::from("no voice") };
        match voice.say(&Phrase { text, times: 3 }) {
            Ok(said) => format!("{said} ({joined})"),
            Err(reason) => reason,
        }
    }
}

export!(Speaker);
