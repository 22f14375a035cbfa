import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname, extname, isAbsolute, resolve } from "node:path";
import {
  type ConfigProblem,
  configInvalid,
  configMismatch,
  configTooDeep,
  configUnreadable,
} from "../errors/factories/config.js";
import { isTenonError } from "../errors/index.js";
import type { Grants } from "../grants/grants.js";
import type { OpenOptions } from "../host/index.js";
import { defaultLimits, readLimits, readOpenOptions } from "../host/options.js";
import { checkAgainst } from "../host/settings.js";
import { createSupervision } from "../host/supervision.js";
import type { ConfigFile, ConfiguredPlugin } from "./config-file.js";
import { type ConfigDocument, mostLevels, positionAt, readDocument, Unreadable } from "./document.js";
import { requirementProblems } from "./requirements.js";
import { configSchema } from "./schema.js";

const mostBytes = 2 ** 20;

/** A plugin's part of the file, which fits the schema. */
type Entry = Omit<ConfiguredPlugin["options"], "shared" | "requires"> & {
  readonly artifact: string;
  readonly contract?: string;
  readonly requires?: Readonly<Record<string, string>>;
};
interface Fields {
  readonly defaults?: Partial<Entry>;
  readonly plugins: Readonly<Record<string, Entry>>;
}

/** The names of files that are config files, and no modules. */
export function isConfigFile(path: string): boolean {
  return [".yaml", ".yml", ".json"].includes(extname(path).toLowerCase());
}

/**
 * Reads a config file and checks all of it. Opens no plugin and runs no code.
 *
 * @param path relative to the working folder.
 * @throws TENON_CONFIG_UNREADABLE; TENON_CONFIG_INVALID with a finding for each problem, with its line and column
 */
export async function readConfig(path: string): Promise<ConfigFile> {
  const file = resolve(path);
  if (!isConfigFile(path)) throw configUnreadable(path, "expected a .yaml, .yml or .json file");
  const text = await readText(path);
  let document: ConfigDocument;
  try {
    document = await readDocument(text, extname(path).toLowerCase() === ".json");
  } catch (thrown) {
    if (thrown instanceof Unreadable) throw configInvalid(path, thrown.problems);
    // The parser is recursive.
    if (thrown instanceof RangeError) throw configInvalid(path, [configTooDeep({ line: 1, column: 1 }, mostLevels)]);
    throw thrown;
  }
  const { value, located } = document;
  const problems: ConfigProblem[] = [...document.problems];
  const at = (steps: readonly (string | number)[], isKey = false) => positionAt(located, steps, isKey);
  const words = { root: "config", one: "key", many: "keys" };
  for (const problem of checkAgainst(configSchema, value, words, path).problems) {
    const where = problem.path.replace(/^config\.?/, "");
    problems.push(configMismatch(at(problem.steps ?? [], problem.isKey), where, problem.message));
  }
  const plugins: ConfiguredPlugin[] = [];
  // Parts that do not fit the schema have been reported; what can be read is checked further.
  const { plugins: entries, defaults } = (isGroup(value) ? value : {}) as unknown as Partial<Fields>;
  const given = Object.entries(isGroup(entries) ? entries : {}).filter(([, entry]) => isGroup(entry));
  if (problems.length === 0)
    for (const [name, entry] of given) {
      const plugin = configured(name, entry, defaults ?? {}, dirname(file));
      plugins.push(plugin);
      for (const { steps, message } of optionProblems(plugin))
        problems.push(configMismatch(at(["plugins", name, ...steps]), `plugins.${name}`, message));
    }
  problems.push(
    ...requirementProblems(given, (plugin, required) => at(["plugins", plugin, "requires", required], true)),
  );
  if (problems.length > 0) throw configInvalid(path, inOrder(problems));
  return { path: file, plugins };
}

async function readText(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    // Opening a pipe must not wait for a writer.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await file.stat();
    if (stats.isDirectory()) throw configUnreadable(path, "it is a folder");
    if (!stats.isFile()) throw configUnreadable(path, "it is not a file");
    if (stats.size > mostBytes) throw configUnreadable(path, `it has ${stats.size} bytes, more than ${mostBytes}`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes + 1), 0, mostBytes + 1, 0);
    if (bytesRead > mostBytes) throw configUnreadable(path, `it has more than ${mostBytes} bytes`);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, bytesRead));
    if (text.includes("\0")) throw configUnreadable(path, "it is not text");
    return text;
  } catch (thrown) {
    if (isTenonError(thrown)) throw thrown;
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") throw configUnreadable(path, "it is not text in UTF-8", thrown);
    throw configUnreadable(path, code === "ENOENT" ? "there is no such file" : message, thrown);
  } finally {
    await file?.close();
  }
}

/** Adds the defaults, and makes paths absolute. */
function configured(name: string, entry: Entry, defaults: Partial<Entry>, folder: string): ConfiguredPlugin {
  const { artifact, contract, requires = {}, ...own } = entry;
  const merged = { ...defaults, ...own };
  const limits = { ...defaults.limits, ...own.limits };
  const supervision = { ...defaults.supervision, ...own.supervision };
  const backoff = { ...defaults.supervision?.backoff, ...own.supervision?.backoff };
  const { grants } = merged;
  return {
    name,
    artifact: isElsewhere(artifact) ? artifact : resolve(folder, artifact),
    contract: contract === undefined ? undefined : contractOf(contract, folder),
    requires,
    options: {
      ...merged,
      name,
      folder: resolve(folder, own.folder ?? "."),
      ...(merged.limits === undefined ? {} : { limits }),
      ...(merged.supervision === undefined ? {} : { supervision: { ...supervision, backoff } }),
      ...(grants === undefined ? {} : { grants: withFolders(grants, folder) }),
    },
  };
}

/** `npm:`, `https:`, `command:`, `builtin:` or a source of the program's own; a letter alone is a drive of Windows. */
function isElsewhere(artifact: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(artifact);
}

function contractOf(contract: string, folder: string): ConfiguredPlugin["contract"] {
  return isElsewhere(contract) && !isAbsolute(contract) ? { id: contract } : { path: resolve(folder, contract) };
}

function withFolders(grants: Grants, folder: string): Grants {
  if (grants.folders === undefined) return grants;
  const folders = Object.entries(grants.folders).map(([inside, grant]) => [
    inside,
    typeof grant === "string" ? resolve(folder, grant) : { ...grant, path: resolve(folder, grant.path) },
  ]);
  return { ...grants, folders: Object.fromEntries(folders) };
}

/** What only `open` knows: digests, rules of the network, the range of a limit. */
function optionProblems({
  options,
}: ConfiguredPlugin): readonly { readonly steps: readonly string[]; readonly message: string }[] {
  try {
    readOpenOptions(options as OpenOptions);
    readLimits(options.limits, defaultLimits);
    createSupervision(options.supervision);
    return [];
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    const { subject, message } = thrown;
    return [{ steps: subject?.split(".") ?? [], message }];
  }
}

function isGroup(value: unknown): value is Record<string, never> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return [...problems].sort((left, right) => left.line - right.line || left.column - right.column);
}
