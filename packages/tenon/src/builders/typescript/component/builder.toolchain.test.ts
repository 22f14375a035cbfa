import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cacheFolder, sources } from "../../../../../wasm-fixtures/src/folders.js";
import { packageFolder } from "../../../../../wasm-fixtures/src/packages.js";
import { contract, contractToWit, t } from "../../../contract/index.js";
import { fail } from "../../../guest/index.js";
import type { AnyPlugin } from "../../../host/index.js";
import { createHost } from "../../../presets/index.js";
import { readArtifact } from "../../../runtime/read-artifact.js";
import { refused } from "../../testing/refused.mjs";
import { createComponentBuilder } from "./builder.js";

const packageName = "@bytecodealliance/componentize-js";
const componentize = await packageFolder("componentize-js").then(
  (folder) => join(folder, "node_modules", packageName),
  (error: Error) => error,
);
const building = needs(typeof componentize === "string" ? undefined : `${packageName} cannot be installed`).describe;

let root: string;
let folder: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tenon-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  folder = join(root, `plugin${count++}`);
  await mkdir(folder);
  await write("plugin.wit", "package demo:kit@1.0.0;\nworld kit { export greet: func() -> string; }\n");
  await write("plugin.ts", "export const greet = () => 'hello';");
});

/** Components are made once for what they consist of: bundled source, contract, package. */
const kept = { cacheFolder: join(cacheFolder, "components"), componentize: componentize as string };

const write = (name: string, text: string) => writeFile(join(folder, name), text);
// There is no package at this path: these tests fail before it is used.
const absent = "nowhere";
const build = async (options = {}) =>
  createComponentBuilder({ cacheFolder: join(root, "cache"), ...options }).build(
    await readArtifact(folder, { names: ["index.ts", "index.js", "plugin.ts"], sources: [] }),
  );

async function withPackage(program: string): Promise<string> {
  const home = join(root, `package${count}`);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "package.json"), JSON.stringify({ version: "0.0.1", exports: { import: "./main.mjs" } }));
  await writeFile(join(home, "main.mjs"), program);
  return home;
}

describe("the builder rejects", () => {
  test("a build without the optional package", async () => {
    const error = await refused("TENON_PEER_MISSING", build({ componentize: join(root, absent) }));
    expect(error.fix.command).toBe(`npm install --save-dev ${packageName}`);
  });

  test("a plugin without a contract", async () => {
    await rm(join(folder, "plugin.wit"));
    await refused("TENON_SOURCE_CONTRACT", build());
  });

  test("a contract with streams", async () => {
    await write("plugin.wit", "package demo:kit@1.0.0;\nworld kit { export read: func() -> stream<u8>; }\n");
    const home = await withPackage("");
    expect((await refused("TENON_CONTRACT_UNSUPPORTED", build({ componentize: home }))).subject).toBe("read");
  });

  test.each([
    ["source that cannot be parsed", "export const greet = ;", "TENON_SYNTAX", "plugin.ts:1:22"],
    [
      "an import of a Node module",
      'import { readFileSync } from "node:fs";\nexport const greet = () => readFileSync("x");',
      "TENON_BUILD_FAILED",
      "plugin.ts imports node:fs",
    ],
    ["an import of a missing file", 'import "./other.js";', "TENON_BUILD_FAILED", "./other.js"],
  ] as const)("%s", async (_, text, code, said) => {
    await write("plugin.ts", text);
    const error = await refused(code, build({ componentize: await withPackage("") }));
    expect(error.message).toContain(said);
  });

  test("with the error of the package", async () => {
    const home = await withPackage("export async function componentize() { throw new Error('no space left'); }");
    const error = await refused("TENON_TOOLCHAIN_FAILED", build({ componentize: home }));
    expect(error.message).toContain("no space left");
  });
});

