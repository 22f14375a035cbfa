import type { PrimitiveKind } from "../../../../contract/core.js";
import type { JsonReader } from "./reader.js";

type NumberKind = Exclude<PrimitiveKind, "bool" | "char" | "string">;

const ranges: Readonly<Record<Exclude<NumberKind, "f32" | "f64">, readonly [bigint, bigint]>> = {
  s8: [-(1n << 7n), (1n << 7n) - 1n],
  u8: [0n, (1n << 8n) - 1n],
  s16: [-(1n << 15n), (1n << 15n) - 1n],
  u16: [0n, (1n << 16n) - 1n],
  s32: [-(1n << 31n), (1n << 31n) - 1n],
  u32: [0n, (1n << 32n) - 1n],
  s64: [-(1n << 63n), (1n << 63n) - 1n],
  u64: [0n, (1n << 64n) - 1n],
};

/** Returns the reader of a number type. Numbers may be strings: see {@link parseJson}; many libraries also write 64 bits so. */
export function numberReader(kind: NumberKind): JsonReader {
  if (kind === "f32" || kind === "f64") return (json, path) => floatOf(json) ?? fail(path.expected("a number", json));
  const [least, most] = ranges[kind];
  const isWide = kind === "s64" || kind === "u64";
  return (json, path) => {
    const value = integerOf(json);
    if (value === undefined || value < least || value > most)
      throw path.expected(`a whole number from ${least} to ${most}`, json);
    return isWide ? value : Number(value);
  };
}

function integerOf(json: unknown): bigint | undefined {
  if (Number.isSafeInteger(json)) return BigInt(json as number);
  return typeof json === "string" && /^-?\d{1,20}$/.test(json) ? BigInt(json) : undefined;
}

function floatOf(json: unknown): number | undefined {
  if (json === null) return Number.NaN;
  if (typeof json === "number") return json;
  return typeof json === "string" && /^-?\d+$/.test(json) ? Number(json) : undefined;
}

function fail(error: Error): never {
  throw error;
}

/**
 * `JSON.parse`, but whole numbers of 16 or more digits become strings, so that no digit is lost.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  // Strings are matched first, and stay as they are.
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, (match) =>
    match.startsWith('"') ? match : `"${match}"`,
  );
  return JSON.parse(quoted);
}
