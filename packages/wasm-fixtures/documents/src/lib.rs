wit_bindgen::generate!({ path: "wit", world: "documents" });

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

struct Documents;

impl Guest for Documents {
    fn search(pattern: String, text: String) -> Result<Vec<String>, String> {
        let pattern = Regex::new(&pattern).map_err(|error| error.to_string())?;
        Ok(pattern.find_iter(&text).map(|found| found.as_str().to_owned()).collect())
    }

    fn indent(json: String) -> Result<String, String> {
        let value: serde_json::Value = serde_json::from_str(&json).map_err(|error| error.to_string())?;
        serde_json::to_string_pretty(&value).map_err(|error| error.to_string())
    }

    fn words(text: String) -> Vec<String> {
        let composed: String = text.nfc().collect();
        composed.unicode_words().map(str::to_lowercase).collect()
    }
}

export!(Documents);
