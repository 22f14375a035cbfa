import { malformed, unsupportedInComponent } from "../../../errors/factories/binary.js";
import type { WasmCursor } from "../../wasm/cursor.js";
import { readResult } from "./decode-types.js";
import type { CanonDefinition, CanonOptions, StringEncoding } from "./model.js";
import { readFlag, readList } from "./reading.js";

/** Built-ins by their code, grouped by what follows the code. */
const byType: Readonly<
  Record<number, Extract<CanonDefinition, { type: number; options?: never; async?: never }>["kind"]>
> = {
  14: "stream-new",
  19: "stream-drop-readable",
  20: "stream-drop-writable",
  21: "future-new",
  26: "future-drop-readable",
  27: "future-drop-writable",
};
const copies = { 15: "stream-read", 16: "stream-write", 22: "future-read", 23: "future-write" } as const;
const cancels = {
  17: "stream-cancel-read",
  18: "stream-cancel-write",
  24: "future-cancel-read",
  25: "future-cancel-write",
} as const;
const plain = {
  5: "task-cancel",
  8: "backpressure-set",
  13: "subtask-drop",
  30: "error-context-drop",
  31: "waitable-set-new",
  34: "waitable-set-drop",
  35: "waitable-join",
  36: "backpressure-inc",
  37: "backpressure-dec",
} as const;
/** Threads and forwarding, proposals that are not final. The second part is what follows the code. */
const unfinished: Readonly<Record<number, readonly [string, readonly ("number" | "flag")[]]>> = {
  38: ["thread.index", []],
  39: ["thread.new-indirect", ["number", "number"]],
  40: ["thread.resume-later", []],
  41: ["thread.suspend", ["flag"]],
  42: ["thread.suspend-then-resume", ["flag"]],
  43: ["thread.yield-then-resume", ["flag"]],
  44: ["thread.suspend-then-promote", ["flag"]],
  45: ["thread.yield-then-promote", ["flag"]],
  46: ["stream.forward", ["number"]],
  47: ["future.forward", ["number"]],
  64: ["thread.spawn-ref", ["number"]],
  65: ["thread.spawn-indirect", ["number", "number"]],
  66: ["thread.available-parallelism", []],
};

function has<T extends object>(table: T, code: number): code is Extract<keyof T, number> {
  return Object.hasOwn(table, code);
}

/** Reads a definition of the canonical section. Source: Component Model, "Binary Format", "Canonical Definitions". */
export function readCanonical(cursor: WasmCursor): CanonDefinition {
  const start = cursor.at;
  const code = cursor.byte();
  if (has(plain, code)) return { kind: plain[code] };
  if (has(copies, code)) return { kind: copies[code], type: cursor.u32(), options: readOptions(cursor) };
  if (has(cancels, code)) return { kind: cancels[code], type: cursor.u32(), async: readFlag(cursor) };
  if (has(byType, code)) return { kind: byType[code]!, type: cursor.u32() };
  switch (code) {
    case 0:
    case 1:
      if (cursor.byte() !== 0) throw malformed("unknown form of lift or lower", start);
      if (code === 1) return { kind: "lower", function: cursor.u32(), options: readOptions(cursor) };
      return readLift(cursor);
    case 2:
      return { kind: "resource-new", resource: cursor.u32() };
    case 3:
    case 7:
      return { kind: "resource-drop", resource: cursor.u32(), async: code === 7 };
    case 4:
      return { kind: "resource-rep", resource: cursor.u32() };
    case 6:
      return { kind: "subtask-cancel", async: readFlag(cursor) };
    case 9:
      return { kind: "task-return", result: readResult(cursor), options: readOptions(cursor) };
    case 10:
    case 11: {
      const type = cursor.byte();
      if (type === 0x7e) throw unsupportedInComponent("64-bit context", start);
      if (type !== 0x7f) throw malformed("expected 32-bit context", start);
      return { kind: code === 10 ? "context-get" : "context-set", slot: cursor.u32() };
    }
    case 12:
      return { kind: "thread-yield", cancellable: readFlag(cursor) };
    case 28:
      return { kind: "error-context-new", options: readOptions(cursor) };
    case 29:
      return { kind: "error-context-debug-message", options: readOptions(cursor) };
    case 32:
    case 33: {
      const kind = code === 32 ? "waitable-set-wait" : "waitable-set-poll";
      return { kind, cancellable: readFlag(cursor), memory: cursor.u32() };
    }
  }
  const known = unfinished[code];
  if (known === undefined) throw malformed(`unknown canonical definition ${code}`, start);
  for (const part of known[1]) {
    if (part === "number") cursor.u32();
    else readFlag(cursor);
  }
  return { kind: "unsupported", name: known[0] };
}

function readLift(cursor: WasmCursor): CanonDefinition {
  const core = cursor.u32();
  const options = readOptions(cursor);
  return { kind: "lift", core, type: cursor.u32(), options };
}

const encodings: readonly StringEncoding[] = ["utf8", "utf16", "latin1+utf16"];

/** Reads options. Each may occur once. */
function readOptions(cursor: WasmCursor): CanonOptions {
  const options: { -readonly [K in keyof CanonOptions]: CanonOptions[K] } = {
    stringEncoding: "utf8",
    memory: undefined,
    realloc: undefined,
    postReturn: undefined,
    async: false,
    callback: undefined,
  };
  const given = new Set<number>();
  readList(cursor, "options", 10, (each) => {
    const start = each.at;
    const code = each.byte();
    // The three encodings count as one option.
    const option = Math.max(code, 2);
    if (given.has(option)) throw malformed("a canonical option is duplicated", start);
    given.add(option);
    if (code <= 2) options.stringEncoding = encodings[code]!;
    else if (code === 3) options.memory = each.u32();
    else if (code === 4) options.realloc = each.u32();
    else if (code === 5) options.postReturn = each.u32();
    else if (code === 6) options.async = true;
    else if (code === 7) options.callback = each.u32();
    else if (code === 8 || code === 9) throw unsupportedInComponent("values in garbage-collected memory", start);
    else throw malformed(`unknown canonical option ${code}`, start);
  });
  return options;
}
