import { deserialize } from "node:v8";
import { type Contract, signatures } from "../contract/core.js";
import { instanceClosed, nothingLoaded } from "../errors/factories/closed.js";
import {
  hostDisconnected,
  loadedTwice,
  loadMessageEmpty,
  loadThrew,
  pluginLost,
  runtimeModuleInvalid,
} from "../errors/factories/wire.js";
import { asCause, isTenonError, propertyOf, type TenonError, textOf } from "../errors/index.js";
import type {
  CallControl,
  FunctionTable,
  Instance,
  Isolation,
  LoadOptions,
  PlaceTraits,
  Prepared,
  Runtime,
} from "../runtime/index.js";
import type { Channel } from "./channel.js";
import { Peer } from "./peer.js";
import type { ControlRequest } from "./server.js";
import { StateReader, writeState } from "./state-text.js";

/** What the entry of a place passes on, in its thread or process. */
export interface ServeOptions {
  readonly channel: Channel;
  /** What the place offers to the plugin. */
  readonly traits: PlaceTraits;
  /**
   * What to load, if the place has its own way of sending it (a structured clone). Otherwise the load message contains it.
   */
  readonly prepared?: Prepared | undefined;
  /** Sends output that was kept back, such as a line without its end. Called before the connection is closed. */
  flush?(): void;
  /**
   * Called once, when the host has closed the instance or the connection has ended. The thread or process should exit as
   * soon as everything that was sent has gone out.
   *
   * @param lost why the runtime lost the plugin, if that is the reason.
   */
  finished(lost?: TenonError): void;
}

/** The content of the load message, as a structured clone, so that the contract's types keep their identity. */
export interface LoadMessage extends LoadOptions {
  /** The runtime's module. */
  readonly module: string;
  readonly prepared: Prepared | undefined;
  readonly contract: Contract;
  /** Most bytes under way in each direction, 0 for no limit. */
  readonly buffer: number;
  /** Whether the plugin may store something: in control calls `storage`. */
  readonly stores: boolean;
  readonly folder: string | undefined;
  /** Paths of the functions that the host provides. */
  readonly imports: readonly string[];
  /** Whether the contract is not known yet, so that the other side sends it in a control call `contract`. */
  readonly learns?: boolean;
}

/** The answer to the load message, as JSON. */
export interface LoadAnswer {
  /** Paths of the functions that the plugin implements. */
  readonly functions: readonly string[];
  readonly restores: boolean;
  readonly isolation: Isolation;
  /** The contract that the loaded code declares, as the JSON document. */
  readonly contract: unknown;
}

/**
 * Serves one instance over a channel: loads what the host asks for, then serves its calls until the host closes the
 * instance or the connection ends. Never throws.
 */
