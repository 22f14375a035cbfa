/** Writes small pprof profiles (github.com/google/pprof, proto/profile.proto) for builds with profile-guided optimisation. */
import { gzipSync } from "node:zlib";

/**
 * Returns a CPU profile in which each of `calls`, `[caller, callee]`, occurs many times.
 *
 * @param {readonly (readonly [caller: string, callee: string])[]} calls
 */
export function profile(calls) {
  const strings = ["", "samples", "count", "cpu", "nanoseconds"];
  /** @param {string} text */
  const index = (text) => (strings.includes(text) ? strings.indexOf(text) : strings.push(text) - 1);
  const functions = [...new Set(calls.flat())];
  const message = [
    bytes(1, [varint(1, 1), varint(2, 2)].flat()),
    bytes(1, [varint(1, 3), varint(2, 4)].flat()),
    ...calls.map(([caller, callee]) =>
      bytes(2, [
        ...bytes(1, [functions.indexOf(callee) + 1, functions.indexOf(caller) + 1]),
        ...bytes(2, [...number(1000), ...number(10_000_000)]),
      ]),
    ),
    ...functions.map((_name, at) =>
      bytes(4, [...varint(1, at + 1), ...bytes(4, [...varint(1, at + 1), ...varint(2, 12)])]),
    ),
    ...functions.map((name, at) =>
      bytes(5, [...varint(1, at + 1), ...varint(2, index(name)), ...varint(3, index(name)), ...varint(5, 10)]),
    ),
  ];
  const table = strings.map((text) => bytes(6, [...Buffer.from(text)]));
  return gzipSync(Buffer.from([...message, ...table].flat()));
}

/** @param {number} value */
function number(value) {
  /** @type {number[]} */
  const result = [];
  for (; value > 127; value = Math.floor(value / 128)) result.push((value & 127) | 128);
  return [...result, value];
}

/**
 * @param {number} field
 * @param {number} value
 */
function varint(field, value) {
  return [...number(field * 8), ...number(value)];
}

/**
 * @param {number} field
 * @param {readonly number[]} content
 */
function bytes(field, content) {
  return [...number(field * 8 + 2), ...number(content.length), ...content];
}
