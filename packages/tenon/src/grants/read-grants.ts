import { isAbsolute } from "node:path";
import type { FolderGrant, GrantRequest, GrantSet, ResourceGrant, StorageGrant } from "./grants.js";
import { listenPattern, networkPattern } from "./network/pattern.js";

/** How a mistake is reported, which differs between options and manifests. */
export interface GrantFailures {
  /** A name that does not exist. `path`: `grants.netwrok`. */
  unknown(path: string, known: readonly string[]): Error;
  /** A value of the wrong form. `path`: `grants.network`. */
  wrong(path: string, expected: string, found: unknown): Error;
  /** An entry that says something impossible. `grant`: `network`. */
  entry(grant: keyof GrantSet, entry: string, why: string): Error;
}

/** Most entries of one grant, and most characters of one text in it; what the system allows for a variable's value. */
const mostEntries = 1000;
const longestText = 4096;
const longestValue = 128 * 1024;
const longestReason = 500;

type Readers = { readonly [G in keyof Required<GrantSet>]: (value: unknown, fail: GrantFailures) => GrantSet[G] };

const readers: Readers = {
  environment: (value, fail) =>
    entriesOf("environment", value, fail, 'variables by name, such as {"LANG": true}', environmentEntry),
  folders: readFolders,
  network: (value, fail) => {
    const grant = listOf("network", value, fail);
    for (const entry of grant) networkPattern(entry, (why) => fail.entry("network", entry, why));
    return grant;
  },
  listen: (value, fail) => {
    const grant = listOf("listen", value, fail);
    for (const entry of grant) listenPattern(entry, (why) => fail.entry("listen", entry, why));
    return grant;
  },
  programs: (value, fail) => {
    const grant = listOf("programs", value, fail);
    for (const entry of grant) {
      if (!isAbsolute(entry) && /[/\\]/.test(entry))
        throw fail.entry("programs", entry, "expected an absolute path, or a name without slashes");
    }
    return grant;
  },
  functions: (value, fail) => listOf("functions", value, fail),
  resources: readResources,
  storage: readStorage,
};

/** The names of the grants, in the order in which they are listed for people. */
export const grantFields = Object.keys(readers) as readonly (keyof GrantSet)[];

/**
 * Reads what is granted, or asked for: the same form in `open`'s options and in a manifest. Returns a copy, in which each
 * part was read once.
 *
 * @param others further names that exist beside the grants.
 * @throws what `fail` makes
 */
export function readGrantSet(value: unknown, fail: GrantFailures, others: readonly string[] = []): GrantSet {
  if (!isObject(value)) throw fail.wrong("grants", "an object", value);
  const read: Record<string, unknown> = {};
  for (const [name, grant] of Object.entries(value)) {
    if (others.includes(name)) continue;
    if (!Object.hasOwn(readers, name)) throw fail.unknown(`grants.${name}`, [...grantFields, ...others]);
    if (grant !== undefined) read[name] = readers[name as keyof GrantSet](grant, fail);
  }
  return read as GrantSet;
}

/** Reads what a manifest asks for. Its texts are shown to people, so they have no invisible characters. */
export function readGrantRequest(value: unknown, fail: GrantFailures): GrantRequest {
  const set = readGrantSet(value, fail, ["reasons"]);
  for (const [grant, entries] of Object.entries(set)) {
    for (const text of textsIn(entries)) {
      if (invisible.test(text))
        throw fail.entry(grant as keyof GrantSet, text, "it contains control characters or invisible ones");
    }
  }
  const { reasons } = value as { readonly reasons?: unknown };
  return reasons === undefined ? set : { ...set, reasons: readReasons(reasons, fail) };
}

function readReasons(value: unknown, fail: GrantFailures): Readonly<Record<string, string>> {
  if (!isObject(value)) throw fail.wrong("grants.reasons", "an object of sentences by the name of a grant", value);
  for (const [grant, reason] of Object.entries(value)) {
    if (!Object.hasOwn(readers, grant)) throw fail.unknown(`grants.reasons.${grant}`, grantFields);
    const fits = typeof reason === "string" && reason.trim() !== "" && reason.length <= longestReason;
    if (!fits || invisible.test(reason)) {
      const expected = `a sentence of at most ${longestReason} characters, without control characters`;
      throw fail.wrong(`grants.reasons.${grant}`, expected, reason);
    }
  }
  return { ...value } as Record<string, string>;
}

