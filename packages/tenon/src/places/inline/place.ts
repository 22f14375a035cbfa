import { loadCancelled, loadFailed, runtimeUnavailable } from "../../errors/factories/host.js";
import { isTenonError, type TenonError } from "../../errors/index.js";
import type { Instance, LoadRequest, Place, Prepared, Runtime } from "../../runtime/index.js";
import { inlineIsolation } from "./isolation.js";

/**
 * Runs plugins in the host's own thread: the fastest calls, and no isolation.
 *
 * ```ts
 * const instance = await inlinePlace().start(runtime, await runtime.prepare(artifact), request, limits);
 * ```
 *
 * The limits of a place cannot be enforced here. `start` rejects with TENON_RUNTIME_UNAVAILABLE if the runtime cannot run
 * inline, TENON_LOAD_DEADLINE (or the signal's own coded reason) once `request.signal` is aborted, and TENON_LOAD_FAILED
 * or the runtime's own coded error if loading fails. An instance that loads too late is closed.
 */
export function inlinePlace(): Place {
  return { name: "inline", isolation: inlineIsolation, start, async close() {} };
}

async function start(runtime: Runtime, prepared: Prepared, request: LoadRequest): Promise<Instance> {
  const offer = runtime.offers.inline;
  if (offer !== true) throw runtimeUnavailable(prepared.path, runtime.name, "inline", offer, []);
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
    throw loadFailed(prepared.path, error, error instanceof Error ? error.stack : undefined);
  }
}

function deadline(prepared: Prepared, signal: AbortSignal): TenonError {
  return isTenonError(signal.reason) ? signal.reason : loadCancelled(prepared.path, signal.reason);
}
