import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isTenonError, type TenonError } from "../errors/index.js";
import { defaultLimits } from "../host/options.js";
import { readConfig } from "./read-config.js";
import { configSchema } from "./schema.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function write(text: string | Uint8Array, extension = "yaml"): Promise<string> {
  const path = join(folder, `${++files}.${extension}`);
  await writeFile(path, text);
  return path;
}
const read = async (text: string | Uint8Array, extension?: string) => readConfig(await write(text, extension));

/** What a file is refused with: `line:column message` of each finding. */
async function refused(text: string | Uint8Array, extension?: string): Promise<string[]> {
  const path = await write(text, extension);
  const error = await readConfig(path).then(
    () => expect.unreachable(),
    (thrown: unknown) => thrown as TenonError,
  );
  expect(error.code).toBe("TENON_CONFIG_INVALID");
  return error.findings.map(({ message }) => message.slice(path.length + 1));
}

test("a config file is read, with its defaults and absolute paths", async () => {
  const { plugins } = await read(`
# yaml-language-server: $schema=node_modules/tenon/config.schema.json
defaults:
  place: worker
  idle: 60000
  limits: { deadline: 1000, memory: 1000000 }
plugins:
  store:
    artifact: ./plugins/store.js
    contract: contracts/store.wit
    limits: { deadline: 2000 }
  greeter:
    artifact: npm:greeter
    contract: acme:greeter@1.0.0
    place: inline
    requires: { store: ^1.0.0 }
    grants:
      folders: { /data: data, /logs: { path: /var/log, write: true } }
    settings: { greeting: Hello }
`);
  expect(plugins).toEqual([
    {
      name: "store",
      artifact: join(folder, "plugins/store.js"),
      contract: { path: join(folder, "contracts/store.wit") },
      requires: {},
      options: {
        name: "store",
        place: "worker",
        idle: 60000,
        folder,
        limits: { deadline: 2000, memory: 1000000 },
      },
    },
    {
      name: "greeter",
      artifact: "npm:greeter",
      contract: { id: "acme:greeter@1.0.0" },
      requires: { store: "^1.0.0" },
      options: {
        name: "greeter",
        place: "inline",
        idle: 60000,
        folder,
        limits: { deadline: 1000, memory: 1000000 },
        grants: { folders: { "/data": join(folder, "data"), "/logs": { path: "/var/log", write: true } } },
        settings: { greeting: "Hello" },
      },
    },
  ]);
});

test("the same in JSON, with tabs, is the same", async () => {
  const value = { plugins: { a: { artifact: "a.js", limits: { deadline: 5 } } } };
  const json = await read(JSON.stringify(value, undefined, "\t"), "json");
  const yaml = await read("plugins:\n  a:\n    artifact: a.js\n    limits:\n      deadline: 5\n");
  expect(json.plugins).toEqual(yaml.plugins);
});

test("all mistakes are reported together, each with its line and column", async () => {
  expect(
    await refused(`plugins:
  one:
    artifact: one.js
    plase: worker
    idle: soon
  two:
    requires: { on: "*", two: "*" }
    start: later
    artifact: 5
  one:
    artifact: other.js
  three: { artifact: three.js, requires: { four: ">=1 <" } }
  four: { artifact: four.js, requires: { three: "*" }, limits: { tables: 1 } }
`),
  ).toEqual([
    '4:5: plugins.one.plase: is not a known key; did you mean "place"?',
    '5:11: plugins.one.idle: expected a number, got string "soon"',
    '7:17: plugin "two" requires "on", which is not in the file; did you mean "one"?',
    '7:26: plugin "two" cannot require itself',
    '8:12: plugins.two.start: expected one of "now", "first-call", got string "later"',
    "9:15: plugins.two.artifact: expected a string, got number 5",
    '10:3: the key "one" is already in line 2',
    '12:44: plugin "three" requires "four": expected a version range such as "^1.2.0", got ">=1 <"',
    "12:44: plugins require each other in a cycle: three -> four -> three",
    '13:66: plugins.four.limits.tables: is not a known key; did you mean "table"?',
  ]);
});

test("what only open() knows is checked, too", async () => {
  const [integrity, stack, network, backoff] = await refused(`plugins:
  a: { artifact: a.js, integrity: sha256-x }
  b: { artifact: b.js, limits: { stack: 5 } }
  c: { artifact: c.js, grants: { network: ["no spaces please"] } }
  d: { artifact: d.js, supervision: { backoff: { first: 10, max: 5 } } }
`);
  expect(integrity).toMatch(/^2:35: plugins.a: .*integrity/);
  expect(stack).toMatch(/^3:41: plugins.b: .*limits.stack/);
  expect(network).toMatch(/^4:\d+: plugins.c: /);
  expect(backoff).toMatch(/^5:\d+: plugins.d: .*supervision.backoff.max/);
});

