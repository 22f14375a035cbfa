import type { Type } from "../../../contract/core.js";

/** Converts a number to and from a core value. */
export interface NumberConversion {
  /** Converts a core value from the plugin to a value of the type. */
  lift(core: any): unknown;
  /** Converts a value of the type, which is valid, to a core value. */
  lower(value: any): number | bigint;
}

const same = (value: any) => value;

const conversions: Readonly<Record<string, Readonly<Record<string, NumberConversion>>>> = {
  i32: {
    bool: { lift: (core) => core !== 0, lower: Number },
    s8: { lift: (core) => (core << 24) >> 24, lower: same },
    u8: { lift: (core) => core & 0xff, lower: same },
    s16: { lift: (core) => (core << 16) >> 16, lower: same },
    u16: { lift: (core) => core & 0xffff, lower: same },
    s32: { lift: same, lower: same },
    u32: { lift: (core) => core >>> 0, lower: same },
  },
  i64: {
    s64: { lift: same, lower: same },
    u64: { lift: (core) => BigInt.asUintN(64, core), lower: same },
  },
  f32: { f32: { lift: same, lower: same } },
  f64: { f64: { lift: same, lower: same } },
};

/** Returns the conversion of a number type with this core type. `undefined` for all other types, which are passed as JSON. */
export function numberConversion({ kind }: Type, core: string): NumberConversion | undefined {
  return conversions[core]?.[kind];
}
