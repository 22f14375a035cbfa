import wit_world
from componentize_py_types import Err
from wit_world.exports import People as PeopleProtocol
from wit_world.exports.people import Person


class WitWorld(wit_world.WitWorld):
    def greet(self, name: str) -> str:
        wit_world.log(f"greeting {name}")
        return f"Hello, {name}!"


class People(PeopleProtocol):
    def describe(self, person: Person) -> str:
        return f"{person.name}, {person.age}: {' '.join(person.tags)}"

    def eldest(self, people: list[Person]) -> Person | None:
        return max(people, key=lambda person: person.age, default=None)

    def parse(self, text: str) -> Person:
        name, slash, age = text.partition("/")
        if slash == "" or not (age.isascii() and age.isdigit()) or int(age) > 255:
            raise Err(f"no person: {text}")
        return Person(name, int(age), [])