/** What could make a terminal or a reader see something else than there is: control and formatting characters, line ends. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      yield key;
      yield* textsIn(part);
    }
  }
}

function environmentEntry(name: string, value: unknown, fail: GrantFailures): string | true {
  const wrong = (why: string) => fail.entry("environment", name, why);
  if (name === "" || name.includes("=") || name.includes("\0"))
    throw wrong('the name of an environment variable cannot be empty, nor contain "=" or a NUL character');
  if (value === true) return true;
  if (typeof value !== "string") throw wrong(`expected a string or true, got ${kindOf(value)}`);
  if (value.includes("\0")) throw wrong("the value of an environment variable cannot contain a NUL character");
  if (value.length > longestValue) throw wrong(`the value has more than ${longestValue} characters`);
  return value;
}

function readFolders(value: unknown, fail: GrantFailures): GrantSet["folders"] {
  const seen = new Set<string>();
  const expected = 'folders by the path that the plugin sees, such as {"/data": "./data"}';
  return entriesOf("folders", value, fail, expected, (guest, folder): string | FolderGrant => {
    const wrong = (why: string) => fail.entry("folders", guest, why);
    if (!guest.startsWith("/")) throw wrong("the path for the plugin must start with /");
    const parts = guest.split("/").filter((part) => part !== "");
    if (guest.includes("\0") || parts.some((part) => part === "." || part === ".."))
      throw wrong("the path for the plugin must not contain `.`, `..` or a NUL character");
    if (seen.size === seen.add(parts.join("/")).size) throw wrong("it is granted twice");
    const grant = isObject(folder) ? folder : { path: folder };
    for (const name of Object.keys(grant)) {
      if (name !== "path" && name !== "write")
        throw fail.unknown(`grants.folders["${guest}"].${name}`, ["path", "write"]);
    }
    const { path, write } = grant as { readonly path?: unknown; readonly write?: unknown };
    if (typeof path !== "string" || path === "" || path.includes("\0") || path.length > longestText)
      throw wrong("expected a path on the host, without NUL characters");
    if (write !== undefined && typeof write !== "boolean")
      throw wrong(`expected true or false for \`write\`, found ${kindOf(write)}`);
    return write === undefined ? path : { path, write };
  });
}

const resourceNames = ["memory", "processes", "files", "cpu"] as const satisfies readonly (keyof ResourceGrant)[];

function readResources(value: unknown, fail: GrantFailures): ResourceGrant {
  if (!isObject(value)) throw fail.wrong("grants.resources", 'amounts by name, such as {"memory": 67108864}', value);
  const read: Record<string, number> = {};
  for (const [name, amount] of Object.entries(value)) {
    if (!(resourceNames as readonly string[]).includes(name))
      throw fail.unknown(`grants.resources.${name}`, resourceNames);
    if (amount === undefined) continue;
    if (!Number.isSafeInteger(amount) || (amount as number) < 1)
      throw fail.wrong(`grants.resources.${name}`, "a whole number of 1 or more", amount);
    read[name] = amount as number;
  }
  return read;
}

function readStorage(value: unknown, fail: GrantFailures): true | StorageGrant {
  if (value === true) return true;
  if (!isObject(value)) throw fail.wrong("grants.storage", 'true, or amounts such as {"bytes": 1048576}', value);
  const read: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    if (part === undefined) continue;
    if (name === "folder") {
      if (typeof part !== "boolean") throw fail.wrong("grants.storage.folder", "true or false", part);
    } else if (name !== "bytes" && name !== "entries") {
      throw fail.unknown(`grants.storage.${name}`, ["bytes", "entries", "folder"]);
    } else if (!Number.isSafeInteger(part) || (part as number) < 1) {
      throw fail.wrong(`grants.storage.${name}`, "a whole number of 1 or more", part);
    }
    read[name] = part;
  }
  return Object.keys(read).length === 0 ? true : read;
}

function listOf(grant: keyof GrantSet, value: unknown, fail: GrantFailures): readonly string[] {
  const isList = Array.isArray(value) && value.length <= mostEntries;
  const list: unknown[] = isList ? [...value] : [];
  if (isList && list.every((item) => typeof item === "string" && item !== "" && item.length <= longestText))
    return list as string[];
  throw fail.wrong(`grants.${grant}`, `a list of strings, at most ${mostEntries}`, value);
}

function entriesOf<T>(
  grant: keyof GrantSet,
  value: unknown,
  fail: GrantFailures,
  expected: string,
  read: (name: string, value: unknown, fail: GrantFailures) => T,
): Readonly<Record<string, T>> {
  const entries = isObject(value) ? Object.entries(value) : [];
  if (!isObject(value) || entries.length > mostEntries) throw fail.wrong(`grants.${grant}`, expected, value);
  const copy: Record<string, T> = {};
  for (const [name, entry] of entries) {
    if (name.length > longestText)
      throw fail.entry(grant, `${name.slice(0, 60)}…`, `it has more than ${longestText} characters`);
    if (entry === undefined) continue;
    // A variable may be called __proto__.
    Object.defineProperty(copy, name, {
      value: read(name, entry, fail),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return copy;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`.replace(/^a (?=o)/, "an ");
}
