import { createRequire, isBuiltin } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { callRefused, typeScriptNotBundled } from "../../errors/factories/javascript.js";
import type { LoadRequest } from "../../runtime/index.js";
import { type Script, type ScriptScope, scriptParameters } from "../../runtime/script.js";
import type { Externals } from "./externals.js";
import { addWatcher } from "./leftovers.js";
import { Libraries } from "./libraries.js";
import { copyNames, shareNamespace } from "./namespaces.js";
import type { Origin } from "./origin.js";
import { shadowOutput } from "./shadows/output.js";
import { type Listener, shadowProcess } from "./shadows/process.js";
import { shadowTimers, type TimerShadows } from "./shadows/timers.js";
import type { StackMapper } from "./stack.js";
import { workerThreads } from "./worker-scripts.js";

export interface ScriptScopeOptions {
  readonly script: Script;
  readonly request: LoadRequest;
  readonly stack: StackMapper;
  readonly externals: Externals;
  readonly origin: Origin | undefined;
  /** Makes the function that is called with what a callback threw; `where` says which callback. */
  failed(where: string): (thrown: unknown) => void;
}

export interface LoadedScope {
  /** The values of the script's parameters, in order. */
  readonly values: readonly unknown[];
  readonly module: { exports: unknown };
  /** Removes what the plugin left behind in the host: timers, listeners, an incomplete line of output. */
  release(): void;
}

/**
 * Makes the globals of a script. An inline script shares the host's process, so it gets stand-ins for what could end or
 * outlive it: `process`, `console` and the timers. They prevent accidents and are not a sandbox.
 */
export function createScriptScope(options: ScriptScopeOptions): LoadedScope {
  const { script, externals } = options;
  const module = { exports: {} as unknown };
  const moduleMeta = (path: string) => metaOf(path, script.entry);
  const libraries = new Libraries(script);
  let values: readonly unknown[] = [];
  const library = (token: string) =>
    libraries.require(token, (run, own) => run.apply(own.exports, replaced(values, own)));
  const unsupported = (path: string, cause: unknown) =>
    typeScriptNotBundled(script.entry, path, cause, options.stack(new Error(`${path} was imported`)));
  let made: NodeJS.Require | undefined;
  const fromEntry = () => (made ??= createRequire(script.entry));
  const { workers = [] } = script;
  let threads: object | undefined;
  const isThreads = (id: string) => workers.length > 0 && /^(?:node:)?worker_threads$/.test(id);
  const own = (id: string) => libraries.has(id) || externals.has(id) || isThreads(id);
  const ownModule = (id: string) => {
    if (isThreads(id)) return (threads ??= workerThreads(fromEntry()(id), workers));
    return libraries.has(id) ? library(id) : externals.require(id);
  };
  const real = acceptingUrls(fromEntry, own, ownModule, unsupported);
  const shared = {
    exports: module.exports,
    module,
    __tenon_module: moduleMeta,
    __tenon_meta: moduleMeta(script.entry),
    __tenon_copy: copyNames,
  };
  if (options.request.traits.thread === "own") {
    const scope: ScriptScope = {
      ...shared,
      require: withProperties(real, fromEntry),
      process,
      console,
      setTimeout,
      setInterval,
      setImmediate,
      clearTimeout,
      clearInterval,
      clearImmediate,
      queueMicrotask,
    };
    values = scriptParameters.map((name) => scope[name]);
    return { values, module, release() {} };
  }
  const output = shadowOutput((line) => options.request.log(line));
  const timers = shadowTimers(options.failed("a timer's callback threw"));
  const refuse = (call: string) => callRefused(script.entry, call, options.stack(new Error(`${call} was refused`)));
  const guard = guardedBy(options.origin, options.failed("a listener on process threw"));
  const shadow = shadowProcess(options.request.grants, output, refuse, guard);
  const scope: ScriptScope = {
    ...shared,
    require: shadowRequire(real, fromEntry, shadow.process, output.console, timers),
    process: shadow.process,
    console: output.console,
    ...timers.functions,
  };
  values = scriptParameters.map((name) => scope[name]);
  return {
    values,
    module,
    release() {
      timers.release();
      shadow.release();
      output.release();
    },
  };
}

