import { sectionIds, WasmCursor, WasmModule } from "../../../binary/wasm/index.js";
import { errors } from "../../../errors/index.js";
import { SectionWriter } from "./section-writer.js";
import { readTableHead } from "./table-head.js";

/** How much a core module's own memories and tables may grow to. */
export interface ModuleLimits {
  /** Bytes of each memory; 0 for no limit. */
  readonly memory: number;
  /** Entries of each table; 0 for no limit. */
  readonly table: number;
}

/**
 * Writes a module anew whose memories and tables have maxima: `memory.grow` and `table.grow` answer -1 beyond them, as
 * the engine itself enforces. Memories and tables that it imports are limited where they are made.
 *
 * @param bytes A core module; returned as it is where there is nothing to limit.
 * @throws TENON_WASM_LIMIT when it asks for more than that from the beginning; TENON_BINARY_MALFORMED
 */
export function limitModule(bytes: Uint8Array, limits: ModuleLimits, subject: string): Uint8Array {
  if (limits.memory === 0 && limits.table === 0) return bytes;
  const module = new WasmModule(bytes);
  const parts: Uint8Array[] = [];
  let copied = 0;
  let end = 8;
  for (const { id, offset, size } of module.sections) {
    const start = end;
    end = offset + size;
    const limited = limitSection(id, new WasmCursor(bytes, offset, end), limits, subject);
    if (limited === undefined) continue;
    parts.push(bytes.subarray(copied, start), limited);
    copied = end;
  }
  return concatenate([...parts, bytes.subarray(copied)]);
}

function limitSection(id: number, content: WasmCursor, limits: ModuleLimits, subject: string): Uint8Array | undefined {
  if (id === sectionIds.memory && limits.memory > 0) return limitMemories(content, limits.memory, subject);
  if (id === sectionIds.table && limits.table > 0) return limitTables(content, limits.table, subject);
  return undefined;
}

function limitMemories(cursor: WasmCursor, most: number, subject: string): Uint8Array {
  const writer = new SectionWriter();
  const count = cursor.count();
  writer.u32(count);
  for (let index = 0; index < count; index++)
    limitOne(cursor, writer, (unit) => Math.floor(most / unit), "memory", subject);
  return writer.section(sectionIds.memory);
}

function limitTables(cursor: WasmCursor, most: number, subject: string): Uint8Array {
  const writer = new SectionWriter();
  const count = cursor.count();
  writer.u32(count);
  for (let index = 0; index < count; index++) {
    const { head, initial } = readTableHead(cursor);
    writer.bytes(head);
    limitOne(cursor, writer, () => most, "table", subject);
    if (initial) writer.bytes(initial(cursor));
  }
  return writer.section(sectionIds.table);
}

const pageBits = 16;

/** Limits: flags (1: a maximum, 2: shared, 4: 64 bits, 8: page size), minimum, maximum, page size. */
function limitOne(
  cursor: WasmCursor,
  writer: SectionWriter,
  allowed: (unit: number) => number,
  what: "memory" | "table",
  subject: string,
): void {
  const flags = cursor.byte();
  const number = () => ((flags & 4) === 0 ? BigInt(cursor.u32()) : cursor.u64());
  const minimum = number();
  const maximum = (flags & 1) === 0 ? undefined : number();
  const pageSize = (flags & 8) === 0 ? undefined : cursor.u32();
  const unit = what === "table" ? 1 : 2 ** (pageSize ?? pageBits);
  const most = BigInt(allowed(unit));
  if (minimum > most) {
    const least = minimum * BigInt(unit);
    const noun = what === "memory" ? "bytes of memory" : "entries of a table";
    throw errors.TENON_WASM_LIMIT({
      message: `${subject} asks for ${least} ${noun} from the beginning, and is allowed ${most * BigInt(unit)}`,
      subject,
    });
  }
  writer.byte(flags | 1);
  writer.u64(minimum);
  writer.u64(maximum === undefined || maximum > most ? most : maximum);
  if (pageSize !== undefined) writer.u32(pageSize);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
