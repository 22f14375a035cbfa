import type { Builder, BuildOptions, Built, SourceFile } from "../build/builder.js";
import { descriptor as c } from "../builders/c/descriptor.js";
import { descriptor as go } from "../builders/go/module/descriptor.js";
import { descriptor as rust } from "../builders/rust/descriptor.js";
import type { Contract } from "../contract/core.js";
import { joinEntryRules } from "../runtime/entry-rules.js";
import type { Artifact } from "../runtime/index.js";
import { readArtifact } from "../runtime/read-artifact.js";
import { entries } from "../runtimes/js/entries.js";
import { lazyBuilder } from "./lazy-builder.js";

/** Where builders cache their results. */
export interface ModuleCache {
  /** Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
}

/** Those that compile source to WebAssembly, in the order in which they are asked. */
const descriptors = [go, rust, c];

/** What the names of files look like that make a folder source of a module. */
export const moduleSources: readonly RegExp[] = descriptors.flatMap(({ entries: { sources } }) => sources ?? []);

/** Returns whether one of the builders may recognise an artifact. */
export function mayBeSource(artifact: Artifact): boolean {
  return descriptors.some((descriptor) => descriptor.mayRecognise(artifact));
}

/** Options of {@link moduleBuilders}. */
export interface ModuleBuildersOptions extends ModuleCache {
  /** Called with each step of a build that takes a while: `compiling 3 packages`. */
  readonly progress?: ((step: string) => void) | undefined;
}

/**
 * Returns the builders that compile source to WebAssembly, in the order in which they are asked. Each is loaded when it is
 * needed.
 */
export function moduleBuilders({ progress, ...cache }: ModuleBuildersOptions = {}): readonly Builder<"wasm">[] {
  const builders = [
    lazyBuilder(go, async () => (await import("../builders/go/module/index.js")).createGoModuleBuilder(cache)),
    lazyBuilder(rust, async () => (await import("../builders/rust/index.js")).createRustModuleBuilder(cache)),
    lazyBuilder(c, async () => (await import("../builders/c/index.js")).createCModuleBuilder(cache)),
  ];
  return builders.map((builder) => reporting(builder, progress));
}

/** The same builder, with a default for where it reports its steps. */
export function reporting(builder: Builder<"wasm">, progress: ((step: string) => void) | undefined): Builder<"wasm"> {
  if (progress === undefined) return builder;
  const { kind, language, runsCode, entries: rules } = builder;
  return {
    ...lazyBuilder({ kind, language, runsCode, entries: rules, mayRecognise: () => true }, async () => builder),
    build: (artifact, options = {}) => builder.build(artifact, { ...options, progress: options.progress ?? progress }),
  };
}

/**
 * Builds source with the builder that recognises it; `undefined` if none does. Compiles TypeScript and JavaScript, which need
 * no build to be opened, to components.
 */
export async function buildModule(
  artifact: Artifact,
  options: BuildOptions & ModuleCache = {},
): Promise<Built<"wasm"> | undefined> {
  return (await builderOf(artifact, options))?.builder.build(artifact, options);
}

/** Reads source: a file or a folder, with the rules of the languages that Tenon builds. */
export async function readSourceArtifact(given: string): Promise<Artifact> {
  return readArtifact(given, joinEntryRules([entries, { sources: moduleSources }]));
}

/** Source that a builder recognises. */
export interface RecognisedSource {
  readonly description: string;
  /** The contract that it implements, found without building. */
  readonly contract: Contract | undefined;
}

/** Returns what source is and the contract that it implements; `undefined` if no builder recognises it. Builds nothing. */
export async function recognisedSource(artifact: Artifact): Promise<RecognisedSource | undefined> {
  const found = await builderOf(artifact);
  if (found === undefined) return undefined;
  return { description: found.recognition.description, contract: await found.builder.contract(artifact) };
}

/** Returns the bindings of source, for editors; `undefined` if no builder recognises it. */
export async function moduleBindings(artifact: Artifact): Promise<readonly SourceFile[] | undefined> {
  const { builderFor } = await import("../runtimes/wasm/recognise.js");
  const found = await builderFor(artifact, moduleBuilders());
  return found?.builder.bindings?.(artifact);
}

/** Finds the builder that recognises source; the one of components if no other does. */
async function builderOf(artifact: Artifact, options: ModuleBuildersOptions = {}) {
  const { builderFor } = await import("../runtimes/wasm/recognise.js");
  const component = lazyBuilder(
    { kind: "wasm", language: "TypeScript", entries: {}, mayRecognise: () => true },
    async () => (await import("../builders/typescript/component/index.js")).createComponentBuilder(options),
  );
  return (await builderFor(artifact, moduleBuilders(options))) ?? (await builderFor(artifact, [component]));
}
