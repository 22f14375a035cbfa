/** What a namespace's getters read from. */
const source = Symbol("source");

type Names = Readonly<Record<PropertyKey, unknown>>;

/** Getters that every namespace uses. One of its own for each name would cost more heap than the code of a small plugin. */
const getters = new Map<string, () => unknown>();
const mostGetters = 16_384;

/** Modules that are the same object for all plugins of this thread, with the namespace that these import. */
const shared = new WeakMap<object, object | undefined>();

/** Marks what Node itself gives to every plugin: all of them import one namespace of it. */
export function shareNamespace(module: unknown): void {
  if (isObject(module) && !shared.has(module)) shared.set(module, undefined);
}

/** Marks a namespace that is ready to be imported, by all plugins. */
export function shareAsNamespace(namespace: object): void {
  shared.set(namespace, namespace);
}

/**
 * Does what the bundler's own helper does when a script imports a module, or exports its own names: defines on an object a getter for
 * each property of another.
 *
 * @param to has the property `default` with the module if it is a namespace to import.
 * @returns the object to use.
 */
export function copyNames(to: object, from: unknown, except?: string): object {
  if (!isObject(from)) return to;
  if (except !== undefined || !shared.has(from)) return define(to, from, except);
  const kept = shared.get(from);
  if (kept === from) return kept;
  const names = Object.getOwnPropertyNames(from).length;
  if (kept !== undefined && sizes.get(kept) === names) return kept;
  const made = Object.preventExtensions(define(to, from, undefined));
  shared.set(from, made);
  sizes.set(made, names);
  return made;
}

/** How many properties a module had when its namespace was made: one that is patched gets another. */
const sizes = new WeakMap<object, number>();

function define(to: object, from: object, except: string | undefined): object {
  const isSource = !Object.hasOwn(to, source);
  const present = new Set(Object.getOwnPropertyNames(to));
  if (isSource) Object.defineProperty(to, source, { value: from });
  const names = Object.getOwnPropertyNames(from);
  const all = Object.keys(from).length === names.length;
  for (const name of names) {
    if (name === except || present.has(name)) continue;
    const get = (isSource ? getterOf(name) : undefined) ?? (() => (from as Names)[name]);
    const enumerable = all || Object.prototype.propertyIsEnumerable.call(from, name);
    Object.defineProperty(to, name, { get, enumerable });
  }
  return to;
}

function getterOf(name: string): (() => unknown) | undefined {
  let getter = getters.get(name);
  if (getter === undefined && getters.size < mostGetters) {
    getter = function get(this: { readonly [source]: Names }) {
      return this[source][name];
    };
    getters.set(name, getter);
  }
  return getter;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
