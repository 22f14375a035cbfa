import { manifestFieldUnknown, manifestInvalid } from "../errors/factories/artifact.js";
import type { GrantRequest } from "../grants/grants.js";
import { readGrantRequest } from "../grants/read-grants.js";
import { didYouMean } from "./nearest.js";
import { packageOf, type SharedModule } from "./package-choice.js";
import type { RuntimeOptions } from "./runtime-options.js";
import { semanticVersions } from "./semantic-versions.js";

/** The fields of tenon.json, and of the field `tenon` of package.json. All are optional. */
export interface ManifestFields {
  readonly name?: string;
  readonly version?: string;
  /** Relative to the manifest. */
  readonly entry?: string;
  /** A name, or an object with `name` and the runtime's options. */
  readonly runtime?: { readonly name?: string | undefined; readonly options: RuntimeOptions };
  readonly contract?: { readonly path: string; readonly world?: string };
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly priority?: number;
  readonly requires?: Readonly<Record<string, string>>;
  readonly grants?: GrantRequest;
  readonly external?: readonly string[];
  /** Version ranges by package; a list of names stands for any version. */
  readonly shared?: Readonly<Record<string, SharedModule>>;
}

const nonEmpty = "a non-empty string without control characters";

type Checks = {
  readonly [F in keyof Required<ManifestFields> | "$schema"]: (value: unknown, fail: Fail, where: Where) => unknown;
};
type Fail = (expected: string, path?: string) => Error;
/** The manifest, and what comes before the names of its fields. */
interface Where {
  readonly file: string;
  readonly prefix: string;
}

const checks: Checks = {
  $schema: text,
  name: text,
  version: (value, fail) => {
    if (typeof value === "string" && semanticVersions().valid(value) !== null) return value;
    throw fail('a semantic version such as "1.2.3"');
  },
  entry: relativePath,
  runtime: (value, fail) => {
    if (typeof value === "string") return { name: text(value, fail), options: {} };
    const { name, ...options } = object(value, fail, 'the name of a runtime, or {"name", …} with its options');
    return { name: name === undefined ? undefined : text(name, (expected) => fail(expected, ".name")), options };
  },
  contract: (value, fail) => {
    if (typeof value === "string") return { path: relativePath(value, fail) };
    const fields = object(value, fail, 'a path, or {"path", "world"}');
    for (const key of Object.keys(fields)) {
      if (key !== "path" && key !== "world") throw fail(`only the fields path and world, found "${key}"`);
    }
    const path = relativePath(fields.path, (expected) => fail(expected, ".path"));
    return fields.world === undefined
      ? { path }
      : { path, world: text(fields.world, (expected) => fail(expected, ".world")) };
  },
  settings: (value, fail) => object(value, fail, "a JSON Schema (an object)"),
  priority: (value, fail) => {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw fail("a number");
  },
  requires: (value, fail) => {
    for (const [name, range] of Object.entries(object(value, fail, "an object of version ranges by plugin name"))) {
      if (typeof range !== "string" || semanticVersions().validRange(range) === null)
        throw fail('a version range such as "^1.2.0"', `.${name}`);
    }
    return value;
  },
  grants: (value, _, where) =>
    readGrantRequest(value, {
      unknown: (path, known) => unknownField(path, known, where),
      wrong: (path, expected, found) =>
        manifestInvalid(where.file, `"${where.prefix}${path}": expected ${expected}, got ${shown(found)}`),
      entry: (grant, entry, why) =>
        manifestInvalid(where.file, `"${where.prefix}grants.${grant}": ${shown(entry)}: ${why}`),
    }),
  external: (value, fail) => packageNames(value, fail, "a list of package names"),
  shared: (value, fail) => {
    const expected = "a list of package names, or an object of version ranges by package name";
    if (Array.isArray(value)) return Object.fromEntries(packageNames(value, fail, expected).map((name) => [name, {}]));
    return Object.fromEntries(
      Object.entries(object(value, fail, expected)).map(([name, range]) => {
        packageNames([name], fail, expected);
        if (typeof range !== "string" || semanticVersions().validRange(range) === null)
          throw fail('a version range such as "^1.2.0"', `.${name}`);
        return [name, { range }];
      }),
    );
  },
};

/**
 * Validates the fields of a manifest.
 *
 * @param file the manifest's path, for messages. `prefix` is put before each field's name.
 * @throws TENON_MANIFEST_INVALID with the field, what was expected and what was found.
 */
export function readManifestFields(value: unknown, file: string, prefix = ""): ManifestFields {
  const fields = object(
    value,
    (expected) => manifestInvalid(file, `${prefix.replace(/\.$/, "") || "the manifest"}: expected ${expected}`),
    "an object",
  );
  const read: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    if (!Object.hasOwn(checks, key)) throw unknownField(key, Object.keys(checks).slice(1), { file, prefix });
    const fail: Fail = (expected, path = "") =>
      manifestInvalid(
        file,
        `"${prefix}${key}${path}": expected ${expected}${path === "" ? `, got ${shown(field)}` : ""}`,
      );
    read[key] = checks[key as keyof Checks](field, fail, { file, prefix });
  }
  return read as ManifestFields;
}

function unknownField(path: string, known: readonly string[], { file, prefix }: Where): Error {
  const name = path.slice(path.lastIndexOf(".") + 1);
  return manifestFieldUnknown(file, prefix + path, known, didYouMean(name, known));
}

function text(value: unknown, fail: Fail): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name with control characters would garble every message
  if (typeof value === "string" && value.trim() !== "" && !/[\x00-\x1f\x7f]/.test(value)) return value;
  throw fail(nonEmpty);
}

function packageNames(value: unknown, fail: Fail, expected: string): readonly string[] {
  const isName = (name: unknown) => typeof name === "string" && name !== "" && packageOf(name) === name;
  if (Array.isArray(value) && value.every(isName)) return value;
  throw fail(expected);
}

function relativePath(value: unknown, fail: Fail): string {
  const path = text(value, (expected) => fail(expected === nonEmpty ? "a path" : expected));
  const leaves = path.split(/[\\/]/).includes("..") || /^(?:[\\/]|[A-Za-z]:)/.test(path);
  if (leaves) throw fail("a path inside the plugin's own folder");
  return path;
}

function object(value: unknown, fail: Fail, expected: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw fail(expected);
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
