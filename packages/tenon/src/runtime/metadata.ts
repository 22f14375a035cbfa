import { describe } from "../contract/core.js";
import { isWellFormed } from "../contract/json/well-formed.js";
import type { Metadata } from "../contract/model/infer.js";
import { metadataInvalid } from "../errors/factories/call.js";
import { isTenonError } from "../errors/index.js";

export type { Metadata };

/** Metadata as a caller gives it. Entries that are `undefined` are left out. */
export type GivenMetadata = Readonly<Record<string, string | undefined>>;

/** How many entries the metadata of a call has at most. */
export const mostEntries = 32;
/** How many bytes all its keys and values have at most together, as UTF-8. */
export const mostMetadataBytes = 8 * 1024;

const keys = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get into headers and terminals.
const controls = /[\u0000-\u001f\u007f]/;

/** What a call carries that was given nothing. */
export const noMetadata: Metadata = Object.freeze({});

/** Returns what is wrong with an entry, or `undefined` if it is valid. */
export function entryProblem(key: string, value: unknown): string | undefined {
  if (!keys.test(key))
    return `key ${JSON.stringify(key.slice(0, 80))}: expected at most 64 of a-z, 0-9, "_", "." and "-", beginning with a letter or digit`;
  if (typeof value !== "string") return `${key}: expected a string, got ${describe(value)}`;
  if (value.length > mostMetadataBytes)
    return `${key}: expected at most ${mostMetadataBytes} bytes, got ${value.length}`;
  if (controls.test(value) || !isWellFormed(value))
    return `${key}: expected text without control characters and lone surrogates`;
  return undefined;
}

/**
 * Reads metadata from what a caller gave. Returns a frozen copy.
 *
 * @throws TENON_METADATA_INVALID
 */
export function readMetadata(given: unknown, inherited: Metadata = noMetadata): Metadata {
  if (known.has(given as object))
    return inherited === noMetadata ? (given as Metadata) : joined(inherited, given as Metadata);
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw metadataInvalid(`expected an object of strings, got ${describe(given)}`);
  const read: Record<string, string> = {};
  try {
    const names = Object.keys(given);
    if (names.length > mostEntries)
      throw metadataInvalid(`expected at most ${mostEntries} entries, got ${names.length}`);
    for (const key of names) {
      const value: unknown = (given as Record<string, unknown>)[key];
      if (value === undefined) continue;
      const problem = entryProblem(key, value);
      if (problem !== undefined) throw metadataInvalid(problem);
      read[key] = value as string;
    }
  } catch (thrown) {
    throw isTenonError(thrown, "TENON_METADATA_INVALID") ? thrown : metadataInvalid("it cannot be read", thrown);
  }
  return joined(inherited, read);
}

/** Metadata that was read before, and does not change. */
const known = new WeakSet<object>();

function joined(inherited: Metadata, own: Metadata): Metadata {
  const all = Object.freeze({ ...inherited, ...own });
  const entries = Object.entries(all);
  if (entries.length > mostEntries)
    throw metadataInvalid(
      `expected at most ${mostEntries} entries with those that are inherited, got ${entries.length}`,
    );
  const bytes = entries.reduce((sum, [key, value]) => sum + key.length + Buffer.byteLength(value), 0);
  if (bytes > mostMetadataBytes)
    throw metadataInvalid(`expected at most ${mostMetadataBytes} bytes in all keys and values together, got ${bytes}`);
  known.add(all);
  return all;
}
