import { sectionIds, WasmCursor, WasmModule } from "../../../binary/wasm/index.js";
import { readDeclaredLimits } from "./declared-limits.js";
import type { Growth } from "./growth.js";
import { SectionWriter } from "./section-writer.js";
import { readTableHead } from "./table-head.js";

/**
 * Rewrites a module so that its memories and tables have a maximum: the engine then lets `memory.grow` and `table.grow`
 * return -1 beyond it. Imported memories and tables are limited where they are defined.
 *
 * @param bytes a core module; returned unchanged if there is nothing to limit.
 * @throws TENON_BINARY_MALFORMED
 */
export function limitModule(bytes: Uint8Array, growth: Growth): Uint8Array {
  if (growth.memory === undefined && growth.table === undefined) return bytes;
  const module = new WasmModule(bytes);
  const parts: Uint8Array[] = [];
  let copied = 0;
  let end = 8;
  for (const { id, offset, size } of module.sections) {
    const start = end;
    end = offset + size;
    const limited = limitSection(id, new WasmCursor(bytes, offset, end), growth);
    if (limited === undefined) continue;
    parts.push(bytes.subarray(copied, start), limited);
    copied = end;
  }
  return concatenate([...parts, bytes.subarray(copied)]);
}

function limitSection(id: number, content: WasmCursor, { memory, table }: Growth): Uint8Array | undefined {
  if (id === sectionIds.memory && memory !== undefined) return limitMemories(content, memory);
  if (id === sectionIds.table && table !== undefined) return limitTables(content, table);
  return undefined;
}

function limitMemories(cursor: WasmCursor, growth: number): Uint8Array {
  const writer = new SectionWriter();
  const count = cursor.count();
  writer.u32(count);
  for (let index = 0; index < count; index++) limitOne(cursor, writer, growth, "memory");
  return writer.section(sectionIds.memory);
}

function limitTables(cursor: WasmCursor, growth: number): Uint8Array {
  const writer = new SectionWriter();
  const count = cursor.count();
  writer.u32(count);
  for (let index = 0; index < count; index++) {
    const { head, initial } = readTableHead(cursor);
    writer.bytes(head);
    limitOne(cursor, writer, growth, "table");
    if (initial) writer.bytes(initial(cursor));
  }
  return writer.section(sectionIds.table);
}

function limitOne(cursor: WasmCursor, writer: SectionWriter, growth: number, what: "memory" | "table"): void {
  const { flags, minimum, maximum, pageSize, unit } = readDeclaredLimits(cursor, what);
  const most = minimum + BigInt(Math.floor(growth / unit));
  writer.byte(flags | 1);
  writer.u64(minimum);
  writer.u64(maximum === undefined || maximum > most ? most : maximum);
  if (pageSize !== undefined) writer.u32(pageSize);
}

/** Returns the bytes of all parts, one after the other. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
