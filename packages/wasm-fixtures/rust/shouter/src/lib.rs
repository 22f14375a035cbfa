wit_bindgen::generate!({ path: "../../wit/parts.wit", world: "shouter" });

use exports::demo::parts::shout::{Guest, GuestVoice, Phrase, Voice, VoiceBorrow};

struct Shouter;

struct Mark(String);

impl GuestVoice for Mark {
    fn new(mark: String) -> Self {
        Mark(mark)
    }

    fn say(&self, phrase: Phrase) -> Result<String, String> {
        if phrase.text.is_empty() {
            return Err(String::from("nothing to say"));
        }
        Ok(phrase.text.to_uppercase() + &self.0.repeat(phrase.times.into()))
    }
}

impl Guest for Shouter {
    type Voice = Mark;

    fn join(voices: Vec<VoiceBorrow<'_>>, text: String) -> Vec<String> {
        voices.iter().map(|voice| text.clone() + &voice.get::<Mark>().0).collect()
    }

    fn choose(voices: Vec<Voice>) -> Option<Voice> {
        voices.into_iter().last()
    }
}

export!(Shouter);
