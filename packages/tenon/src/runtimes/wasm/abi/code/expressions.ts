import { type CoreType, flagsSize } from "./layout.js";

/** Views of `GuestMemory`. */
export type View = "u8" | "s8" | "u16" | "s16" | "u32" | "s32" | "u64" | "s64" | "f32" | "f64";

const shifts: Readonly<Record<View, number>> = {
  u8: 0,
  s8: 0,
  u16: 1,
  s16: 1,
  u32: 2,
  s32: 2,
  f32: 2,
  u64: 3,
  s64: 3,
  f64: 3,
};

/** An expression: the element of a view at a pointer, which is aligned to its type. */
export function at(view: View, pointer: string): string {
  const shift = shifts[view];
  return `memory.${view}[${shift === 0 ? pointer : `${pointer.includes("+") ? `(${pointer})` : pointer} >>> ${shift}`}]`;
}

export function plus(pointer: string, offset: number): string {
  return offset === 0 ? pointer : `${pointer} + ${offset}`;
}

export function member(name: string): string {
  return `[${JSON.stringify(name)}]`;
}

export function object(parts: readonly (readonly [string, string])[]): string {
  return `{ ${parts.map(([name, part]) => `${member(name)}: ${part}`).join(", ")} }`;
}

export function flagsView(count: number): View {
  const size = flagsSize(count);
  return size === 1 ? "u8" : size === 2 ? "u16" : "u32";
}

export function flagsObject(names: readonly string[], word: (index: number) => string): string {
  return object(names.map((name, index) => [name, `(${word(index >>> 5)} & ${1 << (index & 31)}) !== 0`]));
}

/** Expressions: the flags as words of 32 bits. */
export function flagWords(names: readonly string[], value: string): string[] {
  const words: string[] = [];
  for (let first = 0; first < names.length; first += 32) {
    const bits = names.slice(first, first + 32).map((name, bit) => `(${value}${member(name)} ? ${1 << bit} : 0)`);
    words.push(bits.join(" | "));
  }
  return words;
}

export function zero(core: CoreType): string {
  return core === "i64" ? "0n" : "0";
}

/** An expression: the core value of a case as the wider type that all cases share. */
export function widen(core: CoreType, wide: CoreType, value: string): string {
  if (wide === "i32") return `bitsOfF32(${value})`;
  if (core === "f64") return `bitsOfF64(${value})`;
  return `BigInt(${core === "f32" ? `bitsOfF32(${value})` : value} >>> 0)`;
}

/** The reverse of {@link widen}. */
export function narrow(wide: CoreType, core: CoreType, value: string): string {
  if (wide === core) return value;
  if (wide === "i32") return `f32OfBits(${value})`;
  if (core === "f64") return `f64OfBits(${value})`;
  const low = `Number(BigInt.asIntN(32, ${value}))`;
  return core === "f32" ? `f32OfBits(${low})` : low;
}
