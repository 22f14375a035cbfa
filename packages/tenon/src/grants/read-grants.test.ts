import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type GrantFailures, readGrantRequest, readGrantSet } from "./read-grants.js";

/** A mistake, as its reporter words it. */
class Mistake extends Error {}

const failures: GrantFailures = {
  unknown: (path, known) => new Mistake(`unknown ${path}, known ${known.join(" ")}`),
  wrong: (path, expected) => new Mistake(`${path}: expected ${expected}`),
  entry: (grant, entry, why) => new Mistake(`${grant}: ${entry}: ${why}`),
};

describe("readGrantSet()", () => {
  test("returns a copy that later changes do not reach", () => {
    const given = { environment: { A: "1" }, folders: { "/a": { path: ".", write: true } }, network: ["a.com"] };
    const read = readGrantSet(given, failures);
    given.environment.A = "2";
    given.folders["/a"].path = "/";
    given.network.push("*");
    expect(read).toEqual({
      environment: { A: "1" },
      folders: { "/a": { path: ".", write: true } },
      network: ["a.com"],
    });
  });

  test("reads each part once", () => {
    let reads = 0;
    const folder = {
      get path() {
        return ++reads === 1 ? "./data" : "/";
      },
    };
    expect(readGrantSet({ folders: { "/a": folder } }, failures)).toEqual({ folders: { "/a": "./data" } });
  });

  test("a variable may be called __proto__", () => {
    const { environment } = readGrantSet(JSON.parse('{"environment": {"__proto__": "x"}}'), failures);
    expect(Object.entries(environment ?? {})).toEqual([["__proto__", "x"]]);
    expect(Object.getPrototypeOf(environment)).toBe(Object.prototype);
  });

  test.each([
    [{ folders: { "/a": ".", "/a/": ".." } }, "folders: /a/: it is granted twice"],
    [{ folders: { "/a/../b": "." } }, "must not contain"],
    [{ folders: { "/a": "a\0b" } }, "without NUL"],
    [{ environment: { A: "\0" } }, "cannot contain a NUL"],
    [{ environment: { A: "x".repeat(200_000) } }, "more than 131072 characters"],
    [
      { environment: Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`A${at}`, true])) },
      "expected variables",
    ],
    [{ network: ["a.com:0"] }, "port 0 cannot be connected to"],
    [{ network: [""] }, "a list of strings"],
    [{ listen: ["localhost:80"] }, "expected an IP address and a port"],
    [{ listen: ["::1"] }, "expected an IP address and a port"],
    [{ programs: ["../tool"] }, "an absolute path, or a name"],
    [{ resources: { memory: 1.5 } }, "a whole number"],
    [{ resources: { memory: "1" } }, "a whole number"],
    [{ functions: "log" }, "a list of strings"],
    [{ storage: false }, "grants.storage: expected true, or amounts"],
    [{ storage: { bytes: 0 } }, "a whole number of 1 or more"],
    [{ storage: { folder: "yes" } }, "true or false"],
    [{ storage: { byte: 1 } }, "grants.storage.byte"],
    [null, "grants: expected an object"],
  ])("refuses %j", (given, message) => {
    expect(() => readGrantSet(given, failures)).toThrow(message);
  });

  test("ends every JSON value in a reading that reads the same again, or in a mistake that is reported", () => {
    const fields = [
      "environment",
      "folders",
      "network",
      "listen",
      "programs",
      "functions",
      "resources",
      "storage",
      "reasons",
    ];
    const text = fc.oneof(
      fc.constantFrom("/a", "a.com:1", "*", "127.0.0.1:0", "[::1]:5", "path", "write", "memory"),
      fc.string(),
    );
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.array(text, { maxLength: 3 }),
      fc.dictionary(
        text,
        fc.oneof(text, fc.constant(true), fc.integer(), fc.dictionary(text, fc.jsonValue({ maxDepth: 1 }))),
      ),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), value), (given) => {
        try {
          const read = readGrantRequest(given, failures);
          expect(readGrantRequest(read, failures)).toEqual(read);
          expect(JSON.stringify(read)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        } catch (thrown) {
          if (!(thrown instanceof Mistake)) throw thrown;
        }
      }),
      { numRuns: times(2000) },
    );
  });
});
