import { readFileSync } from "node:fs";
import { type Component, decodeComponent } from "../../../tenon/src/binary/component/index.js";
import { leb } from "../../../tenon/src/binary/testing/assembler.mjs";
import { encodeComponent } from "../../../tenon/src/binary/testing/component-encoder.mjs";

/**
 * Returns a component whose core modules keep their types, imports and exports, but have `unreachable` as the code of every
 * function. It is small, and contains everything that the validator of components reads.
 */
export function stubbed(file: string): Component {
  return decodeComponent(encodeComponent(withStubs(decodeComponent(readFileSync(file)))));
}

function withStubs(component: Component): Component {
  const definitions = component.definitions.map((definition) => {
    if (definition.kind === "core-module") return { ...definition, bytes: stubModule(definition.bytes) };
    return definition.kind === "component" ? { ...definition, component: withStubs(definition.component) } : definition;
  });
  return { ...component, definitions };
}

const codeSection = 10;
/** Types, imports, functions, tables, memories, globals, exports and tags, but no data, elements and custom sections. */
const kept = new Set([1, 2, 3, 4, 5, 6, 7, 13]);
/** A body of three bytes: no locals, `unreachable`, `end`. */
const body = [3, 0, 0, 11];

function stubModule(module: Uint8Array): Uint8Array {
  const parts: number[] = [...module.subarray(0, 8)];
  for (let at = 8; at < module.length; ) {
    const id = module[at]!;
    const [size, start] = readLeb(module, at + 1);
    if (id === codeSection) {
      const [count] = readLeb(module, start);
      const content = [...leb(count), ...Array.from({ length: count }, () => body).flat()];
      parts.push(codeSection, ...leb(content.length));
      for (const byte of content) parts.push(byte);
    } else if (kept.has(id)) for (const byte of module.subarray(at, start + size)) parts.push(byte);
    at = start + size;
  }
  return new Uint8Array(parts);
}

function readLeb(bytes: Uint8Array, from: number): [value: number, end: number] {
  let value = 0;
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at + 1];
  }
}
