import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { enforcementOf, grantReport, unenforcedGrants } from "./enforcement.js";
import type { GrantSet } from "./grants.js";
import { missingGrants, withGrants } from "./missing-grants.js";

describe("missingGrants()", () => {
  test.each<[string, GrantSet, GrantSet, GrantSet]>([
    ["a variable", { environment: { A: true, B: true } }, { environment: { A: "x" } }, { environment: { B: true } }],
    [
      "a folder",
      { folders: { "/a": "./a", "/b": "./b" } },
      { folders: { "/a/": "/other" } },
      { folders: { "/b": "./b" } },
    ],
    [
      "a folder to write that is given to read",
      { folders: { "/a": { path: "a", write: true } } },
      { folders: { "/a": "a" } },
      { folders: { "/a": { path: "a", write: true } } },
    ],
    ["nothing that a wider pattern reaches", { network: ["a.b.com:443"] }, { network: ["*.b.com"] }, {}],
    ["a host on other ports", { network: ["b.com"] }, { network: ["b.com:443"] }, { network: ["b.com"] }],
    [
      "an address in another form",
      { network: ["[::1]:1", "[::2]:1"] },
      { network: ["[0:0::1]:1"] },
      { network: ["[::2]:1"] },
    ],
    [
      "a free port to listen on",
      { listen: ["127.0.0.1:0"] },
      { listen: ["127.0.0.1:80"] },
      { listen: ["127.0.0.1:0"] },
    ],
    ["nothing of functions that are not restricted", { functions: ["log"] }, {}, {}],
    ["functions beside an interface", { functions: ["a.b", "c"] }, { functions: ["a"] }, { functions: ["c"] }],
    ["nothing of resources without a limit", { resources: { memory: 5 } }, {}, {}],
    [
      "more than the limit",
      { resources: { memory: 5, cpu: 1 } },
      { resources: { memory: 4, cpu: 2 } },
      { resources: { memory: 5 } },
    ],
    ["storage", { storage: true }, {}, { storage: true }],
    [
      "storage beyond the default amount",
      { storage: { bytes: 2 ** 30 } },
      { storage: true },
      { storage: { bytes: 2 ** 30 } },
    ],
    ["nothing of storage within what is given", { storage: { entries: 5 } }, { storage: { entries: 6, bytes: 1 } }, {}],
    [
      "a folder of storage",
      { storage: { folder: true, entries: 5 } },
      { storage: true },
      { storage: { folder: true } },
    ],
    ["a program by another name", { programs: ["git"] }, { programs: ["/usr/bin/git"] }, { programs: ["git"] }],
  ])("%s", (_, asked, given, missing) => {
    expect(missingGrants(asked, given)).toEqual(missing);
  });

  test("nothing is missing of what was added", () => {
    const entry = fc.constantFrom("a.com", "a.com:443", "*.b.com", "c.b.com", "127.0.0.1:80", "*", "*:80");
    const grants = fc.record(
      {
        environment: fc.dictionary(fc.constantFrom("A", "B"), fc.constant(true as const)),
        folders: fc.dictionary(
          fc.constantFrom("/a", "/b/"),
          fc.record({ path: fc.constant("."), write: fc.boolean() }),
        ),
        network: fc.array(entry),
        programs: fc.array(fc.constantFrom("a", "b")),
        resources: fc.record({ memory: fc.integer({ min: 1, max: 3 }) }, { requiredKeys: [] }),
        storage: fc.oneof(
          fc.constant(true as const),
          fc.record({ bytes: fc.integer({ min: 1, max: 3 }), folder: fc.boolean() }, { requiredKeys: ["bytes"] }),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(grants, grants, (asked, given) => {
        expect(missingGrants(asked, asked)).toEqual({});
        expect(missingGrants(asked, withGrants(given, missingGrants(asked, given)))).toEqual({});
      }),
    );
  });
});

describe("enforcementOf()", () => {
  const place = { enforces: ["environment"], resourceLimits: ["cpu"] } as const;

  test("asks the runtime first, then the place, then the sandbox", () => {
    const runtime = { enforces: ["environment", "network"] } as const;
    expect(enforcementOf({ runtime, place, sandboxed: true })).toMatchObject({
      environment: "runtime",
      network: "runtime",
      folders: "sandbox",
      // A sandbox has a network of its own, where nobody else gets.
      listen: "none",
      functions: "host",
      "resources.cpu": "place",
      // A sandbox sets no limits by itself.
      "resources.memory": "none",
    });
    expect(enforcementOf({ runtime: {}, place, sandboxed: false })).toMatchObject({
      environment: "place",
      folders: "none",
    });
  });

  test("an empty grant gives nothing that would have to be enforced", () => {
    const nothing = enforcementOf({ runtime: {}, place: {}, sandboxed: false });
    expect(unenforcedGrants({ environment: {}, network: [], functions: [], resources: {} }, nothing)).toEqual([]);
    expect(unenforcedGrants({ network: ["*"], resources: { files: 1 } }, nothing)).toEqual([
      "network",
      "resources.files",
    ]);
  });

  test("the report has no values of environment variables", () => {
    const enforcement = enforcementOf({ runtime: {}, place, sandboxed: false });
    const report = grantReport({}, { environment: { TOKEN: "secret" } }, "worker", enforcement);
    expect(report.given).toEqual({ environment: { TOKEN: true } });
  });
});
