/**
 * Connects a plugin in TypeScript with the component that is made from it. It is bundled into the component, so it uses
 * nothing of Node. Plugins are written as for the JavaScript runtime.
 */
import { isPluginDescriptor } from "../../../runtime/descriptor.js";

type Functions = Readonly<Record<string, any>>;
type Convert = (value: any) => unknown;

/** What the component provides to its plugin. It only works during calls, not while the component is made. */
export interface ComponentServices {
  /** The host's functions and classes, by their JavaScript names. */
  readonly imports: Functions;
  /** The settings as JSON. */
  settings(): string;
  log(line: string): void;
  /** Reports a failure that the contract does not declare, before the trap. */
  report(message: string): void;
}

/** A function of the contract. */
export interface Declared {
  /** The interface's JavaScript name, and the function's own. */
  readonly path: readonly string[];
  /** How many parameters the contract has for it. */
  readonly parameters: number;
  /** By parameter: converts the value from the component's bindings to the contract's value. */
  readonly receive: readonly (Convert | undefined)[];
  /** Convert the contract's value to that of the bindings: the result, and the payload of its error case. */
  readonly give: Convert | undefined;
  readonly giveError: Convert | undefined;
  /** Whether its result type is a `result`, so that it may throw the error case. */
  readonly fallible: boolean;
}

/** A resource that the contract exports. */
export interface DeclaredClass {
  /** The interface's JavaScript name, and the class's own. */
  readonly path: readonly string[];
  /** By parameter of the constructor, like {@link Declared.receive}. */
  readonly constructs: readonly (Convert | undefined)[];
  readonly methods: readonly Declared[];
  readonly statics: readonly Declared[];
}

/** How the values of a function that the contract imports are converted to those of the bindings, and back. */
export interface ImportedFunction {
  readonly give: readonly (Convert | undefined)[];
  readonly receive: Convert | undefined;
  readonly receiveError: Convert | undefined;
}

/** A method or static function of a resource that the contract imports. */
export interface ImportedMember extends ImportedFunction {
  readonly name: string;
}

type Failing = Pick<Declared, "fallible"> & Partial<Pick<Declared, "giveError">>;

/** A plugin, as the author's module exports it. The first call activates it. */
export class AuthoredPlugin {
  readonly #source: unknown;
  readonly #services: ComponentServices;
  #activated: unknown;

  constructor(namespace: Functions, services: ComponentServices) {
    const names = Object.keys(namespace);
    const only = names.length === 1 && names[0] === "default" ? namespace.default : undefined;
    const isDescribed = isPluginDescriptor(namespace.default);
    this.#source = isDescribed
      ? namespace.default.implementation
      : typeof only === "object" && only !== null
        ? only
        : namespace;
    this.#services = services;
  }

