import { deserialize } from "node:v8";
import { type Contract, signatures } from "../contract/core.js";
import { errors, isTenonError, type TenonError } from "../errors/index.js";
import type {
  CallControl,
  FunctionTable,
  Instance,
  Isolation,
  LoadOptions,
  Prepared,
  Runtime,
} from "../runtime/index.js";
import type { Channel } from "./channel.js";
import { Peer } from "./peer.js";
import type { ControlRequest } from "./server.js";

/** What a place's entry hands over in its thread or process. */
export interface ServeOptions {
  readonly channel: Channel;
  /**
   * What to load, where the place has its own way of sending it (a structured clone). Otherwise it comes with the load
   * message.
   */
  readonly prepared?: Prepared | undefined;
  /**
   * Called once, when the host has closed the instance or the connection ended: the thread or process should end now,
   * as soon as what was sent has gone out.
   *
   * @param lost why the runtime lost the plugin, where that is why.
   */
  finished(lost?: TenonError): void;
}

/** What the load message carries, as a structured clone: the contract's types keep their identity. */
export interface LoadMessage extends LoadOptions {
  /** The runtime's module. */
  readonly module: string;
  readonly prepared: Prepared | undefined;
  readonly contract: Contract;
  /** Paths of the host's functions that are there. */
  readonly imports: readonly string[];
}

/** What the load message is answered with: JSON. */
export interface LoadAnswer {
  /** Paths of the plugin's functions that are there. */
  readonly functions: readonly string[];
  readonly restores: boolean;
  readonly isolation: Isolation;
  /** The contract that the loaded code declares, as the JSON document. */
  readonly contract: unknown;
}

/**
 * Serves one instance over a channel: loads what the host asks for, then answers its calls until it closes the instance
 * or the connection ends. Never throws.
 */
export function serveInstance(options: ServeOptions): void {
  const ending = new AbortController();
  let loading: Promise<LoadAnswer> | undefined;
  let instance: Instance | undefined;
  let finished = false;
  const finish = (lost?: TenonError) => {
    if (finished) return;
    finished = true;
    options.finished(lost);
  };
  const loaded = (): Instance => {
    if (instance === undefined) throw errors.TENON_PLUGIN_CLOSED("nothing is loaded");
    return instance;
  };

  const load = async ({ attachment, control }: ControlRequest): Promise<LoadAnswer> => {
    const message = deserialize(attachment) as LoadMessage;
    const prepared = options.prepared ?? message.prepared;
    if (prepared === undefined) throw errors.TENON_INTERNAL("the load message carries nothing to load");
    peer.limit(message.limits.bytes);
    const offered = new Set(message.imports);
    const { contract, settings, grants, limits } = message;
    const imports = peer.bind({ calls: contract.imports, serves: contract.exports }, (path) => offered.has(path));
    const { default: runtime } = (await import(message.module)) as { default: Runtime };
    const signal = control.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, control.signal]);
    instance = await runtime.load(prepared, {
      contract,
      settings,
      grants,
      limits,
      imports,
      signal,
      log: (line) => peer.log(line),
    });
    if (finished) {
      void instance.close(abandoned);
      throw errors.TENON_WIRE_CLOSED("the host has left");
    }
    peer.serve(instance.functions);
    void instance.lost.then((error) => {
      if (finished) return;
      const crashed = errors.TENON_PLUGIN_CRASHED({ message: error.message, cause: error });
      peer.log({ stream: "log", text: `the runtime lost the plugin: ${error.message}` });
      peer.serve(refusing(crashed));
      peer.lost(error);
      // What the call that failed is answered with goes out first; then the host learns of it by the connection's end.
      setImmediate(() => {
        void instance?.close(abandoned);
        ending.abort(error);
        peer.close(crashed);
        setImmediate(() => finish(error));
      });
    });
    return {
      functions: pathsOf(contract.exports, instance.functions),
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
      ending.abort(errors.TENON_WIRE_CLOSED("the host has left"));
      // Where the thread goes on for others, what the plugin opened must end.
      void instance?.close(abandoned);
      finish();
    },
    controls: {
      load: (request) => {
        if (loading !== undefined) throw errors.TENON_INTERNAL("something is loaded already");
        loading = load(request);
        return loading.catch((thrown: unknown) => {
          throw loadError(thrown);
        });
      },
      ping: () => true,
      health: ({ control }) => loaded().health(control),
      save: ({ control }) => saveState(loaded(), control),
      restore: ({ parameters, control }) => loaded().restore(parameters, control),
      close: async ({ control }) => {
        const resources = peer.releaseHandles();
        await instance?.close(control);
        ending.abort(errors.TENON_PLUGIN_CLOSED("the plugin is closed"));
        // The answer goes out first: it is sent when this turn ends.
        setImmediate(() => {
          peer.close(errors.TENON_PLUGIN_CLOSED("the plugin is closed"));
          finish();
        });
        return { resources };
      },
    },
  });
}

/** The functions of a plugin that is gone. */
function refusing(reason: TenonError): FunctionTable {
  const refuse = () => {
    throw reason;
  };
  return { get: () => ({ invoke: refuse, invokeSync: refuse }) };
}

/** How long a plugin may take to close when its host has left. */
const abandoned: CallControl = { signal: undefined, deadline: 1000 };
const loadBytes = 2 ** 31;

function pathsOf(items: Contract["exports"], table: FunctionTable): readonly string[] {
  return signatures(items).flatMap(({ path }) => (table.get(path) === undefined ? [] : [path]));
}

async function contractDocument(contract: Contract | undefined): Promise<unknown> {
  if (contract === undefined) return undefined;
  // Loaded only where it is needed: most of what starts in a thread or process never needs it.
  const { contractToJson } = await import("../contract/formats/to-json.js");
  return contractToJson(contract);
}

async function saveState(instance: Instance, control: CallControl): Promise<unknown> {
  const state = await instance.save(control);
  try {
    JSON.stringify(state);
  } catch (cause) {
    throw errors.TENON_STATE_FAILED({ message: `the plugin's state is not JSON: ${String(cause)}`, cause });
  }
  return state;
}

function loadError(thrown: unknown): unknown {
  if (isTenonError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return errors.TENON_LOAD_FAILED({
    message: `the plugin failed while loading: ${message}`,
    cause: thrown,
    pluginStack: thrown instanceof Error ? thrown.stack : undefined,
  });
}
