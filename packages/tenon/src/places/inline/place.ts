import { errors, isTenonError, type TenonError } from "../../errors/index.js";
import type { Instance, LoadRequest, Place, Prepared, Runtime } from "../../runtime/index.js";
import { inlineIsolation } from "./isolation.js";

/**
 * The place that is the host's own thread: the fastest calls, and no isolation.
 *
 * ```ts
 * const instance = await inlinePlace().start(runtime, await runtime.prepare(artifact), request, limits);
 * ```
 *
 * The limits of a place cannot be enforced here. `start` rejects with TENON_RUNTIME_UNAVAILABLE where the runtime does
 * not run inline, TENON_LOAD_DEADLINE (or the signal's own coded reason) once `request.signal` is aborted, and
 * TENON_LOAD_FAILED or the runtime's own coded error when loading fails. An instance that is loaded too late is closed.
 */
export function inlinePlace(): Place {
  return { name: "inline", isolation: inlineIsolation, start, async close() {} };
}

async function start(runtime: Runtime, prepared: Prepared, request: LoadRequest): Promise<Instance> {
  const offer = runtime.offers.inline;
  if (offer !== true) {
    throw errors.TENON_RUNTIME_UNAVAILABLE({
      message: `The runtime "${runtime.name}" does not run inline: ${offer}`,
      subject: prepared.path,
    });
  }
  const { signal } = request;
  if (signal.aborted) throw deadline(prepared, signal);
  return new Promise<Instance>((resolve, reject) => {
    let late = false;
    const abort = () => {
      late = true;
      reject(deadline(prepared, signal));
    };
    signal.addEventListener("abort", abort, { once: true });
    load(runtime, prepared, request).then(
      (instance) => {
        signal.removeEventListener("abort", abort);
        if (late) void instance.close({ signal: undefined, deadline: 0 });
        else resolve(instance);
      },
      (error) => {
        signal.removeEventListener("abort", abort);
        reject(error);
      },
    );
  });
}

async function load(runtime: Runtime, prepared: Prepared, request: LoadRequest): Promise<Instance> {
  try {
    return await runtime.load(prepared, request);
  } catch (error) {
    if (isTenonError(error)) throw error;
    throw errors.TENON_LOAD_FAILED({
      message: `${prepared.path} failed while loading: ${error instanceof Error ? error.message : String(error)}`,
      subject: prepared.path,
      cause: error,
      ...(error instanceof Error && error.stack !== undefined ? { pluginStack: error.stack } : {}),
    });
  }
}

function deadline(prepared: Prepared, signal: AbortSignal): TenonError {
  if (isTenonError(signal.reason)) return signal.reason;
  return errors.TENON_LOAD_DEADLINE({
    message: `${prepared.path} did not finish loading before it was given up.`,
    subject: prepared.path,
    cause: signal.reason,
  });
}
