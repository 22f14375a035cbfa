import { createHash } from "node:crypto";
import { withReadableNames } from "../../../binary/wasm/function-names.js";
import { appendCustomSection, sectionIds, WasmCursor, WasmModule } from "../../../binary/wasm/index.js";
import { debugMark, debugMarkSection } from "../frames/debug-modules.js";

const moduleName = 0;
const longest = 100;

/**
 * Gives a module the name of its plugin: debuggers and profilers show it as part of its URL, which otherwise is a hash, or what
 * the linker's output was called. The name of a module with debug data also contains a digest, so that the URL says which
 * module a frame of a stack belongs to. While someone looks, names that Rust's compiler has mangled become those that the author
 * wrote; what Tenon built from source has them anyway.
 *
 * Source: WebAssembly Core Specification, "Name Section".
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function nameModule(bytes: Uint8Array, name: string): Uint8Array {
  const { sections } = new WasmModule(bytes);
  const parts: Uint8Array[] = [];
  let names: Uint8Array = new Uint8Array();
  let copied = 0;
  let end = 8;
  let removed = 0;
  let codeStart: number | undefined;
  let isDebuggable = false;
  for (const section of sections) {
    const start = end;
    end = section.offset + section.size;
    if (section.id === sectionIds.code) codeStart = section.offset - removed;
    if (section.name === ".debug_info") isDebuggable = true;
    if (section.name !== "name" && section.name !== debugMarkSection) continue;
    // Engines read the first section of names only.
    if (section.name === "name" && names.length === 0) names = withoutModuleName(bytes.subarray(section.offset, end));
    parts.push(bytes.subarray(copied, start));
    copied = end;
    removed += end - start;
  }
  if (isObserved()) names = withReadableNames(names);
  const plain = removed === 0 ? bytes : concatenated([...parts, bytes.subarray(copied)]);
  const safe = name.replace(/[^\w.-]/g, "_").slice(0, longest);
  if (!isDebuggable || codeStart === undefined) return appendCustomSection(plain, "name", named(safe, names));
  const full = `${safe}-${createHash("sha256").update(plain).digest("hex").slice(0, 8)}`;
  const marked = appendCustomSection(plain, debugMarkSection, debugMark(full, codeStart));
  return appendCustomSection(marked, "name", named(full, names));
}

/** Whether a debugger or profiler will show the names: to make them readable may take longer than to compile the module. */
function isObserved(): boolean {
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(" ")];
  if (options.some((option) => /^--(inspect|cpu-prof|heap-prof|heapsnapshot|prof\b)/.test(option))) return true;
  return process.getBuiltinModule?.("node:inspector")?.url() !== undefined;
}

/** The content of a section of names without the module's own. */
function withoutModuleName(content: Uint8Array): Uint8Array<ArrayBuffer> {
  if (content[0] !== moduleName) return new Uint8Array(content);
  const cursor = new WasmCursor(content, 1);
  cursor.skip(cursor.u32());
  return new Uint8Array(content.subarray(cursor.at));
}

function named(name: string, others: Uint8Array): Uint8Array {
  // At most 127 bytes, so that each size takes one.
  const text = new TextEncoder().encode(name);
  return concatenated([Uint8Array.of(moduleName, text.length + 1, text.length), text, others]);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
