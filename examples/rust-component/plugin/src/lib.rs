wit_bindgen::generate!({ world: "greeter" });

struct Greeter;

impl Guest for Greeter {
    fn greet(name: String) -> String {
        log(&format!("greeting {name}"));
        format!("Hello, {name}, from Rust!")
    }
}

export!(Greeter);