  /** Returns what the component exports for a function of the contract. */
  function(declared: Declared): (...values: unknown[]) => unknown {
    const { path } = declared;
    const call = (object: unknown, values: unknown[]): unknown => {
      const owner = path.slice(0, -1).reduce<any>((scope, name) => scope?.[name], object);
      return this.#call(owner, owner?.[path.at(-1)!], declared, values);
    };
    return (...values) =>
      this.#guarded(declared, () => {
        const object = this.#activate();
        return isPromise(object) ? object.then((made) => call(made, values)) : call(object, values);
      });
  }

  /**
   * Returns a class for the bindings that stands for the author's, whose objects it makes: a plugin that receives a context is
   * activated by the first call, but the bindings need the class while the component is made.
   */
  class({ path, constructs, methods, statics }: DeclaredClass): unknown {
    const source = this.#source as any;
    if (typeof source !== "function") classIn(source, path);
    let known: any;
    const own = () => {
      if (known !== undefined) return known;
      const object = this.#activate();
      if (isPromise(object))
        throw new TypeError(`the class ${path.join(".")} is needed before the activation of the plugin has ended`);
      known = classIn(object, path);
      return known;
    };
    const plugin = this;
    // Not an arrow function: the bindings call it with `new`.
    function Later(...values: unknown[]): unknown {
      return plugin.#guarded({ fallible: false }, () => new (own())(...converted(values, constructs)));
    }
    for (const each of methods) {
      const name = each.path.at(-1)!;
      Later.prototype[name] = function (this: any, ...values: unknown[]) {
        return plugin.#guarded(each, () => plugin.#call(this, this[name], each, values));
      };
    }
    for (const each of statics) {
      const name = each.path.at(-1)!;
      const value = (...values: unknown[]) =>
        plugin.#guarded(each, () => plugin.#call(own(), own()[name], each, values));
      Object.defineProperty(Later, name, { value });
    }
    // The bindings ask whether what the plugin returns is of this class.
    return Object.defineProperty(Later, Symbol.hasInstance, { value: (object: unknown) => object instanceof own() });
  }

  #call(owner: unknown, found: unknown, declared: Declared, values: unknown[]): unknown {
    const { path, parameters: count, receive, give } = declared;
    if (typeof found !== "function") throw new TypeError(`the plugin does not export ${path.join(".")}()`);
    const given = converted(values, receive);
    if (found.length > count) given.push({ signal: new AbortController().signal });
    const result: unknown = found.apply(owner, given);
    if (give === undefined) return result;
    return isPromise(result) ? result.then(give) : give(result);
  }

  #guarded(declared: Failing, call: () => unknown): unknown {
    try {
      const result = call();
      return isPromise(result) ? result.catch((thrown: unknown) => this.#fail(thrown, declared)) : result;
    } catch (thrown) {
      return this.#fail(thrown, declared);
    }
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
    const { imports, settings, log } = this.#services;
    return Object.freeze({
      imports: asynchronous(imports),
      sync: imports,
      settings: JSON.parse(settings()),
      // A component only has calls, and no other lifecycle.
      lifecycle() {},
      get storage(): never {
        throw new Error("a component has no context.storage; ask for grants.storage.folder, and use the folder /data");
      },
      folder: undefined,
      log: (text: unknown) => log(String(text)),
    });
  }

  #fail(thrown: unknown, { fallible, giveError }: Failing): never {
    const isErrorCase = fallible && (!(thrown instanceof Error) || Object.hasOwn(thrown, "payload"));
    if (!isErrorCase) {
      const { message, stack } = thrown instanceof Error ? thrown : { message: String(thrown), stack: "" };
      this.#services.report(`${message}\n${stack ?? ""}`.trim());
    }
    if (isErrorCase && giveError !== undefined) {
      if (!(thrown instanceof Error)) throw giveError(thrown);
      Object.assign(thrown, { payload: giveError((thrown as { payload?: unknown }).payload) });
    }
    throw thrown;
  }
}

/**
 * Wraps a function that the component imports, so that it uses the contract's values. The error case of a `result` is thrown
 * as an Error of the plugin's own globals, since the bindings have different ones.
 */
export function hostFunction(
  call: (...values: unknown[]) => unknown,
  { give, receive, receiveError }: ImportedFunction,
): (...values: unknown[]) => unknown {
  return function (this: unknown, ...values) {
    let result: unknown;
    try {
      result = call.apply(this, converted(values, give));
    } catch (thrown) {
      const { message, payload } = thrown as { message?: string; payload?: unknown };
      throw Object.assign(new Error(message), {
        payload: receiveError === undefined ? payload : receiveError(payload),
      });
    }
    return receive === undefined ? result : receive(result);
  };
}

/**
 * Lets a class that the component imports use the contract's values. The class itself is changed: the bindings make its
 * objects, and accept no others.
 */
export function hostClass(found: any, methods: readonly ImportedMember[], statics: readonly ImportedMember[]): unknown {
  const members = [
    ...methods.map((each) => [found.prototype, each] as const),
    ...statics.map((each) => [found, each] as const),
  ];
  for (const [owner, member] of members) {
    const { name } = member;
    const value = hostFunction(owner[name], member);
    Object.defineProperty(owner, name, { value, writable: true, configurable: true });
  }
  return found;
}

function converted(values: readonly unknown[], conversions: readonly (Convert | undefined)[]): unknown[] {
  return values.map((value, index) => {
    const convert = conversions[index];
    return convert === undefined ? value : convert(value);
  });
}

function classIn(object: unknown, path: readonly string[]): any {
  const found = path.reduce<any>((scope, name) => scope?.[name], object);
  if (typeof found !== "function") throw new TypeError(`the plugin does not export the class ${path.join(".")}`);
  return found;
}

/** Returns the host's functions as in the JavaScript runtime: each returns a promise. */
function asynchronous(functions: Functions): Functions {
  return Object.fromEntries(
    Object.entries(functions).map(([name, found]) => [
      name,
      typeof found !== "function"
        ? asynchronous(found)
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
