import type { Builder, BuildKind } from "../build/builder.js";
import type { BuilderDescriptor } from "../build/descriptor.js";

/** A builder whose code is imported when the first artifact comes that it may recognise. */
export function lazyBuilder<Kind extends BuildKind>(
  { kind, language, runsCode, entries, mayRecognise }: BuilderDescriptor<Kind>,
  load: () => Promise<Builder<Kind>>,
): Builder<Kind> {
  let loading: Promise<Builder<Kind>> | undefined;
  const builder = (): Promise<Builder<Kind>> => (loading ??= load());
  return {
    kind,
    language,
    entries,
    ...(runsCode === undefined ? {} : { runsCode }),
    recognise: async (artifact) => (mayRecognise(artifact) ? (await builder()).recognise(artifact) : undefined),
    contract: async (artifact) => (await builder()).contract(artifact),
    inputs: async (artifact) => (await builder()).inputs?.(artifact),
    check: async (artifact, signal) => (await (await builder()).check?.(artifact, signal)) ?? [],
    build: async (artifact, options) => (await builder()).build(artifact, options),
    bindings: async (artifact) => (await (await builder()).bindings?.(artifact)) ?? [],
  };
}