/** Wraps listeners, so that they run for the plugin and their exceptions are attributed to it, wherever the event comes from. */
function guardedBy(origin: Origin | undefined, failed: (thrown: unknown) => void) {
  return (listener: Listener): Listener => {
    const entered = origin === undefined ? listener : origin.entering(listener);
    return (...parameters) => {
      try {
        return entered(...parameters);
      } catch (thrown) {
        failed(thrown);
      }
    };
  };
}

/** The values of the script's parameters for a library, which has its own `module` and `exports`. */
function replaced(values: readonly unknown[], module: { exports: unknown }): unknown[] {
  return scriptParameters.map((name, at) =>
    name === "module" ? module : name === "exports" ? module.exports : values[at],
  );
}

/** Accepts URLs too: `import()` was compiled to `require()`, and only the former accepts them. */
function acceptingUrls(
  made: () => NodeJS.Require,
  isOwn: (id: string) => boolean,
  own: (id: string) => unknown,
  unsupported: (path: string, cause: unknown) => Error,
): NodeJS.Require {
  const load = (id: string): unknown => {
    if (isOwn(id)) return own(id);
    const require = made();
    if (isBuiltin(id)) {
      const module = require(id);
      shareNamespace(module);
      return module;
    }
    const path = /^file:/.test(id) ? fileURLToPath(id) : id;
    if (!/\.(?:[cm]?ts|tsx|jsx)$/.test(path)) return require(path);
    try {
      return require(path);
    } catch (cause) {
      // What the file itself throws is not about its language.
      const code = String((cause as { code?: unknown } | null)?.code);
      if (!(cause instanceof SyntaxError) && !/^ERR_UN(?:KNOWN_FILE_EXTENSION|SUPPORTED)/.test(code)) throw cause;
      throw unsupported(path, cause);
    }
  };
  return load as NodeJS.Require;
}

/** Gives a function the properties of Node's `require`, which is made when one of them is first used. */
function withProperties(load: (id: string) => unknown, made: () => NodeJS.Require): NodeJS.Require {
  makers.set(load, made);
  return Object.defineProperties(load, requireProperties) as NodeJS.Require;
}

const makers = new WeakMap<object, () => NodeJS.Require>();

/** One set for all plugins. */
const requireProperties: PropertyDescriptorMap = Object.fromEntries(
  (["resolve", "main", "extensions", "cache"] as const).map((name) => [
    name,
    {
      get(this: object) {
        return makers.get(this)?.()[name];
      },
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, writable: true });
      },
      enumerable: true,
      configurable: true,
    },
  ]),
);

function shadowRequire(
  real: NodeJS.Require,
  node: () => NodeJS.Require,
  process: NodeJS.Process,
  console: Console,
  { functions, promises }: TimerShadows,
): NodeJS.Require {
  const timersPromises = () => ({
    ...real("node:timers/promises"),
    ...promises,
    scheduler: {
      wait: (delay: number, options?: object) => promises.setTimeout(delay, undefined, options),
      yield: () => promises.setImmediate(),
    },
  });
  const own: Readonly<Record<string, () => unknown>> = {
    process: () => process,
    console: () => console,
    timers: () => ({ ...real("node:timers"), ...functions, promises: timersPromises() }),
    "timers/promises": timersPromises,
    fs: () => watched(real("node:fs")),
  };
  const made = new Map<string, unknown>();
  const require = (id: string): unknown => {
    const name = id.startsWith("node:") ? id.slice(5) : id;
    if (!Object.hasOwn(own, name)) return real(id);
    if (!made.has(name)) made.set(name, own[name]?.());
    return made.get(name);
  };
  return withProperties(require, node);
}

/** The module with a `watch` whose watchers end with the plugin. */
function watched(fs: typeof import("node:fs")): object {
  const watch = (path: string, ...rest: []) => {
    const watcher = fs.watch(path, ...rest);
    addWatcher(watcher, String(path));
    return watcher;
  };
  return Object.create(fs, {
    ...Object.getOwnPropertyDescriptors(fs),
    watch: { value: watch, enumerable: true, writable: true, configurable: true },
  });
}

function metaOf(path: string, entry: string) {
  let url: string | undefined;
  return {
    get url() {
      return (url ??= pathToFileURL(path).href);
    },
    set url(value) {
      url = value;
    },
    filename: path,
    dirname: dirname(path),
    main: path === entry,
    resolve: (specifier: string): string => {
      const found = createRequire(path).resolve(specifier);
      return found.startsWith("/") || /^[A-Za-z]:[\\/]/.test(found) ? pathToFileURL(found).href : found;
    },
  };
}