building("a component of TypeScript", () => {
  let plugin: AnyPlugin & { exports: any };
  let host: ReturnType<typeof createHost>;
  const lines: string[] = [];
  beforeAll(async () => {
    host = createHost();
    const builder = createComponentBuilder(kept);
    const { bytes } = await builder.build(await readArtifact(join(sources, "typescript", "everything.ts")));
    const path = join(root, "everything.wasm");
    await writeFile(path, bytes);
    host.on("log", ({ line }) => void lines.push(line.text));
    const hostValues = {
      numbers: (value: number[]) => value,
      echoPair: (value: object) => value,
      refuse() {
        throw fail("too many");
      },
    };
    plugin = await host.open(path, undefined, { imports: { hostValues }, settings: { greeting: "Hello" } } as object);
  }, 480_000);
  afterAll(() => host?.close());

  test.each([
    ["echoBool", true],
    ["echoS64", 2n ** 63n - 1n],
    ["echoF32", 0.5],
    ["echoChar", "é"],
    ["echoBytes", Uint8Array.of(1, 2, 255)],
    ["echoNumbers", [1n, -5n]],
    ["echoPoints", [{ x: 0.5, y: 1e300 }]],
    ["echoWide", { a: 1, b: 2n, c: "x", d: [{ x: 1, y: 2 }], e: "ö", f: true, g: -3, h: "dark-blue" }],
    ["echoOptional", { tag: "some", val: "x" }],
    ["echoOptional", { tag: "none" }],
    [
      "echoOutcomes",
      [
        { tag: "ok", val: 1 },
        { tag: "err", val: "no" },
      ],
    ],
    ["echoTuple", [1, "two", 3]],
    ["echoPermissions", { read: true, write: false, runCode: true }],
    ["echoShapes", [{ tag: "rectangle", val: [1.5, 2.5] }, { tag: "empty" }, { tag: "at", val: { x: 1, y: 2 } }]],
  ])("%s returns its parameter", async (name, value) => {
    expect(await plugin.exports.values[name](value)).toEqual(value);
  });

  test("keeps the state of its objects, and lends them to its own functions", async () => {
    const { Counter } = plugin.exports.values;
    await using counter = await Counter.new(7);
    expect(await counter.add([1, 2])).toBe(10);
    await using twin = await Counter.twin(counter);
    expect(await twin.add([1])).toBe(11);
    expect(await counter.add([])).toBe(10);
  });

  test("gets imports, settings and log as in the JavaScript runtime", async () => {
    expect(JSON.parse(await plugin.exports.values.ask())).toEqual({
      numbers: [1, 70_000],
      pair: { a: [1], b: [0.5] },
      sync: [],
      settings: { greeting: "Hello" },
      refused: "too many",
    });
    expect(lines).toContain("asked");
  });

  test("returns the contract's errors, and reports others before it traps", async () => {
    const { find, crash } = plugin.exports.values;
    expect(await find("four")).toBe(4);
    await expect(find("")).rejects.toMatchObject({ code: "TENON_CALL_RESULT", payload: "no key" });
    await expect(crash()).rejects.toMatchObject({ message: expect.stringContaining("out of luck") });
  });
});

