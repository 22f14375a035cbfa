import type { Artifact } from "../runtime/index.js";
import type { ModuleBuilder } from "../runtime/module-builder.js";

/** What is known of a builder before its code is loaded. */
export interface BuilderDescriptor extends Pick<ModuleBuilder, "language" | "runsCode" | "sources"> {
  /** Whether it is worth loading the builder to ask whether it recognises the artifact. */
  mayRecognise(artifact: Artifact): boolean;
}

/** A builder whose code is imported when the first artifact comes that it may recognise. */
export function lazyBuilder(
  { language, runsCode, sources, mayRecognise }: BuilderDescriptor,
  load: () => Promise<ModuleBuilder>,
): ModuleBuilder {
  let loading: Promise<ModuleBuilder> | undefined;
  const builder = (): Promise<ModuleBuilder> => (loading ??= load());
  return {
    language,
    sources,
    ...(runsCode === undefined ? {} : { runsCode }),
    recognise: async (artifact) => (mayRecognise(artifact) ? (await builder()).recognise(artifact) : undefined),
    contract: async (artifact) => (await builder()).contract(artifact),
    build: async (artifact, options) => (await builder()).build(artifact, options),
    bindings: async (artifact) => (await builder()).bindings(artifact),
  };
}
