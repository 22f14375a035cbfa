wit_bindgen::generate!({ path: "../../wit/greeter.wit", world: "greeter" });

use exports::demo::greeter::people::{Guest as People, Person};

struct Greeter;

impl Guest for Greeter {
    fn greet(name: String) -> String {
        log(&format!("greeting {name}"));
        format!("Hello, {name}!")
    }
}

impl People for Greeter {
    fn describe(person: Person) -> String {
        format!("{}, {}: {}", person.name, person.age, person.tags.join(" "))
    }

    fn eldest(people: Vec<Person>) -> Option<Person> {
        people.into_iter().reduce(|eldest, next| if next.age > eldest.age { next } else { eldest })
    }

    fn parse(text: String) -> Result<Person, String> {
        let no_person = || format!("no person: {text}");
        let (name, age) = text.split_once('/').ok_or_else(no_person)?;
        let age = age.parse().map_err(|_| no_person())?;
        Ok(Person { name: name.to_string(), age, tags: Vec::new() })
    }
}

export!(Greeter);