building("a component with a class of its own", () => {
  const counter = `class Counter {
      #count: number;
      constructor(start: number) { host().say(\`starts with \${start}\`); this.#count = start; }
      add(values: number[]) { host().say(Array.isArray(values) ? "adds a list" : "adds something else"); return (this.#count += values.length); }
      static zero() { return new Counter(0); }
    }`;

  test("reaches its imports from a module with activate()", { timeout: 480_000 }, async () => {
    const text = `let sync: any; const host = () => sync; ${counter}
      export const activate = (context: any) => { sync = context.sync; };
      export const things = { Counter, make: (start: number) => new Counter(start) };`;
    await write(
      "plugin.wit",
      `package demo:kit@1.0.0;
      interface things {
        resource counter { constructor(start: u32); add: func(values: list<u32>) -> u32; zero: static func() -> counter; }
        make: func(start: u32) -> counter;
      }
      world kit { import say: func(text: string); export things; }`,
    );
    await write("plugin.ts", text);
    const { bytes } = await build(kept);
    const path = join(folder, "kit.wasm");
    await writeFile(path, bytes);
    await using host = createHost();
    const said: string[] = [];
    const plugin: any = await host.open(path, undefined, {
      imports: { say: (line: string) => void said.push(line) },
    } as object);
    const { Counter, make } = plugin.exports.things;
    await using first = await Counter.new(3);
    expect(await first.add([1, 2])).toBe(5);
    await using second = await make(1);
    expect(await second.add([1])).toBe(2);
    await using third = await Counter.zero();
    expect(await third.add([])).toBe(0);
    expect(said).toEqual([
      "starts with 3",
      "adds a list",
      "starts with 1",
      "adds a list",
      "starts with 0",
      "adds a list",
    ]);
  });

  test("reaches its imports from plugin(contract, context => …)", { timeout: 480_000 }, async () => {
    await write(
      "plugin.wit",
      `package demo:kit@1.0.0;
      interface notes {
        resource note {
          constructor(text: string);
          lengths: func(of: list<u32>) -> list<u32>;
          part: func(at: u32) -> result<string, string>;
          empty: static func() -> note;
        }
      }
      interface things {
        resource counter {
          constructor(start: u32);
          add: func(values: list<u32>) -> u32;
          find: func(text: string) -> result<u32, string>;
          zero: static func(values: list<u32>) -> counter;
        }
        make: func(start: u32) -> counter;
        sum: func(counter: borrow<counter>, values: list<u32>) -> u32;
      }
      world kit { import say: func(text: string); import notes; export things; }`,
    );
    await write(
      "contract.ts",
      `import { contract, t } from "tenon";
      const counter = t.resource("counter", {
        constructs: [["start", t.u32]],
        methods: { add: t.func([["values", t.list(t.u32)]], t.u32) },
      });
      const note = t.resource("note", { constructs: [["text", t.string]] });
      export const kit = contract("demo:kit@1.0.0", {
        imports: { say: t.func([["text", t.string]]), notes: t.interface({ Note: note }) },
        exports: {
          things: t.interface({
            Counter: counter,
            make: t.func([["start", t.u32]], t.own(counter)),
            sum: t.func([["counter", t.borrow(counter)], ["values", t.list(t.u32)]], t.u32),
          }),
        },
      });`,
    );
    await write(
      "plugin.ts",
      `import { fail, plugin } from "tenon/guest";
      import { kit } from "./contract.ts";
      export default plugin(kit, ({ imports, sync }: any) => {
        class Counter {
          #count: number;
          constructor(start: number) {
            const note = new sync.notes.Note(\`starts with \${start}\`);
            const lengths = note.lengths([start]);
            sync.say(JSON.stringify([lengths, note.part(0)]));
            try {
              note.part(9);
            } catch (error: any) {
              sync.say(\`no part \${error instanceof Error} \${error.payload}\`);
            }
            this.#count = start;
          }
          add(values: number[]) {
            sync.say(Array.isArray(values) ? "adds a list" : "adds something else");
            return (this.#count += values.length);
          }
          find(text: string) {
            if (text === "crash") throw new Error("out of luck");
            throw fail(text);
          }
          static zero(from: number[]) {
            sync.say(Array.isArray(from) ? "zero of a list" : "zero of something else");
            return new Counter(0);
          }
        }
        const sum = async (counter: Counter, values: number[]) => {
          const note = await imports.notes.Note.new("sums");
          await imports.say(JSON.stringify([await note.lengths([1]), await (await imports.notes.Note.empty()).lengths([])]));
          return counter.add(values);
        };
        return { things: { Counter, make: (start: number) => new Counter(start), sum } };
      });`,
    );
    const { bytes } = await build(kept);
    const path = join(folder, "kit.wasm");
    await writeFile(path, bytes);
    class Note {
      readonly #text: string;
      constructor(text: string) {
        this.#text = text;
      }
      lengths(of: number[]) {
        return [...of, this.#text.length];
      }
      part(at: number) {
        const part = this.#text.split(" ")[at];
        if (part === undefined) throw fail("none");
        return part;
      }
      static empty() {
        return new Note("");
      }
    }
    await using host = createHost();
    const said: string[] = [];
    const plugin: any = await host.open(path, undefined, {
      imports: { say: (line: string) => void said.push(line), notes: { Note } },
    } as object);
    const { Counter, make, sum } = plugin.exports.things;
    const first = await Counter.new(3);
    expect(await first.add([1, 2])).toBe(5);
    const second = await make(1);
    expect(await sum(second, [1])).toBe(2);
    const third = await Counter.zero([1]);
    expect(await third.add([])).toBe(0);
    expect(said).toEqual([
      '[[3,13],"starts"]',
      "no part true none",
      "adds a list",
      '[[1,13],"starts"]',
      "no part true none",
      "[[1,4],[0]]",
      "adds a list",
      "zero of a list",
      '[[0,13],"starts"]',
      "no part true none",
      "adds a list",
    ]);
    await expect(third.find("x")).rejects.toMatchObject({ code: "TENON_CALL_RESULT", payload: "x" });
    await expect(third.find("crash")).rejects.toMatchObject({ message: expect.stringContaining("out of luck") });
  });
});

building("a component with maps, JSON values and open enums", () => {
  test("has the contract's values, in both directions", { timeout: 480_000 }, async () => {
    const mode = t.enum("mode", ["on", "off"], { open: true });
    const entry = t.record("entry", { mode, data: t.json, counts: t.map(t.u32, t.list(t.s64)) });
    const data = contract("demo:data@1.0.0", {
      imports: { ask: t.func([["entry", entry]], t.result(entry, t.json)) },
      exports: {
        echo: t.func([["entry", entry]], entry),
        next: t.func([["mode", mode]], mode),
        refuse: t.func([["why", t.json]], t.result(t.json, t.json)),
        none: t.func([], t.json),
        ask: t.func([["entry", entry]], t.result(t.string, t.string)),
      },
    });
    await write("plugin.wit", contractToWit(data));
    await write(
      "plugin.ts",
      `import { fail } from "tenon/guest";
      const check = (entry: any) => {
        if (!(entry.counts instanceof Map)) throw new Error("no map");
        for (const list of entry.counts.values()) if (!Array.isArray(list)) throw new Error("no array");
        return entry;
      };
      let host: any;
      export const activate = ({ sync }: any) => { host = sync; };
      export const ask = (entry: any) => {
        try {
          return JSON.stringify(check(host.ask(check(entry))).mode);
        } catch (error: any) {
          return JSON.stringify(error.payload ?? error.message);
        }
      };
      export const echo = (entry: any) => check(entry);
      export const next = (mode: any) => (typeof mode === "number" ? mode + 1 : mode === "on" ? "off" : 7);
      export const refuse = (why: any) => { throw fail(why); };
      export const none = () => null;`,
    );
    const { bytes } = await build(kept);
    const path = join(folder, "data.wasm");
    await writeFile(path, bytes);
    await using host = createHost();
    const given = {
      mode: 40 as const,
      data: [null, { a: "b" }],
      counts: new Map([
        [1, [1n, -1n]],
        [2, []],
      ]),
    };
    const plugin = await host.open(path, data, {
      imports: {
        ask(entry) {
          if (entry.mode === "off") throw fail({ refused: [1] });
          return { ...entry, mode: "on" as const };
        },
      },
    });
    const { exports } = plugin;
    expect(await exports.echo(given)).toEqual(given);
    expect(await exports.echo({ ...given, mode: "off" })).toEqual({ ...given, mode: "off" });
    expect([await exports.next("on"), await exports.next("off"), await exports.next(41)]).toEqual(["off", 7, 42]);
    expect(await exports.none()).toBeNull();
    expect((await failureOf(exports.refuse({ because: [true] }))).payload).toEqual({ because: [true] });
    expect(await exports.ask(given)).toBe('"on"');
    expect(await exports.ask({ ...given, mode: "off" })).toBe('{"refused":[1]}');
  });
});
