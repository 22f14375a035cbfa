import { readWasm, WasmCursor } from "../../binary/wasm/index.js";

// Source: WebAssembly tool conventions, "Linking".
const symbolTable = 8;
const kinds = { function: 0, data: 1, section: 3 } as const;
const isUndefined = 0x10;
const hasExplicitName = 0x40;

/**
 * Returns the functions that an object file defines, by the names that the linker uses for them.
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function definedFunctions(object: Uint8Array): ReadonlySet<string> {
  const content = readWasm(object).customSection("linking");
  const names = new Set<string>();
  if (content === undefined) return names;
  const cursor = new WasmCursor(content);
  cursor.u32(); // the version of the section's format
  while (!cursor.isAtEnd) {
    const kind = cursor.byte();
    const part = cursor.part(cursor.u32());
    if (kind !== symbolTable) continue;
    const count = part.count();
    for (let index = 0; index < count; index++) {
      const name = readSymbol(part);
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

/** Reads one symbol. Returns the name of a function that is defined, and `undefined` for all other symbols. */
function readSymbol(cursor: WasmCursor): string | undefined {
  const kind = cursor.byte();
  const flags = cursor.u32();
  const isDefined = (flags & isUndefined) === 0;
  if (kind === kinds.data) {
    cursor.name();
    if (isDefined) for (let part = 0; part < 3; part++) cursor.u32();
    return undefined;
  }
  cursor.u32();
  if (kind === kinds.section) return undefined;
  const name = isDefined || (flags & hasExplicitName) !== 0 ? cursor.name() : undefined;
  return kind === kinds.function && isDefined ? name : undefined;
}
