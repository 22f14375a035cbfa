import { SectionWriter } from "../../limits/section-writer.js";
import type { CoreType } from "./layout.js";
import type { CoreFunction } from "./options.js";

/** The core type of a function. */
export interface CoreShape {
  readonly parameters: readonly CoreType[];
  readonly results: readonly CoreType[];
}

/** The parts of a waiting import. All functions but the first take the frame's number. */
export interface WaitingImport {
  /** Has the type of the import. Sets {@link pending} to a frame's number if there is no result yet. */
  readonly call: CoreFunction;
  readonly pending: WebAssembly.Global;
  /** Returns a promise, for which the engine suspends the code. */
  readonly wait: (frame: number) => Promise<void>;
  /** Whether the code may continue; otherwise it waits again. */
  readonly resume: (frame: number) => boolean;
  /** The result that the import returns. */
  readonly finish: CoreFunction;
}

const codes: Readonly<Record<CoreType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
const frameParameter: CoreShape = { parameters: ["i32"], results: [] };

/**
 * Returns an import that suspends its caller only if the host has no result yet. So code that was not entered through
 * `WebAssembly.promising` can call it too, and an immediate result needs no promise.
 */
export function waitingImport(shape: CoreShape, parts: WaitingImport): CoreFunction {
  const wait = new WebAssembly.Suspending!(parts.wait);
  return instantiate(`import ${key(shape)}`, () => importBytes(shape), { ...parts, wait });
}

/** Returns a function that can be made `promising`. It passes the result of `core` to `settle` before anything else can run. */
export function settlingExport(shape: CoreShape, core: CoreFunction, settle: CoreFunction): CoreFunction {
  return instantiate(`export ${key(shape)}`, () => exportBytes(shape), { core, settle });
}

const modules = new Map<string, WebAssembly.Module>();

function instantiate(name: string, bytes: () => Uint8Array, imports: object): CoreFunction {
  let module = modules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(bytes());
    modules.set(name, module);
  }
  return new WebAssembly.Instance(module, { i: imports as WebAssembly.ModuleImports }).exports.f as CoreFunction;
}

function importBytes(shape: CoreShape): Uint8Array {
  const { parameters, results } = shape;
  const frame = parameters.length;
  const [result] = results;
  const keep = result === undefined ? [] : [0x21, frame + 1];
  const kept = result === undefined ? [] : [0x20, frame + 1];
  return moduleBytes(
    [shape, frameParameter, { parameters: ["i32"], results: ["i32"] }, { parameters: ["i32"], results }],
    [
      ["call", 0x00, 0],
      ["wait", 0x00, 1],
      ["resume", 0x00, 2],
      ["finish", 0x00, 3],
      ["pending", 0x03, codes.i32, 0x01],
    ],
    4,
    [
      ...(result === undefined ? [1, 1, codes.i32] : [2, 1, codes.i32, 1, codes[result]]),
      ...[...parameters.flatMap((_, index) => [0x20, index]), 0x10, 0, ...keep],
      // if (!(frame = pending)) return
      ...[0x23, 0, 0x22, frame, 0x45, 0x04, 0x40, ...kept, 0x0f, 0x0b],
      // pending = 0; do wait(frame) while (!resume(frame)); return finish(frame)
      ...[0x41, 0, 0x24, 0],
      ...[0x03, 0x40, 0x20, frame, 0x10, 1, 0x20, frame, 0x10, 2, 0x45, 0x0d, 0, 0x0b],
      ...[0x20, frame, 0x10, 3],
    ],
  );
}

function exportBytes(shape: CoreShape): Uint8Array {
  const { parameters, results } = shape;
  return moduleBytes(
    [{ parameters, results: [] }, shape, { parameters: results, results: [] }],
    [
      ["core", 0x00, 1],
      ["settle", 0x00, 2],
    ],
    2,
    [0, ...parameters.flatMap((_, index) => [0x20, index]), 0x10, 0, 0x10, 1],
  );
}

/**
 * Returns the bytes of a module that exports one function `f` of the first type.
 *
 * @param functions how many of the imports are functions.
 * @param body locals and instructions, without the end.
 */
function moduleBytes(
  types: readonly CoreShape[],
  imports: readonly (readonly [name: string, ...description: number[]])[],
  functions: number,
  body: readonly number[],
): Uint8Array {
  const type = new SectionWriter().u32(types.length);
  for (const { parameters, results } of types) {
    type.byte(0x60).u32(parameters.length);
    for (const each of parameters) type.byte(codes[each]);
    type.u32(results.length);
    for (const each of results) type.byte(codes[each]);
  }
  const given = new SectionWriter().u32(imports.length);
  for (const [name, ...description] of imports) {
    given.bytes(text("i")).bytes(text(name)).bytes(Uint8Array.from(description));
  }
  const code = new SectionWriter()
    .byte(1)
    .u32(body.length + 1)
    .bytes(Uint8Array.from([...body, 0x0b]));
  const sections = [
    type.section(1),
    given.section(2),
    new SectionWriter().byte(1).byte(0).section(3),
    new SectionWriter().byte(1).bytes(text("f")).byte(0x00).u32(functions).section(7),
    code.section(10),
  ];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flatMap((section) => [...section])]);
}

const text = (value: string) => Uint8Array.from([value.length, ...new TextEncoder().encode(value)]);
const key = ({ parameters, results }: CoreShape) => `${parameters.join(" ")} -> ${results.join(" ")}`;
