import { compileFunction } from "node:vm";
import type { Library, Script, ScriptFunction } from "../../runtime/script.js";

/** The compiled code of libraries, for as long as an instance uses it. */
const compiled = new Map<string, WeakRef<ScriptFunction>>();
const collected = new FinalizationRegistry<string>((token) => {
  if (compiled.get(token)?.deref() === undefined) compiled.delete(token);
});

/** The libraries of one instance: it has objects of its own, and shares the code with all other instances of its thread. */
export class Libraries {
  readonly #libraries: ReadonlyMap<string, Library>;
  readonly #exports = new Map<string, { exports: unknown }>();
  /** Keeps what `compiled` refers to. */
  readonly #functions: ScriptFunction[] = [];

  constructor({ libraries = [] }: Script) {
    this.#libraries = new Map(libraries.map((each) => [each.token, each]));
  }

  has(token: string): boolean {
    return this.#libraries.has(token);
  }

  /** @param run calls the library's function with the globals of the plugin. */
  require(token: string, run: (library: ScriptFunction, module: { exports: unknown }) => void): unknown {
    const known = this.#exports.get(token);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    this.#exports.set(token, module);
    const library = compile(this.#libraries.get(token) as Library);
    this.#functions.push(library);
    try {
      run(library, module);
    } catch (thrown) {
      this.#exports.delete(token);
      throw thrown;
    }
    return module.exports;
  }
}

function compile({ token, code, name }: Library): ScriptFunction {
  let library = compiled.get(token)?.deref();
  if (library === undefined) {
    library = compileFunction(code, [], { filename: name })() as ScriptFunction;
    compiled.set(token, new WeakRef(library));
    collected.register(library, token);
  }
  return library;
}
