import { type Component, readComponent } from "../binary/component/index.js";
import type { FunctionType, Producers, WasmComponent, WasmModule } from "../binary/index.js";
import type { Attempt } from "./attempt.js";
import { componentItems } from "./component-items.js";
import type { FormatFacts, ProgramExport, ProgramImport } from "./inspection.js";

const common = {
  architectures: [],
  minimumOs: undefined,
  interpreter: undefined,
  cLibrary: undefined,
  libraries: [],
} as const;

/** Returns the facts about a core module. */
export function wasmModuleFacts(module: WasmModule, attempt: Attempt): FormatFacts {
  const wasi = attempt(() => module.wasiLevel, undefined);
  const wide = attempt(() => module.memories.some(({ wide: isWide }) => isWide), false);
  return {
    ...common,
    kind: "wasm-module",
    format: `WebAssembly module${wide ? ", 64-bit memory" : ""}`,
    platform: attempt(() => module.image.platform, { os: undefined, arch: "wasm" }),
    hasSymbols: module.customSection("name") !== undefined,
    hasDebugData: module.customSection(".debug_info") !== undefined,
    exports: attempt(() => moduleExports(module), []),
    imports: attempt(() => moduleImports(module), []),
    wasi,
    producers: attempt(() => producersOf(module.producers), []),
  };
}

/**
 * Returns the facts about a component. An invalid component is described as far as it can be read, without types; the
 * violated rule is a finding.
 */
export function wasmComponentFacts(component: WasmComponent, attempt: Attempt): FormatFacts {
  const wasi = attempt(() => component.wasiLevel, undefined);
  const whole = attempt(() => readComponent(component.bytes), undefined);
  const modules = whole === undefined ? component.modules.length : countModules(whole.component);
  const described = attempt(() => componentItems(whole?.type), undefined);
  return {
    ...common,
    kind: "wasm-component",
    format: `WebAssembly component of ${modules} ${modules === 1 ? "module" : "modules"}`,
    platform: { os: wasi === undefined || wasi === "none" ? undefined : "wasip2", arch: "wasm" },
    hasSymbols: false,
    hasDebugData: false,
    exports:
      described?.exports ??
      attempt(() => component.exports.map(({ name, kind }) => ({ name, kind, type: undefined })), []),
    imports:
      described?.imports ??
      attempt(
        () => component.imports.map(({ name, kind }) => ({ module: undefined, name, kind, type: undefined })),
        [],
      ),
    wasi,
    producers: attempt(() => producersOf(component.producers), []),
  };
}

/** Counts core modules, including those in nested components. */
function countModules({ definitions }: Component): number {
  return definitions.reduce((sum, definition) => {
    if (definition.kind === "component") return sum + countModules(definition.component);
    return definition.kind === "core-module" ? sum + 1 : sum;
  }, 0);
}

function moduleImports(module: WasmModule): ProgramImport[] {
  return module.imports.map(({ module: from, name, external }) => ({
    module: from,
    name,
    kind: external.kind,
    type: external.kind === "function" ? typeText(asFunction(module, external.type)) : undefined,
  }));
}

function moduleExports(module: WasmModule): ProgramExport[] {
  // Functions are numbered with the imported ones first.
  const imported = module.imports.flatMap(({ external }) => (external.kind === "function" ? [external.type] : []));
  const { functions } = module;
  return module.exports.map(({ name, kind, index }) => {
    const type = index < imported.length ? imported[index] : functions[index - imported.length];
    const isFunction = kind === "function" && type !== undefined;
    return { name, kind, type: isFunction ? typeText(asFunction(module, type)) : undefined };
  });
}

function asFunction(module: WasmModule, index: number): FunctionType | undefined {
  const type = module.types[index];
  return type?.kind === "function" ? type : undefined;
}

function typeText(type: FunctionType | undefined): string | undefined {
  if (type === undefined) return undefined;
  const { parameters, results } = type;
  const result = results.length === 0 ? "" : results.length === 1 ? ` -> ${results[0]}` : ` -> (${results.join(", ")})`;
  return `(${parameters.join(", ")})${result}`;
}

function producersOf(producers: Producers | undefined): string[] {
  return Object.values(producers ?? {}).flatMap((tools) =>
    tools.map(({ name, version }) => `${name} ${version}`.trim()),
  );
}
