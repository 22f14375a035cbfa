import { appendCustomSection, WasmModule } from "../../binary/wasm/index.js";

const moduleName = 0;
const longest = 100;

/**
 * Gives a module a name, if it has none: debuggers and profilers show it as part of its URL, which otherwise is only a hash.
 *
 * Source: WebAssembly Core Specification, "Name Section".
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function nameModule(bytes: Uint8Array, name: string): Uint8Array {
  const { sections } = new WasmModule(bytes);
  let end = 8;
  for (const section of sections) {
    const start = end;
    end = section.offset + section.size;
    if (section.name !== "name") continue;
    const content = bytes.subarray(section.offset, end);
    if (content[0] === moduleName) return bytes;
    // Engines read the first section of this name only.
    const others = new Uint8Array(bytes.length - (end - start));
    others.set(bytes.subarray(0, start));
    others.set(bytes.subarray(end), start);
    return appendCustomSection(others, "name", named(name, content));
  }
  return appendCustomSection(bytes, "name", named(name, new Uint8Array()));
}

function named(name: string, others: Uint8Array): Uint8Array {
  // At most 127 bytes, so that each size takes one.
  const text = new TextEncoder().encode(name.replace(/[^\w.-]/g, "_").slice(0, longest));
  const content = new Uint8Array(3 + text.length + others.length);
  content.set([moduleName, text.length + 1, text.length]);
  content.set(text, 3);
  content.set(others, 3 + text.length);
  return content;
}
