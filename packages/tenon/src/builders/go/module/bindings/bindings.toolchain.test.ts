import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { missing, needs } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contractFromWit, type Type, t } from "../../../../contract/index.js";
import { flatten, flattenFunction, layoutOf } from "./flat-types.js";
import { generateBindings } from "./index.js";

const run = promisify(execFile);
const nothing = { hasMethod: () => false, hasFunction: () => false, takesContext: () => false };

/** Bindings of a world, written in WIT. */
function bindingsOf(wit: string) {
  return generateBindings(contractFromWit(`package demo:kit@1.0.0;\n${wit}`), nothing);
}

describe("bindings of a contract", () => {
  it("name exports and imports as the canonical ABI does", () => {
    const { source } = bindingsOf(`
      interface store { resource counter { constructor(start: u32); add: func(by: u32) -> u32; most: static func() -> u32; } get: func(key: string) -> option<string>; }
      interface host { resource bucket { put: func(key: string); } open: func(name: string) -> bucket; }
      world kit { import host; import log: func(line: string); export store; export greet: func(name: string) -> string; }`);
    const names = [...source.matchAll(/^\/\/go:wasm(?:export|import) (.*)$/gm)].map((match) => match[1]);
    expect(names).toEqual(
      expect.arrayContaining([
        "demo:kit/store@1.0.0#[constructor]counter",
        "demo:kit/store@1.0.0#[method]counter.add",
        "demo:kit/store@1.0.0#[static]counter.most",
        "demo:kit/store@1.0.0#[dtor]counter",
        "demo:kit/store@1.0.0#get",
        "greet",
        "cabi_realloc",
        "demo:kit/host@1.0.0 open",
        "demo:kit/host@1.0.0 [method]bucket.put",
        "demo:kit/host@1.0.0 [resource-drop]bucket",
        "[export]demo:kit/store@1.0.0 [resource-new]counter",
        "$root log",
      ]),
    );
  });

  it("name asynchronous functions as the canonical ABI does", () => {
    const { source } = bindingsOf(`
      interface host { later: async func(key: string) -> string; numbers: func() -> stream<u32>; }
      world kit { import host; export run: async func(text: string) -> u32; export count: func() -> tuple<stream<u32>, future<string>>; }`);
    const names = [...source.matchAll(/^\/\/go:wasm(?:export|import) (.*)$/gm)].map((match) => match[1]);
    expect(names).toEqual(
      expect.arrayContaining([
        "[async-lift]run",
        "[callback][async-lift]run",
        "[export]$root [task-return]run",
        "[async-lift]count",
        "[export]$root [stream-new-0]count",
        "[export]$root [async-lower][stream-write-0]count",
        "[export]$root [future-new-1]count",
        "[export]$root [future-drop-readable-1]count",
        "demo:kit/host@1.0.0 later",
        "demo:kit/host@1.0.0 [async-lower]later",
        "demo:kit/host@1.0.0 numbers",
      ]),
    );
    expect(names).not.toContain("demo:kit/host@1.0.0 [async-lower]numbers");
  });

  it("let methods of asynchronous functions take a context", () => {
    const wit = "world kit { export run: async func(text: string); export stop: func(); }";
    const { required, packages } = generateBindings(contractFromWit(`package demo:kit@1.0.0;\n${wit}`), {
      ...nothing,
      takesContext: () => true,
    });
    expect(required.map(({ signature }) => signature)).toEqual(["Run(_ tenonContext.Context, text string)", "Stop()"]);
    expect(packages).toContain("context");
  });

  it("require plain methods from the author", () => {
    const { required } = bindingsOf(`
      interface shapes {
        record point { x: s32, y: s32 }
        variant problem { empty, too-many(u32) }
        resource pen { constructor(width: f32); draw: func(points: list<point>) -> result<u32, problem>; }
        centre: func(points: list<point>) -> option<point>;
        check: func(text: string) -> result<_, string>;
      }
      world kit { export shapes; export run: async func(both: tuple<bool, char>) -> list<u8>;
        export count: func(numbers: stream<u32>) -> future<stream<u8>>; }`);
    expect(required.map(({ type, signature }) => `${type}: ${signature}`)).toEqual([
      "Shapes: NewPen(width float32) *Pen",
      "Shapes: Centre(points []Point) *Point",
      "Shapes: Check(text string) error",
      "Pen: Draw(points []Point) (uint32, error)",
      "Plugin: Run(both Tuple2[bool, rune]) []byte",
      "Plugin: Count(numbers *Stream[uint32]) *Future[*Stream[byte]]",
    ]);
  });

  it("have different names for what both sides give the same name", () => {
    const { source } = bindingsOf(`
      interface counter { resource counter { next: func() -> u32; } make: func() -> counter; }
      interface values { echo: func(%type: string) -> string; }
      world kit { import values; export values; export counter; }`);
    expect(source).toContain("type CounterInterfaceContract interface {");
    expect(source).toContain("var HostValues tenonImportedHostValues");
    expect(source).toContain("Echo(type_ string) string");
  });

  it.each([
    [
      "many flags",
      `flags many { ${Array.from({ length: 33 }, (_, index) => `bit${index}`).join(", ")} } export set: func(to: many);`,
      "33 flags",
    ],
  ])("refuse %s", (_name, member, what) => {
    expect(() => bindingsOf(`world kit { ${member} }`)).toThrow(
      expect.objectContaining({ code: "TENON_CONTRACT_UNSUPPORTED", message: expect.stringContaining(what) }),
    );
  });
});