describe("YAML", () => {
  test.each([
    ["a syntax error", "plugins:\n  a: [1, 2\n", /^\d+:\d+: /],
    ["a tab as indentation", "plugins:\n\ta: 1\n", /^2:1: /],
    ["two documents", "plugins: {}\n---\nplugins: {}\n", /^\d:\d: expected one document/],
    ["a tag", "plugins: !!js/function x\n", /^1:\d+: tags are not supported/],
    ["a tag of the standard", "plugins: { a: { artifact: !!str a.js } }\n", /^1:\d+: tags are not supported/],
    ["an alias without an anchor", "plugins: { a: *b }\n", /^1:\d+: .*alias/i],
    ["an alias inside of its anchor", "plugins: &p { a: *p }\n", /^1:\d+: the alias \*p is inside/],
    ["an infinite number", "plugins: { a: { artifact: a.js, idle: .inf } }\n", /^1:39: expected a finite number/],
    ["a key that is a list", "plugins: { ? [a] : { artifact: a.js } }\n", /^1:\d+: expected text/],
    ["__proto__", "plugins: { __proto__: { artifact: a.js } }\n", /^1:12: the key "__proto__" is not allowed/],
    ["an empty file", "", /^1:1: expected an object/],
    ["a list", "- a\n", /^1:1: expected an object/],
    ["nothing", "null\n", /^1:1: expected an object/],
  ])("%s is refused", async (_, text, message) => {
    expect((await refused(text))[0]).toMatch(message);
  });

  test("aliases can be used, and where they are used counts", async () => {
    const { plugins } = await read(
      "plugins:\n  a: { artifact: a.js, limits: &l { deadline: 5 } }\n  b: { artifact: b.js, limits: *l }\n",
    );
    expect(plugins[1]?.options.limits).toEqual({ deadline: 5 });
    expect(await refused("plugins:\n  a: &a { artifact: 5 }\n  b: *a\n")).toEqual([
      "2:21: plugins.a.artifact: expected a string, got number 5",
      "3:6: plugins.b.artifact: expected a string, got number 5",
    ]);
  });

  test("aliases that expand to millions of values are refused", async () => {
    const bomb = Array.from({ length: 20 }, (_, at) =>
      at === 0 ? "a0: &a0 [1, 1]" : `a${at}: &a${at} [*a${at - 1}, *a${at - 1}, *a${at - 1}]`,
    );
    expect((await refused(bomb.join("\n")))[0]).toMatch(/too large once its aliases are expanded/);
  });

  test.each([
    ["brackets", "[".repeat(100_000)],
    ["pairs of brackets", "[]".repeat(500_000)],
    ["lists", "- ".repeat(100_000)],
    ["keys", "? ".repeat(100_000)],
    ["levels", `plugins: ${"{a: ".repeat(70)}1${"}".repeat(70)}`],
    ["levels of a list", `plugins: ${"[".repeat(5000)}${"]".repeat(5000)}`],
    ["entries", Array.from({ length: 50_000 }, (_, at) => `k${at}:`).join("\n")],
  ])("many %s are refused, within limits", async (_, text) => {
    expect((await refused(text)).length).toBeGreaterThan(0);
  });
});

test("JSON that is not JSON is refused with its line and column, also where YAML would take it", async () => {
  expect((await refused('{\n  "plugins": { a: 1 }\n}', "json"))[0]).toMatch(/^2:16: /);
  expect((await refused('{ "plugins": {} } x', "json"))[0]).toMatch(/^1:19: /);
});

describe("a file that cannot be read is refused", () => {
  const unreadable = (path: string, message: RegExp) =>
    expect(readConfig(path)).rejects.toMatchObject({
      code: "TENON_CONFIG_UNREADABLE",
      message: expect.stringMatching(message),
    });
  test("because it is missing", () => unreadable(join(folder, "missing.yaml"), /there is no such file/));
  test("because it is a folder", async () => {
    await mkdir(join(folder, "folder.yaml"));
    await unreadable(join(folder, "folder.yaml"), /it is a folder/);
  });
  test("because it is binary", async () => unreadable(await write(Uint8Array.of(0xff, 0xfe, 0, 1)), /not text/));
  test("because it has a zero byte", async () => unreadable(await write("plugins: {}\0"), /not text/));
  test("because it is huge", async () => unreadable(await write(" ".repeat(2 ** 20 + 1)), /more than 1048576/));
  test("because it is a link to itself", async () => {
    await symlink(join(folder, "loop.yaml"), join(folder, "loop.yaml"));
    await unreadable(join(folder, "loop.yaml"), /ELOOP|symbolic/);
  });
  test("because of its name", async () => unreadable(await write("", "toml"), /expected a .yaml, .yml or .json file/));
});

test("whatever the text is, the file is read or refused with a code", async () => {
  const words = fc.constantFrom(
    ...["plugins:", "defaults:", "a:", "artifact: x", "- ", "{", "}", "[", "]", "&a ", "*a ", "!!map ", "\n", "  "],
    ...["? ", ": ", "'", '"', "|\n", "#", "---\n", "requires: { a: 1 }", "limits:", "\t", "~", "\u0000", "😀"],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(words, fc.string({ maxLength: 5 })), { maxLength: 40 }), async (parts) => {
      try {
        await read(parts.join(""));
      } catch (thrown) {
        if (!isTenonError(thrown)) throw thrown;
        expect(["TENON_CONFIG_INVALID", "TENON_CONFIG_UNREADABLE"]).toContain(thrown.code);
        for (const { subject } of thrown.findings) expect(subject).toMatch(/:[1-9]\d*:[1-9]\d*$/);
      }
    }),
    { numRuns: times(200) },
  );
});

test("the schema names every limit", () => {
  const names = Object.keys(configSchema.properties.defaults.properties.limits.properties);
  expect(names.sort()).toEqual(Object.keys(defaultLimits).sort());
});
