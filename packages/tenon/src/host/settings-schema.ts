import { copyJson, type JsonBounds, jsonPath } from "./json-copy.js";

/** A schema that is safe to compile, and what is known about it. */
export interface SettingsSchema {
  readonly schema: Readonly<Record<string, unknown>>;
  /** Whether it marks any setting as secret. */
  readonly hasSecrets: boolean;
  /** The names of settings that it marks as secret anywhere. */
  readonly secretNames: ReadonlySet<string>;
}

const bounds: JsonBounds = { depth: 64, parts: 20_000, characters: 500_000 };
const mostExpanded = 100_000;
const draft = "https://json-schema.org/draft/2020-12/schema";
/** Keywords whose values are data: nothing inside of them is a keyword. */
const dataKeywords = new Set(["const", "enum", "default", "examples"]);

/**
 * Reads a settings schema. It comes from a plugin that is not trusted, so its limits are checked first: size, depth,
 * references (only inside the schema itself; nothing is fetched), and the size after references are expanded. The cost of
 * a `pattern` cannot be checked here; the engine limits the time instead.
 *
 * @throws {@link NotJson}, or an `Error` that says what is wrong.
 */
export function readSchema(given: unknown): SettingsSchema {
  const copy = copyJson(given, bounds);
  if (!isObject(copy)) throw new Error("expected an object");
  // Only references from outside could use the id, and the engine would confuse schemas with equal ids.
  const { $id: _, ...schema } = copy;
  if (schema.$schema !== undefined && String(schema.$schema).replace(/#$/, "") !== draft) {
    throw new Error(`$schema: only JSON Schema draft 2020-12 (${draft}) is supported`);
  }
  const scan = new Scan();
  scan.visit(schema, []);
  new Expansion(schema, scan.anchors).measure();
  return { schema, hasSecrets: scan.hasSecrets, secretNames: scan.secretNames };
}

/** Whether a schema marks what it describes as secret. */
function marksSecret(schema: unknown): boolean {
  return isObject(schema) && (schema.writeOnly === true || schema.format === "password");
}

class Scan {
  hasSecrets = false;
  readonly secretNames = new Set<string>();
  readonly anchors = new Map<string, unknown>();

  visit(value: unknown, path: (string | number)[]): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.visit(item, [...path, index]);
      return;
    }
    if (!isObject(value)) return;
    if (marksSecret(value)) {
      this.hasSecrets = true;
      const name = path.at(-1);
      if (path.at(-2) === "properties" && typeof name === "string") this.secretNames.add(name);
    }
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === "string") this.text(value, key, item, path);
      else if (key === "$async") throw new Error(`${jsonPath("schema", path)}: $async is not part of JSON Schema`);
      else if (!dataKeywords.has(key) || path.at(-1) === "properties") this.visit(item, [...path, key]);
    }
  }

  text(schema: object, key: string, value: string, path: readonly (string | number)[]): void {
    const where = jsonPath("schema", [...path, key]);
    if ((key === "$ref" || key === "$dynamicRef") && !value.startsWith("#")) {
      throw new Error(
        `${where}: "${value.slice(0, 100)}" points outside the schema; only references that begin with # are followed`,
      );
    }
    if (key === "$id" && path.length > 0) throw new Error(`${where}: only the schema itself may have an $id`);
    if (key === "$anchor" || key === "$dynamicAnchor") this.anchors.set(value, schema);
  }
}

/** Counts the parts of a schema after every reference is replaced by its target. */
class Expansion {
  readonly #root: unknown;
  readonly #anchors: ReadonlyMap<string, unknown>;
  readonly #known = new Map<object, number>();
  readonly #open = new Set<object>();

  constructor(root: unknown, anchors: ReadonlyMap<string, unknown>) {
    this.#root = root;
    this.#anchors = anchors;
  }

  measure(): void {
    if (this.parts(this.#root) > mostExpanded) {
      throw new Error(`it has more than ${mostExpanded} parts after its references are expanded`);
    }
  }

  parts(value: unknown): number {
    if (typeof value !== "object" || value === null) return 1;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    // A schema that contains itself is as large as the settings make it.
    if (this.#open.has(value)) return 1;
    this.#open.add(value);
    let sum = 1;
    for (const [key, item] of Object.entries(value)) {
      sum +=
        (key === "$ref" || key === "$dynamicRef") && typeof item === "string"
          ? this.parts(this.#target(item))
          : this.parts(item);
    }
    this.#open.delete(value);
    this.#known.set(value, sum);
    return sum;
  }

  #target(reference: string): unknown {
    const fragment = reference.slice(1);
    if (fragment !== "" && !fragment.startsWith("/")) return this.#anchors.get(fragment);
    let target = this.#root;
    for (const step of fragment.split("/").slice(1)) {
      const key = unescapeStep(step);
      if (typeof target !== "object" || target === null || !Object.hasOwn(target, key)) return undefined;
      target = (target as Record<string, unknown>)[key];
    }
    return target;
  }
}

function unescapeStep(step: string): string {
  let decoded = step;
  try {
    decoded = decodeURIComponent(step);
  } catch {
    // Not percent-encoded: used as it is.
  }
  return decoded.replaceAll("~1", "/").replaceAll("~0", "~");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
