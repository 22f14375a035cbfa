import log from "log";

export const people = {
  describe: ({ name, age, tags }) => `${name}, ${age}: ${tags.join(" ")}`,
  eldest: (all) =>
    all.reduce((eldest, next) => (eldest === undefined || next.age > eldest.age ? next : eldest), undefined),
  parse(text) {
    const found = /^([^/]*)\/(\d{1,3})$/.exec(text);
    if (found === null || Number(found[2]) > 255) throw `no person: ${text}`;
    return { name: found[1], age: Number(found[2]), tags: [] };
  },
};

export function greet(name) {
  log(`greeting ${name}`);
  return `Hello, ${name}!`;
}