describe("the layout of values", () => {
  it("is that of the canonical ABI", () => {
    const shape = t.variant("shape", { circle: t.f64, named: t.string, none: null });
    expect(layoutOf(shape)).toEqual({ size: 16, alignment: 8 });
    expect(flatten(shape)).toEqual(["uint32", "uint64", "uint32"]);
    expect(layoutOf(t.record("mixed", { a: t.u8, b: t.u64, c: t.u16 }))).toEqual({ size: 24, alignment: 8 });
    expect(layoutOf(t.option(t.u8))).toEqual({ size: 2, alignment: 1 });
    expect(flatten(t.result(t.f32, t.u32))).toEqual(["uint32", "uint32"]);
    const many = Array.from({ length: 17 }, (_, index) => [`p${index}`, t.u32] as const);
    expect(flattenFunction(t.func(many, t.string))).toEqual({ parameters: "memory", result: "memory" });
    expect(flattenFunction(t.func(many.slice(1), t.u64)).result).toBe("uint64");
  });
});

const _hasGo = await run("gofmt", ["-h"]).then(
  () => true,
  (failure: { code: unknown }) => failure.code !== "ENOENT",
);

/** Types of every kind, a few deep. */
const { type: anyType } = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Type>(t.bool, t.s8, t.u16, t.s32, t.u64, t.f32, t.f64, t.char, t.string),
    tie("type").map((each) => t.list(each)),
    tie("type").map((each) => t.stream(each)),
    tie("type").map((each) => t.future(each)),
    tie("type").map((each) => t.option(each)),
    fc.tuple(tie("type"), tie("type")).map(([ok, err]) => t.result(ok, err)),
    fc.array(tie("type"), { minLength: 1, maxLength: 4 }).map((items) => t.tuple(...items)),
  ),
}));

needs(missing.go()).describe("generated Go", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenon-bindings-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("compiles, for types of every kind", async () => {
    const { contract } = await import("../../../../contract/index.js");
    const files = fc.sample(anyType, 40).map((type, index) => {
      const of = t.func(
        [
          ["value", type],
          ["count", t.u32],
        ],
        type,
      );
      const made = contract("demo:any@1.0.0", { imports: { host: t.interface({ ask: of }) }, exports: { tell: of } });
      return writeFile(join(folder, `type${index}.go`), generateBindings(made, nothing).source);
    });
    await Promise.all(files);
    const { stderr } = await run("gofmt", ["-e", "-l", folder]);
    expect(stderr).toBe("");
  });
});
