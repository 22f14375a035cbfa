import { isWellFormed } from "../contract/json/well-formed.js";
import { storageInvalid } from "../errors/factories/storage.js";
import {
  type Change,
  type KeyRange,
  largestBatch,
  largestPage,
  largestValue,
  longestKey,
  mostChanges,
} from "./port.js";

/** Returns the bytes of a key. @throws TENON_STORAGE_INVALID */
export function expectKey(key: unknown): number {
  if (typeof key !== "string") throw storageInvalid("a key", "a string", typeof key);
  if (key === "") throw storageInvalid("a key", "a string that is not empty", "an empty string");
  return expectText(key, "a key");
}

/** @throws TENON_STORAGE_INVALID */
export function expectRange({ prefix, after, limit }: KeyRange): void {
  if (typeof prefix !== "string") throw storageInvalid("prefix", "a string", typeof prefix);
  expectText(prefix, "prefix");
  if (after !== undefined) expectKey(after);
  if (!Number.isInteger(limit) || limit < 1 || limit > largestPage)
    throw storageInvalid("the number of keys of a page", `a whole number from 1 to ${largestPage}`, String(limit));
}

/** @throws TENON_STORAGE_INVALID */
export function expectWrite(changes: readonly Change[], expected: readonly Change[]): void {
  if (changes.length > mostChanges || expected.length > mostChanges)
    throw storageInvalid(
      "a batch",
      `at most ${mostChanges} changes`,
      String(Math.max(changes.length, expected.length)),
    );
  let bytes = 0;
  for (const { key, value } of [...changes, ...expected]) {
    expectKey(key);
    if (value === undefined) continue;
    if (value.byteLength > largestValue)
      throw storageInvalid(`the value of ${shown(key)}`, `at most ${largestValue} bytes`, String(value.byteLength));
    bytes += value.byteLength;
  }
  if (bytes > largestBatch)
    throw storageInvalid("a batch", `values of at most ${largestBatch} bytes together`, String(bytes));
}

/** A key or prefix must have one form in UTF-8, and come back as it was. */
function expectText(text: string, what: string): number {
  const bytes = text.length > longestKey ? text.length : Buffer.byteLength(text);
  if (bytes > longestKey) throw storageInvalid(what, `at most ${longestKey} bytes in UTF-8`, `${bytes} or more`);
  if (!isWellFormed(text)) throw storageInvalid(what, "well-formed Unicode", `a lone surrogate in ${shown(text)}`);
  return bytes;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
