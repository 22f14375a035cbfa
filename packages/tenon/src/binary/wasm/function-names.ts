import { WasmCursor } from "./cursor.js";
import { readableName } from "./rust-names.js";

const headerSize = 8;
/** What a section of a component contains: a module, or another component. */
const nested: ReadonlySet<number> = new Set([1, 4]);
const deepest = 16;
const functionNames = 1;
/** Bounds the time that reading names takes: more, and longer ones, stay as they are. */
const mostNames = 50_000;
const longestRead = 1000;
const longestWritten = 300;

/**
 * Returns a module, or a component with its modules, with {@link withReadableNames} applied to each section of names.
 */
export function withReadableFunctions(bytes: Uint8Array): Uint8Array {
  try {
    return inBinary(bytes, 0);
  } catch {
    return bytes;
  }
}

/** @throws TENON_BINARY_MALFORMED */
function inBinary(bytes: Uint8Array, depth: number): Uint8Array {
  if (depth > deepest || bytes.length < headerSize) return bytes;
  const isComponent = bytes[6] === 1;
  const parts: Uint8Array[] = [];
  let copied = 0;
  const sections = new WasmCursor(bytes, headerSize);
  while (!sections.isAtEnd) {
    const id = sections.byte();
    const start = sections.at;
    const section = sections.part(sections.u32());
    const content = bytes.subarray(section.at, section.end);
    let changed = content;
    if (isComponent && nested.has(id)) changed = inBinary(content, depth + 1);
    if (!isComponent && id === 0 && section.name() === "name") {
      const head = section.at - (section.end - content.length);
      const names = withReadableNames(content.subarray(head));
      if (names.length !== content.length - head) changed = Buffer.concat([content.subarray(0, head), names]);
    }
    if (changed === content) continue;
    parts.push(bytes.subarray(copied, start), unsigned(changed.length), changed);
    copied = sections.at;
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(copied)]);
}

/**
 * Returns the content of a section of names in which functions of Rust have the names that their author wrote: engines show these
 * in stacks, profiles and debuggers. What cannot be read stays as it is; engines ignore it.
 *
 * Source: WebAssembly Core Specification, "Name Section".
 */
export function withReadableNames(content: Uint8Array): Uint8Array {
  try {
    return rewritten(content);
  } catch {
    return content;
  }
}

/** @throws TENON_BINARY_MALFORMED */
function rewritten(content: Uint8Array): Uint8Array {
  const sections = new WasmCursor(content);
  while (!sections.isAtEnd) {
    const start = sections.at;
    const id = sections.byte();
    const section = sections.part(sections.u32());
    if (id !== functionNames) continue;
    const names = readableNames(content, section);
    if (names === undefined) return content;
    const size = Buffer.concat([Uint8Array.of(functionNames), unsigned(names.length)]);
    return Buffer.concat([content.subarray(0, start), size, names, content.subarray(sections.at)]);
  }
  return content;
}

/** Returns the list of names with what is readable of it, or `undefined` if that changes nothing. */
function readableNames(content: Uint8Array, list: WasmCursor): Buffer | undefined {
  const parts: Uint8Array[] = [];
  let copied = list.at;
  let read = 0;
  for (let left = list.count(); left > 0 && read < mostNames; left--) {
    list.u32();
    const start = list.at;
    const length = list.u32();
    const from = list.at;
    list.skip(length);
    if (length > longestRead || !isMangled(content, from)) continue;
    read++;
    const name = Buffer.from(content.buffer, content.byteOffset + from, length).toString("utf8");
    const readable = readableName(name);
    if (readable === name) continue;
    const text = Buffer.from(readable.slice(0, longestWritten), "utf8");
    parts.push(content.subarray(copied, start), unsigned(text.length), text);
    copied = list.at;
  }
  return parts.length === 0 ? undefined : Buffer.concat([...parts, content.subarray(copied, list.end)]);
}

/** Whether a name begins as one of the two manglings of Rust does: `_R`, `_ZN`. */
function isMangled(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x5f && (bytes[at + 1] === 0x52 || (bytes[at + 1] === 0x5a && bytes[at + 2] === 0x4e));
}

/** A number as WebAssembly writes it: LEB128. */
function unsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
