import type { Artifact, Runtime } from "../runtime/index.js";

/** What is known of a runtime before its code is loaded. */
export interface RuntimeDescriptor
  extends Pick<
    Runtime,
    "name" | "module" | "offers" | "place" | "isolates" | "enforces" | "stores" | "options" | "learns" | "entries"
  > {
  /** Whether it is worth loading the runtime to ask whether it recognises the artifact. */
  mayRecognise(artifact: Artifact): boolean;
}

/** A runtime whose code is imported when the first artifact comes that it may recognise. */
export function lazyRuntime({ mayRecognise, ...known }: RuntimeDescriptor, load: () => Promise<Runtime>): Runtime {
  let loading: Promise<Runtime> | undefined;
  const runtime = (): Promise<Runtime> => (loading ??= load());
  return {
    ...known,
    recognise: async (artifact) => (mayRecognise(artifact) ? (await runtime()).recognise(artifact) : undefined),
    contract: async (artifact, host) => (await runtime()).contract?.(artifact, host),
    inputs: async (artifact) => (await runtime()).inputs?.(artifact),
    check: async (artifact, contract, signal) => (await runtime()).check(artifact, contract, signal),
    startsThreads: async (artifact, contract) => (await (await runtime()).startsThreads?.(artifact, contract)) === true,
    digest: async (artifact, signal) => (await runtime()).digest?.(artifact, signal),
    prepare: async (artifact, signal, limits) => (await runtime()).prepare(artifact, signal, limits),
    load: async (prepared, request) => (await runtime()).load(prepared, request),
  };
}
