import { WasmCursor } from "./cursor.js";

/** The tools that made a binary, by field: "language", "processed-by", "sdk". Source: tool conventions, "Producers Section". */
export type Producers = Readonly<Record<string, readonly { readonly name: string; readonly version: string }[]>>;

/** Reads the content of the custom section `producers`. @throws TENON_BINARY_MALFORMED */
export function readProducers(content: Uint8Array): Producers {
  const cursor = new WasmCursor(content);
  const found: [string, { name: string; version: string }[]][] = [];
  const count = cursor.count();
  for (let field = 0; field < count; field++) {
    const name = cursor.name();
    const tools: { name: string; version: string }[] = [];
    const values = cursor.count();
    for (let index = 0; index < values; index++) tools.push({ name: cursor.name(), version: cursor.name() });
    found.push([name, tools]);
  }
  return Object.fromEntries(found);
}

/** A feature, and whether it is used (+), forbidden (-), or required by an older form of the section (=). */
export interface TargetFeature {
  readonly prefix: "+" | "-" | "=";
  readonly name: string;
}

/** Reads the content of the custom section `target_features`. @throws TENON_BINARY_MALFORMED */
export function readTargetFeatures(content: Uint8Array): TargetFeature[] {
  const cursor = new WasmCursor(content);
  const found: TargetFeature[] = [];
  const count = cursor.count();
  for (let index = 0; index < count; index++) {
    const sign = String.fromCharCode(cursor.byte());
    found.push({ prefix: sign === "-" || sign === "=" ? sign : "+", name: cursor.name() });
  }
  return found;
}

/** Reads function names by index from the content of the custom section `name`. @throws TENON_BINARY_MALFORMED */
export function readFunctionNames(content: Uint8Array): Map<number, string> {
  const cursor = new WasmCursor(content);
  const names = new Map<number, string>();
  while (!cursor.isAtEnd) {
    const id = cursor.byte();
    const part = cursor.part(cursor.u32());
    if (id !== 1) continue;
    const count = part.count();
    for (let index = 0; index < count; index++) names.set(part.u32(), part.name());
  }
  return names;
}
