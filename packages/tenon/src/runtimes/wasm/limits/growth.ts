import { sectionIds, WasmCursor, WasmModule } from "../../../binary/wasm/index.js";
import { errors } from "../../../errors/index.js";
import { readDeclaredLimits } from "./declared-limits.js";
import { readTableHead } from "./table-head.js";

/** How much the memories together, and the tables together, of one instance of a plugin may hold; 0 for no limit. */
export interface PluginLimits {
  /** Bytes. */
  readonly memory: number;
  /** Entries. */
  readonly table: number;
}

/** By how much each memory and each table may grow beyond what it begins with; `undefined` where nothing limits it. */
export interface Growth {
  /** Bytes. */
  readonly memory: number | undefined;
  /** Entries. */
  readonly table: number | undefined;
}

/** A core module, and how many instances of it the plugin makes. */
export interface CountedModule {
  readonly bytes: Uint8Array;
  readonly instances: number;
}

interface Demand {
  readonly minimum: number;
  /** What it can grow by at most, by its own word. */
  readonly growth: number;
  readonly count: number;
}

/**
 * Divides a plugin's limits among its memories and tables: each may grow by the same, and what one cannot use is the
 * others'. So a plugin with one memory, as most are, has it all.
 *
 * @throws TENON_WASM_LIMIT when they ask for more than that together from the beginning; TENON_BINARY_MALFORMED
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
  if (least > limit) {
    const noun = what === "memory" ? "bytes of memory" : "entries of tables";
    throw errors.TENON_WASM_LIMIT({
      message: `${subject} asks for ${least} ${noun} from the beginning, and is allowed ${limit}`,
      subject,
    });
  }
  let rest = limit - least;
  let takers = all.reduce((sum, { count }) => sum + count, 0);
  // Those that can use the least first: what they leave is divided among the others.
  for (const { growth, count } of all.toSorted((one, other) => one.growth - other.growth)) {
    if (growth * takers > rest) break;
    rest -= growth * count;
    takers -= count;
  }
  return takers === 0 ? limit : Math.floor(rest / takers);
}

/** What a module's own memories or tables ask for. */
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
