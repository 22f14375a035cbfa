import { sectionIds, WasmCursor, WasmModule } from "../../../binary/wasm/index.js";
import { initialSizeTooLarge } from "../../../errors/factories/wasm.js";
import { readDeclaredLimits } from "./declared-limits.js";
import { readTableHead } from "./table-head.js";

/** The limits on all memories together and all tables together of one instance of a plugin; 0 for no limit. */
export interface PluginLimits {
  /** Bytes. */
  readonly memory: number;
  /** Entries. */
  readonly table: number;
}

/** By how much each memory and each table may grow beyond its initial size; `undefined` for no limit. */
export interface Growth {
  /** Bytes. */
  readonly memory: number | undefined;
  /** Entries. */
  readonly table: number | undefined;
}

/** A core module, and how many instances of it the plugin creates. */
export interface CountedModule {
  readonly bytes: Uint8Array;
  readonly instances: number;
}

interface Demand {
  readonly minimum: number;
  /** By how much it can grow according to its own maximum. */
  readonly growth: number;
  readonly count: number;
}

/**
 * Divides a plugin's limits among its memories and tables. All may grow by the same amount, and what one cannot use goes to
 * the others. Most plugins have one memory, which gets everything.
 *
 * @throws TENON_WASM_LIMIT if their initial sizes together exceed the limit; TENON_BINARY_MALFORMED
 */
export function divideLimits(
  modules: readonly CountedModule[],
  { memory, table }: PluginLimits,
  subject: string,
): Growth {
  const growth = (limit: number, what: "memory" | "table") => {
    if (limit === 0) return undefined;
    return divide(
      modules.flatMap(({ bytes, instances }) => demands(bytes, what, instances)),
      limit,
      what,
      subject,
    );
  };
  return { memory: growth(memory, "memory"), table: growth(table, "table") };
}

function divide(all: readonly Demand[], limit: number, what: "memory" | "table", subject: string): number {
  const least = all.reduce((sum, { minimum, count }) => sum + minimum * count, 0);
  if (least > limit) throw initialSizeTooLarge(subject, what, least, limit);
  let rest = limit - least;
  let takers = all.reduce((sum, { count }) => sum + count, 0);
  // Start with those that can use the least: what they leave is divided among the others.
  for (const { growth, count } of all.toSorted((one, other) => one.growth - other.growth)) {
    if (growth * takers > rest) break;
    rest -= growth * count;
    takers -= count;
  }
  return takers === 0 ? limit : Math.floor(rest / takers);
}

/** The sizes that a module declares for its own memories or tables. */
function demands(bytes: Uint8Array, what: "memory" | "table", count: number): readonly Demand[] {
  if (count === 0) return [];
  const section = new WasmModule(bytes).sections.find(({ id }) => id === sectionIds[what]);
  if (section === undefined) return [];
  const cursor = new WasmCursor(bytes, section.offset, section.offset + section.size);
  return Array.from({ length: cursor.count() }, () => {
    const head = what === "table" ? readTableHead(cursor) : undefined;
    const { minimum, maximum, unit } = readDeclaredLimits(cursor, what);
    head?.initial?.(cursor);
    const growth = maximum === undefined ? Number.POSITIVE_INFINITY : Number(maximum - minimum) * unit;
    return { minimum: Number(minimum) * unit, growth: Math.max(0, growth), count };
  });
}
