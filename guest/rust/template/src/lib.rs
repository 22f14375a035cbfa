//! Implements the contract in wit/plugin.wit.

wit_bindgen::generate!({ world: "greeter", generate_all });

use tenon::guest::{log, panic};

struct Greeter;

impl Guest for Greeter {
    fn greet(name: String) -> String {
        log::write(&format!("greeting {name}"));
        assert!(!name.is_empty(), "nobody to greet");
        format!("Hello, {name}!")
    }
}

export!(Greeter);

/// Runs once, before the first call. From then on, the host receives the message and location of a panic.
#[unsafe(export_name = "_initialize")]
extern "C" fn initialize() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("a panic without a message");
        let place = info
            .location()
            .map(|at| format!("\n    at {at}"))
            .unwrap_or_default();
        panic::report(&format!("{message}{place}"));
    }));
}
