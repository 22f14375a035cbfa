import type { Artifact } from "../runtime/index.js";
import type { BuiltModule, ModuleBuilder, ModuleBuildOptions, SourceFile } from "../runtime/module-builder.js";
import { lazyBuilder } from "./lazy-builder.js";

/** Where builders keep what they built. */
export interface ModuleCache {
  /** Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
}

/** Endings of the files by which each language's source may be recognised: of a file itself, and of a folder's entry. */
const endings = {
  go: { file: /\.go$/, entry: /\.go$/ },
  rust: { file: undefined, entry: /(?:\.rs|Cargo\.toml)$/ },
  c: { file: /\.c$/, entry: /\.c$/ },
} as const;

function mayBe(language: keyof typeof endings, { kind, path, manifest }: Artifact): boolean {
  const { file, entry } = endings[language];
  if (kind === "file") return file?.test(path) ?? false;
  return manifest.entry === undefined || entry.test(manifest.entry);
}

/** Whether one of the builders may understand an artifact. */
export function mayBeSource(artifact: Artifact): boolean {
  return (Object.keys(endings) as (keyof typeof endings)[]).some((language) => mayBe(language, artifact));
}

/** The builders that turn source into WebAssembly, in the order in which they are asked. Each is loaded when it is needed. */
export function moduleBuilders(cache: ModuleCache = {}): readonly ModuleBuilder[] {
  return [
    lazyBuilder({ language: "Go", mayRecognise: (artifact) => mayBe("go", artifact) }, async () =>
      (await import("../builders/go/module/index.js")).createGoModuleBuilder(cache),
    ),
    lazyBuilder({ language: "Rust", runsCode: true, mayRecognise: (artifact) => mayBe("rust", artifact) }, async () =>
      (await import("../builders/rust/index.js")).createRustModuleBuilder(cache),
    ),
    lazyBuilder({ language: "C", mayRecognise: (artifact) => mayBe("c", artifact) }, async () =>
      (await import("../builders/c/index.js")).createCModuleBuilder(cache),
    ),
  ];
}

/**
 * Builds source by the builder that understands it; `undefined` where none does. TypeScript and JavaScript, which open as
 * they are, become components here.
 */
export async function buildModule(
  artifact: Artifact,
  options: ModuleBuildOptions & ModuleCache = {},
): Promise<BuiltModule | undefined> {
  const { builderFor } = await import("../runtimes/wasm/recognise.js");
  const component = lazyBuilder({ language: "TypeScript", mayRecognise: () => true }, async () =>
    (await import("../builders/typescript/component/index.js")).createComponentBuilder(options),
  );
  const found = (await builderFor(artifact, moduleBuilders(options))) ?? (await builderFor(artifact, [component]));
  return found?.builder.build(artifact, options);
}

/** The bindings of source for editors; `undefined` where no builder understands it. */
export async function moduleBindings(artifact: Artifact): Promise<readonly SourceFile[] | undefined> {
  const { builderFor } = await import("../runtimes/wasm/recognise.js");
  const found = await builderFor(artifact, moduleBuilders());
  return found?.builder.bindings(artifact);
}
