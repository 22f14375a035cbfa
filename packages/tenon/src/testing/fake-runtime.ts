import type { Contract } from "../contract/index.js";
import { errors, type Finding, type TenonError } from "../errors/index.js";
import type { Lifecycle } from "../runtime/descriptor.js";
import {
  type Artifact,
  Boundary,
  bindFunctions,
  implement,
  type LoadRequest,
  type Prepared,
  type Runtime,
} from "../runtime/index.js";
import { FakeInstance } from "./fake-instance.js";

/** What a fake plugin gets, like `context` of `tenon/guest`. */
export interface FakeContext {
  readonly imports: any;
  readonly sync: any;
  readonly request: LoadRequest;
}

/** A plugin that exists only in the test's memory. */
export interface FakePlugin {
  /** The functions by JavaScript name, or a function that returns them; it may throw or wait, like real loading. */
  readonly implementation: object | ((context: FakeContext) => object | Promise<object>);
  /** The contract that the plugin carries, for checks. */
  readonly contract?: Contract;
  readonly version?: string;
  readonly lifecycle?: Lifecycle;
  /** The findings of a check. */
  readonly findings?: readonly Finding[];
}

/** A runtime whose plugins are objects of the test. */
export interface FakeRuntime extends Runtime {
  /** Every instance that was loaded, in order. */
  readonly instances: readonly FakeInstance[];
  /** Adds or replaces a plugin; the next load uses it. */
  set(name: string, plugin: FakePlugin): void;
}

const registryKey = Symbol.for("tenon.testing.runtimes");
const registry = ((globalThis as Record<symbol, unknown>)[registryKey] ??= new Map()) as Map<string, Runtime>;

/**
 * A runtime for tests of hosts and places: `fake:NAME` opens a plugin that is an object of the test.
 *
 * ```ts
 * const runtime = fakeRuntime({ greeter: { implementation: { greet: (name: string) => `Hello, ${name}!` } } });
 * const host = new Host({ runtimes: [runtime], places: { inline: inlinePlace(), serialised: serialisedPlace() } });
 * const plugin = await host.open("fake:greeter", greeter, { place: "serialised" });
 * runtime.instances[0].lose(); // crashes it
 * ```
 *
 * It runs inline and in {@link serialisedPlace}; other threads and processes have no access to the test's objects.
 */
export function fakeRuntime(plugins: Readonly<Record<string, FakePlugin>>, name = "fake"): FakeRuntime {
  const known = new Map(Object.entries(plugins));
  const instances: FakeInstance[] = [];
  const scheme = `${name}:`;
  const elsewhere = "a fake plugin is an object of the test's own thread";
  const id = `${name}-${registry.size}`;
  const find = (given: string): FakePlugin => {
    const plugin = known.get(given.slice(scheme.length));
    if (plugin !== undefined) return plugin;
    throw errors.TENON_ARTIFACT_MISSING({
      message: `${given}: there is no fake plugin of this name; fake plugins: ${[...known.keys()].join(", ")}`,
      subject: given,
    });
  };
  const runtime: FakeRuntime = {
    name,
    // A place that imports this URL in the same thread gets this runtime object.
    module: `data:text/javascript,export default globalThis[Symbol.for("tenon.testing.runtimes")].get(${encodeURIComponent(JSON.stringify(id))});`,
    offers: ({ process, blocking }) => (process === "host" && !blocking ? true : elsewhere),
    instances,
    set: (key, plugin) => void known.set(key, plugin),
    resolve: async (given) =>
      given.startsWith(scheme) ? artifactOf(given, given.slice(scheme.length), find(given)) : undefined,
    recognise: async ({ given }) =>
      given.startsWith(scheme) ? { confidence: 2, description: "fake plugin" } : undefined,
    check: async ({ given }) => find(given).findings ?? [],
    prepare: async ({ path }) => ({ path, fingerprint: path, payload: undefined }),
    async load(prepared, request) {
      const instance = await load(find(prepared.path), prepared, request);
      instances.push(instance);
      return instance;
    },
  };
  registry.set(id, runtime);
  return runtime;
}

async function load(plugin: FakePlugin, { path }: Prepared, request: LoadRequest): Promise<FakeInstance> {
  const contract = plugin.contract ?? request.contract;
  const boundary = new Boundary({ table: request.imports, validates: false });
  const bound = bindFunctions(contract.imports, boundary);
  const { implementation, lifecycle = {} } = plugin;
  let object: object;
  try {
    object =
      typeof implementation === "function"
        ? await implementation({ imports: bound.async, sync: bound.sync, request })
        : implementation;
  } catch (cause) {
    throw failedToLoad(path, cause);
  }
  const { table, findings } = implement(contract.exports, object, {
    boundary,
    subject: path,
    threw: "TENON_CALL_THREW",
    missing: "TENON_EXPORT_MISSING",
  });
  const [missing] = findings;
  if (missing !== undefined) throw errors[missing.code]({ message: missing.message, subject: path, findings });
  return new FakeInstance(path, plugin.contract, table, boundary, lifecycle);
}

function failedToLoad(path: string, cause: unknown): TenonError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return errors.TENON_LOAD_FAILED({ message: `${path} failed while loading: ${why}`, subject: path, cause });
}

function artifactOf(given: string, name: string, { contract, version }: FakePlugin): Artifact {
  return {
    path: given,
    given,
    kind: "file",
    head: new Uint8Array(),
    size: 0,
    manifest: {
      name,
      version,
      entry: undefined,
      contract,
      settings: undefined,
      priority: 0,
      requires: {},
      grants: {},
      source: undefined,
    },
  };
}
