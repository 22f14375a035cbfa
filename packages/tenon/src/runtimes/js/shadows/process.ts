import type { Grants } from "../../../runtime/index.js";
import type { OutputShadow } from "./output.js";

const adders = new Set<PropertyKey>(["on", "addListener", "once", "prependListener", "prependOnceListener"]);

export interface ProcessShadow {
  readonly process: NodeJS.Process;
  /** Removes the listeners that the plugin added to the process. */
  release(): void;
}

export type Listener = (...parameters: any[]) => unknown;

/**
 * Makes the `process` of an inline plugin. It is the host's, except that the plugin cannot end it by accident, sees only
 * its granted environment, and loses its listeners when it is closed.
 *
 * @param refuse Makes the error to throw instead of ending the host's process.
 * @param guard Wraps a listener of the plugin: an exception in it must not end the host.
 */
export function shadowProcess(
  grants: Grants,
  output: OutputShadow,
  refuse: (call: string) => Error,
  guard: (listener: Listener) => Listener,
): ProcessShadow {
  const added: { event: string | symbol; given: Listener; listener: Listener }[] = [];
  const emitter = process as unknown as Record<PropertyKey, (...parameters: unknown[]) => void>;
  const end = (name: string) => (code?: unknown) => {
    throw refuse(`process.${name}(${code === undefined ? "" : String(code)})`);
  };
  const own: Record<PropertyKey, unknown> = {
    env: grantedEnvironment(grants),
    exitCode: undefined,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    exit: end("exit"),
    reallyExit: end("reallyExit"),
    abort: end("abort"),
    kill: (pid: number, signal?: string | number) => {
      // A group that the host may belong to is treated like the host.
      if (signal !== 0 && (pid === process.pid || pid <= 0)) throw refuse(`process.kill(${pid})`);
      return process.kill(pid, signal);
    },
  };
  for (const name of adders) {
    own[name] = (event: string | symbol, given: Listener) => {
      const listener = typeof given === "function" ? guard(given) : given;
      emitter[name]?.(event, listener);
      added.push({ event, given, listener });
      return shadow;
    };
  }
  for (const name of ["off", "removeListener"]) {
    own[name] = (event: string | symbol, given: Listener) => {
      const at = added.findLastIndex((one) => one.event === event && one.given === given);
      const [found] = at === -1 ? [] : added.splice(at, 1);
      emitter[name]?.(event, found?.listener ?? given);
      return shadow;
    };
  }
  const shadow: NodeJS.Process = new Proxy(process, {
    get: (target, key) => (Object.hasOwn(own, key) ? own[key] : Reflect.get(target, key, target)),
    set: (target, key, value) => {
      if (Object.hasOwn(own, key)) own[key] = value;
      else return Reflect.set(target, key, value, target);
      return true;
    },
  });
  return {
    process: shadow,
    release() {
      for (const { event, listener } of added.splice(0)) process.removeListener(event, listener);
    },
  };
}

function grantedEnvironment({ environment = {} }: Grants): NodeJS.ProcessEnv {
  const granted: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(environment)) {
    const text = value === true ? process.env[name] : value;
    if (text !== undefined) granted[name] = text;
  }
  return granted;
}
