/**
 * What stands between a plugin in TypeScript and the component that is made of it: bundled into the component, so it
 * uses nothing of Node. Plugins are written as for the JavaScript runtime.
 */
import { isPluginDescriptor } from "../../../runtime/descriptor.js";

type Functions = Readonly<Record<string, any>>;
type Convert = (value: any) => unknown;

/** What the component offers its plugin; usable in calls alone, not while the component is made. */
export interface Surroundings {
  /** The host's functions and classes, by their JavaScript names. */
  readonly imports: Functions;
  /** The settings as JSON. */
  settings(): string;
  log(line: string): void;
  /** Tells of a failure that the contract does not declare, before the trap. */
  report(message: string): void;
}

/** A function of the contract. */
export interface Declared {
  /** The interface's JavaScript name, and the function's own. */
  readonly path: readonly string[];
  /** How many parameters the contract has for it. */
  readonly parameters: number;
  /** By parameter: what makes the contract's value of what the component's bindings give. */
  readonly receive: readonly (Convert | undefined)[];
  /** Whether its result is a `result`: then it may throw the error case. */
  readonly fallible: boolean;
}

/** The plugin that a module is. It is activated by the first call. */
export class AuthoredPlugin {
  readonly #source: unknown;
  readonly #surroundings: Surroundings;
  #activated: unknown;

  constructor(namespace: Functions, surroundings: Surroundings) {
    const names = Object.keys(namespace);
    const only = names.length === 1 && names[0] === "default" ? namespace.default : undefined;
    const isDescribed = isPluginDescriptor(namespace.default);
    this.#source = isDescribed
      ? namespace.default.implementation
      : typeof only === "object" && only !== null
        ? only
        : namespace;
    this.#surroundings = surroundings;
  }

  /** What the component exports for a function of the contract. */
  function({ path, parameters: count, receive, fallible }: Declared): (...values: unknown[]) => unknown {
    const call = (object: unknown, values: unknown[]): unknown => {
      const owner = path.slice(0, -1).reduce<any>((scope, name) => scope?.[name], object);
      const found = owner?.[path.at(-1)!];
      if (typeof found !== "function") throw new TypeError(`the plugin does not export ${path.join(".")}()`);
      const converted = values.map((value, index) => receive[index]?.(value) ?? value);
      if (found.length > count) converted.push({ signal: new AbortController().signal });
      return found.apply(owner, converted);
    };
    return (...values) => {
      try {
        const object = this.#activate();
        const answer = isPromise(object) ? object.then((made) => call(made, values)) : call(object, values);
        return isPromise(answer) ? answer.catch((thrown: unknown) => this.#fail(thrown, fallible)) : answer;
      } catch (thrown) {
        return this.#fail(thrown, fallible);
      }
    };
  }

  /** The class of a resource that the plugin offers: known while the component is made, before any call. */
  class(path: readonly string[], methods: readonly Declared[]): unknown {
    if (typeof this.#source === "function")
      throw new TypeError(
        `a component's classes must be known before it runs: give plugin() an object with ${path.join(".")}, and not a function`,
      );
    const found = path.reduce<any>((scope, name) => scope?.[name], this.#source);
    if (typeof found !== "function") throw new TypeError(`the plugin does not export the class ${path.join(".")}`);
    for (const { path: names, receive } of methods) {
      const name = names.at(-1)!;
      const method = found.prototype[name];
      if (typeof method !== "function" || receive.every((convert) => convert === undefined)) continue;
      found.prototype[name] = function (this: unknown, ...values: unknown[]) {
        return method.apply(
          this,
          values.map((value, index) => receive[index]?.(value) ?? value),
        );
      };
    }
    return found;
  }

  #activate(): unknown {
    this.#activated ??= this.#activation();
    return this.#activated;
  }

  #activation(): unknown {
    const source = this.#source as any;
    if (typeof source === "function") return source(this.#context());
    if (typeof source.activate !== "function") return source;
    const activation = source.activate(this.#context());
    return isPromise(activation) ? activation.then(() => source) : source;
  }

  #context() {
    const { imports, settings, log } = this.#surroundings;
    return Object.freeze({
      imports: later(imports),
      sync: imports,
      settings: JSON.parse(settings()),
      // A component's life has no other steps than its calls.
      lifecycle() {},
      log: (text: unknown) => log(String(text)),
    });
  }

  #fail(thrown: unknown, fallible: boolean): never {
    const isAnswer = fallible && (!(thrown instanceof Error) || Object.hasOwn(thrown, "payload"));
    if (!isAnswer) {
      const { message, stack } = thrown instanceof Error ? thrown : { message: String(thrown), stack: "" };
      this.#surroundings.report(`${message}\n${stack ?? ""}`.trim());
    }
    throw thrown;
  }
}

/**
 * A function that the component imports, with the contract's values. The error case of a `result` is thrown as an Error
 * of the plugin's own globals: the bindings have others.
 */
export function hostFunction(
  call: (...values: unknown[]) => unknown,
  answered: Convert | undefined,
  failed: Convert | undefined,
): (...values: unknown[]) => unknown {
  return (...values) => {
    let answer: unknown;
    try {
      answer = call(...values);
    } catch (thrown) {
      const { message, payload } = thrown as { message?: string; payload?: unknown };
      throw Object.assign(new Error(message), { payload: failed === undefined ? payload : failed(payload) });
    }
    return answered === undefined ? answer : answered(answer);
  };
}

/** The host's functions as the JavaScript runtime gives them: each answers with a promise. */
function later(functions: Functions): Functions {
  return Object.fromEntries(
    Object.entries(functions).map(([name, found]) => [
      name,
      typeof found !== "function"
        ? later(found)
        : /^[A-Z]/.test(name)
          ? classOf(found)
          : async (...values: unknown[]) => found(...values),
    ]),
  );
}

function classOf(found: any): unknown {
  return Object.assign(found, { new: async (...values: unknown[]) => new found(...values) });
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