export function serveInstance(options: ServeOptions): void {
  const closing = new AbortController();
  let loading: Promise<LoadAnswer> | undefined;
  let instance: Instance | undefined;
  let finished = false;
  const restoring = new StateReader();
  const finish = (lost?: TenonError) => {
    if (finished) return;
    finished = true;
    options.finished(lost);
  };
  const loaded = (): Instance => {
    if (instance === undefined) throw nothingLoaded();
    return instance;
  };

  const load = async ({ attachment, control }: ControlRequest): Promise<LoadAnswer> => {
    const message = deserialize(attachment) as LoadMessage;
    const prepared = options.prepared ?? message.prepared;
    if (prepared === undefined) throw loadMessageEmpty();
    peer.limit(message.limits.bytes, message.buffer);
    const offered = new Set(message.imports);
    const { contract, settings, options: runtimeOptions, grants, limits } = message;
    const imports = peer.bind({ calls: contract.imports, serves: contract.exports }, (path) => offered.has(path));
    const runtime = await runtimeOf(message.module);
    const signal = control.signal === undefined ? closing.signal : AbortSignal.any([closing.signal, control.signal]);
    let used = contract;
    const learned = async (declared: Contract): Promise<FunctionTable> => {
      const document = JSON.stringify(await contractDocument(declared));
      const paths = await peer.control("contract", undefined, control, new TextEncoder().encode(document));
      const provided = new Set(Array.isArray(paths) ? paths : []);
      used = declared;
      return peer.bind({ calls: declared.imports, serves: declared.exports }, (path) => provided.has(path));
    };
    const storage = async () => {
      const { remoteStorage, storageControl } = await import("../storage/wire.js");
      return remoteStorage((parameters, bytes) => peer.control(storageControl, parameters, undefined, bytes));
    };
    instance = await runtime.load(prepared, {
      contract,
      ...(message.learns === true ? { learned } : {}),
      settings,
      options: runtimeOptions,
      grants,
      limits,
      traits: options.traits,
      imports,
      ...(message.stores ? { storage: await storage() } : {}),
      ...(message.folder === undefined ? {} : { folder: message.folder }),
      signal,
      log: (line) => peer.log(line),
    });
    if (finished) {
      void instance.close(abandoned);
      throw hostDisconnected();
    }
    peer.serve(instance.functions);
    void instance.lost.then((error) => {
      if (finished) return;
      const crashed = pluginLost(error);
      peer.log({ stream: "log", text: `the runtime lost the plugin: ${error.message}` }, "this turn");
      peer.serve(rejecting(crashed));
      peer.lost(error);
      // The failed call's result is sent first. Then the end of the connection tells the host.
      setImmediate(() => {
        void instance?.close(abandoned);
        closing.abort(error);
        peer.close(crashed);
        setImmediate(() => finish(error));
      });
    });
    return {
      functions: pathsOf(used.exports, instance.functions),
      restores: instance.restores,
      isolation: instance.isolation,
      contract: await contractDocument(instance.contract),
    };
  };

  const peer: Peer = new Peer({
    channel: options.channel,
    role: "plugin",
    accepts: loadBytes,
    closed: () => {
      closing.abort(hostDisconnected());
      // If the thread keeps running for other plugins, what this one opened must still be closed.
      void instance?.close(abandoned);
      finish();
    },
    controls: {
      load: (request) => {
        if (loading !== undefined) throw loadedTwice();
        loading = load(request);
        return loading.catch((thrown: unknown) => {
          throw loadError(thrown);
        });
      },
      ping: () => true,
      health: ({ control }) => loaded().health(control),
      // The state follows in parts, each in a control call of this side.
      save: async ({ control }) => {
        const state = await loaded().save(control);
        if (state === undefined) return false;
        await writeState(state, (part) => peer.control("state", undefined, control, part));
        return true;
      },
      state: ({ attachment }) => restoring.add(attachment),
      restore: ({ control }) => loaded().restore(restoring.finish(), control),
      close: async ({ control }) => {
        const resources = peer.releaseHandles();
        await instance?.close(control);
        options.flush?.();
        closing.abort(instanceClosed());
        // The answer goes first: it is sent when this turn ends.
        setImmediate(() => {
          peer.close(instanceClosed());
          finish();
        });
        return { resources };
      },
    },
  });
}

/** Returns functions that all throw, for a plugin that is lost. */
function rejecting(reason: TenonError): FunctionTable {
  const refuse = () => {
    throw reason;
  };
  return { get: () => ({ invoke: refuse, invokeSync: refuse }) };
}

/** How long a plugin may take to close once its host is gone. */
const abandoned: CallControl = { signal: undefined, deadline: 1000 };
const loadBytes = 2 ** 31;

function pathsOf(items: Contract["exports"], table: FunctionTable): readonly string[] {
  return signatures(items).flatMap(({ path }) => (table.get(path) === undefined ? [] : [path]));
}

async function contractDocument(contract: Contract | undefined): Promise<unknown> {
  if (contract === undefined) return undefined;
  // Imported only if needed: most plugins in a thread or process never need it.
  const { contractToJson } = await import("../contract/formats/to-json.js");
  return contractToJson(contract);
}

function loadError(thrown: unknown): unknown {
  if (isTenonError(thrown)) return thrown;
  const stack = propertyOf(thrown, "stack");
  return loadThrew(textOf(thrown), asCause(thrown), typeof stack === "string" ? stack : undefined);
}

/**
 * Imports a runtime. A bundler moves it into the host's program, whose default export it is not.
 *
 * @throws TENON_RUNTIME_UNAVAILABLE
 */
async function runtimeOf(module: string | undefined): Promise<Runtime> {
  if (module === undefined) throw runtimeModuleInvalid(module);
  const { default: runtime } = (await import(module)) as { readonly default?: Partial<Runtime> };
  if (typeof runtime?.load !== "function") throw runtimeModuleInvalid(module);
  return runtime as Runtime;
}
