import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { externalFailed } from "../../errors/factories/javascript.js";
import type { ExternalModule, Script } from "../../runtime/script.js";
import { shareAsNamespace } from "./namespaces.js";

type Import = (specifier: string) => Promise<Readonly<Record<string, unknown>>>;

/** What was imported in this thread, by token. */
const imported = new Map<string, unknown>();

/** The modules that a script imports but does not contain. Node loads them, and caches them as for any other importer. */
export class Externals {
  readonly #entry: string;
  readonly #modules: ReadonlyMap<string, ExternalModule>;
  readonly #loaded = new Map<string, unknown>();

  constructor({ entry, externals = [] }: Script) {
    this.#entry = entry;
    this.#modules = new Map(externals.map((each) => [each.token, each]));
  }

  /** Loads what the script imports statically: that may be asynchronous, and the script is not. @throws TENON_LOAD_FAILED */
  async load(): Promise<void> {
    for (const { token, kind, specifier, from } of this.#modules.values())
      if (kind === "import") {
        // Node keeps what it imported, and what a name means in a folder, for as long as it runs.
        const known = imported.get(token) ?? importable(await this.#try(specifier, from));
        imported.set(token, known);
        this.#loaded.set(token, known);
      }
  }

  has(token: string): boolean {
    return this.#modules.has(token);
  }

  /** Returns what the script gets for a token: a module, or for a dynamic import what resolves to one when awaited. */
  require(token: string): unknown {
    const { kind, specifier, from } = this.#modules.get(token) as ExternalModule;
    if (kind === "import") return this.#loaded.get(token);
    if (kind === "require") return createRequire(from)(specifier);
    return {
      // biome-ignore lint/suspicious/noThenProperty: what a bundled import() resolves with is awaited once more.
      then: (resolve: (found: unknown) => void, reject: (cause: unknown) => void) =>
        this.#try(specifier, from).then((found) => resolve(importable(found)), reject),
    };
  }

  async #try(specifier: string, from: string): Promise<Readonly<Record<string, unknown>>> {
    try {
      return await importFrom(from)(specifier);
    } catch (cause) {
      throw externalFailed(this.#entry, specifier, from, cause);
    }
  }
}

/** Returns Node's own `import()`, as a file of this folder would call it: no other API resolves for an importing file. */
function importFrom(file: string): Import {
  const module = new Module(join(dirname(file), "tenon-external.cjs")) as Module & Compiling;
  module._compile("module.exports = (specifier) => import(specifier);", module.id);
  return module.exports as Import;
}

/** What loaders of other file types use to make a module from text. */
interface Compiling {
  _compile(text: string, path: string): void;
}

/**
 * Returns a namespace as the bundler's `import` expects it. As in a bundle, the properties of a CommonJS module can be
 * imported by name, even those that Node does not find without running it.
 */
function importable(namespace: Readonly<Record<string, unknown>>): unknown {
  let found = made.get(namespace);
  if (found === undefined) made.set(namespace, (found = makeImportable(namespace)));
  return found;
}

/** All plugins of a thread share what is made for a module, which may have hundreds of names. */
const made = new WeakMap<object, object>();

function makeImportable(namespace: Readonly<Record<string, unknown>>): object {
  const found = Object.defineProperty({}, "__esModule", { value: true });
  const add = (from: Readonly<Record<string, unknown>>, keys: readonly string[] = Object.keys(from)) => {
    for (const key of keys)
      if (!Object.hasOwn(found, key)) Object.defineProperty(found, key, { get: () => from[key], enumerable: true });
  };
  // In the order in which a bundle has them.
  if ("default" in namespace) add(namespace, ["default"]);
  add(namespace);
  if (isCommonJs(namespace.default)) add(namespace.default);
  shareAsNamespace(Object.preventExtensions(found));
  return found;
}

/** Whether a default export is what a CommonJS module exports. */
function isCommonJs(exported: unknown): exported is Readonly<Record<string, unknown>> {
  if ((typeof exported !== "object" && typeof exported !== "function") || exported === null) return false;
  return Object.values(createRequire(import.meta.url).cache).some((each) => each?.exports === exported);
}
