import { describe, expect, test } from "vitest";
import { scriptClosing, scriptOpening } from "../../runtime/script.js";
import { startsWork } from "./starts-work.js";

const script = (body: string) =>
  `${scriptOpening}\n${body}\n${scriptClosing}\n//# sourceMappingURL=data:application/json;base64,aW1wb3J0\n`;

describe("startsWork()", () => {
  test.each([
    "exports.add = (a, b) => (a + b) | 0;",
    "const seen = new Map(); exports.note = (key) => void seen.set(key, JSON.stringify({ key }));",
    "exports.tick = () => void setTimeout(() => console.log('tick'), 10);",
    "// Annotate the CommonJS export names for ESM import in node:\n0 && (module.exports = {});",
  ])("is false if no word in the script can start something: %s", (body) =>
    expect(startsWork(script(body))).toBe(false),
  );

  test.each([
    "exports.later = async () => {};",
    "exports.later = () => Promise.reject('text');",
    "exports.load = () => fetch('http://127.0.0.1/');",
    "exports.read = () => require('node:fs/promises').readFile('/');",
    "exports.next = (stream) => stream[Symbol.asyncIterator]().next();",
    "exports.hidden = () => globalThis['fe' + 'tch']();",
    "exports.made = new Function('return fetch()');",
  ])("is true if a word can: %s", (body) => expect(startsWork(script(body))).toBe(true));
});
