import type { WasmCursor } from "../../../binary/wasm/index.js";

/** The size of a memory or table as its module declares it, in units: pages or entries. */
export interface DeclaredLimits {
  readonly flags: number;
  readonly minimum: bigint;
  readonly maximum: bigint | undefined;
  /** The binary logarithm of the page size, if it is not the default. */
  readonly pageSize: number | undefined;
  /** Bytes of a page; 1 for a table. */
  readonly unit: number;
}

const pageBits = 16;

/** Source: WebAssembly, "Limits": flags (1: a maximum, 2: shared, 4: 64 bits, 8: page size), minimum, maximum, page size. */
export function readDeclaredLimits(cursor: WasmCursor, what: "memory" | "table"): DeclaredLimits {
  const flags = cursor.byte();
  const number = () => ((flags & 4) === 0 ? BigInt(cursor.u32()) : cursor.u64());
  const minimum = number();
  const maximum = (flags & 1) === 0 ? undefined : number();
  const pageSize = (flags & 8) === 0 ? undefined : cursor.u32();
  return { flags, minimum, maximum, pageSize, unit: what === "table" ? 1 : 2 ** (pageSize ?? pageBits) };
}
