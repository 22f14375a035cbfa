import { invalidComponent, malformed } from "../../../errors/factories/binary.js";
import { isTenonError } from "../../../errors/index.js";
import type { ExternalType } from "../../wasm/externals.js";
import { readPreamble } from "../../wasm/header.js";
import { WasmModule } from "../../wasm/module.js";
import type { Limits } from "../../wasm/types.js";
import type { CoreFunctionType, CoreModuleType, CoreOtherType } from "../decode/model.js";

/** The type of a core item. The signature of a function or tag is text: `(i32, i64) -> (f32)`. */
export type CoreItem =
  | { readonly kind: "function" | "tag"; readonly signature: string }
  | Exclude<ExternalType, { kind: "function" | "tag" }>;

/** What a core module imports and exports. */
export interface CoreModuleShape {
  readonly kind: "core-module";
  readonly imports: readonly { readonly module: string; readonly name: string; readonly item: CoreItem }[];
  readonly exports: ReadonlyMap<string, CoreItem>;
}

/** A type of the core index space. */
export type CoreType = CoreFunctionType | CoreOtherType | CoreModuleShape;

/** Returns a signature as text, so that equal signatures are equal strings. */
export function signatureText(parameters: readonly string[], results: readonly string[]): string {
  return `(${parameters.join(", ")}) -> (${results.join(", ")})`;
}

/**
 * Reads the imports and exports of a core module. The engine checks its code.
 *
 * @param offset Where the module begins in the component.
 * @throws TENON_BINARY_MALFORMED, TENON_COMPONENT_INVALID for an index that points nowhere
 */
export function shapeOfModule(bytes: Uint8Array, offset: number): CoreModuleShape {
  try {
    if (readPreamble(bytes) !== "module") throw malformed("expected a core module, found a component", 0);
    return new ModuleReader(new WasmModule(bytes), offset).read();
  } catch (thrown) {
    if (!isTenonError(thrown) || thrown.code === "TENON_COMPONENT_INVALID") throw thrown;
    // The offset in its message counts from the start of the module.
    throw malformed(`invalid core module: ${thrown.message}, counted from its start`, offset);
  }
}

class ModuleReader {
  readonly #module: WasmModule;
  readonly #offset: number;
  readonly #imported: { readonly [K in ExternalType["kind"]]: ExternalType[] } = {
    function: [],
    table: [],
    memory: [],
    global: [],
    tag: [],
  };

  constructor(module: WasmModule, offset: number) {
    this.#module = module;
    this.#offset = offset;
  }

  read(): CoreModuleShape {
    const imports = this.#module.imports.map(({ module, name, external }) => {
      this.#imported[external.kind].push(external);
      return { module, name, item: this.#item(external) };
    });
    const exports = new Map(this.#module.exports.map(({ name, kind, index }) => [name, this.#exported(kind, index)]));
    return { kind: "core-module", imports, exports };
  }

  #exported(kind: ExternalType["kind"], index: number): CoreItem {
    const imported = this.#imported[kind];
    const external = imported[index] ?? this.#defined(kind, index - imported.length, index);
    if (external === undefined)
      throw invalidComponent(`a core module exports ${kind} ${index}, which does not exist`, this.#offset);
    return this.#item(external);
  }

  #defined(kind: ExternalType["kind"], own: number, index: number): ExternalType | undefined {
    const { functions, tables, memories, globals, tags } = this.#module;
    switch (kind) {
      case "function": {
        const type = functions[own];
        return type === undefined ? undefined : { kind, type };
      }
      case "table":
        return tables[index];
      case "memory": {
        const limits = memories[index];
        return limits && { kind, limits };
      }
      case "global":
        return globals[own]?.type;
      case "tag": {
        const type = tags[own];
        return type === undefined ? undefined : { kind, type };
      }
    }
  }

  #item(external: ExternalType): CoreItem {
    if (external.kind !== "function" && external.kind !== "tag") return external;
    const type = this.#module.types[external.type];
    if (type?.kind !== "function")
      throw invalidComponent(
        `a core module has a ${external.kind} of type ${external.type}, which is not a function type`,
        this.#offset,
      );
    return { kind: external.kind, signature: signatureText(type.parameters, type.results) };
  }
}

/** Resolves a core module type from a type section. */
export function resolveModuleType(
  type: CoreModuleType,
  outer: (count: number, index: number, offset: number) => CoreType,
): CoreModuleShape {
  const types: (CoreFunctionType | CoreOtherType)[] = [];
  const imports: CoreModuleShape["imports"][number][] = [];
  const exports = new Map<string, CoreItem>();
  const imported = new Set<string>();
  const item = (external: ExternalType, offset: number): CoreItem => {
    if (external.kind === "table" && external.limits.shared) throw invalidComponent("a table is shared", offset);
    if (external.kind !== "function" && external.kind !== "tag") return external;
    const found = types[external.type];
    if (found?.kind !== "core-function")
      throw invalidComponent(`core type ${external.type} is not a function type`, offset);
    return { kind: external.kind, signature: signatureText(found.parameters, found.results) };
  };
  for (const declaration of type.declarations) {
    const { offset } = declaration;
    switch (declaration.kind) {
      case "type":
        types.push(declaration.type);
        break;
      case "alias-outer": {
        const { count, index } = declaration;
        const found = count === 0 ? types[index] : outer(count - 1, index, offset);
        if (found === undefined || found.kind === "core-module")
          throw invalidComponent(`core type ${index} does not exist or is a module type`, offset);
        types.push(found);
        break;
      }
      case "import": {
        const { module, name, external } = declaration;
        const key = JSON.stringify([module, name]);
        if (imported.has(key)) throw invalidComponent(`a module type imports "${name}" from "${module}" twice`, offset);
        imported.add(key);
        imports.push({ module, name, item: item(external, offset) });
        break;
      }
      case "export":
        if (exports.has(declaration.name))
          throw invalidComponent(`a module type exports "${declaration.name}" twice`, offset);
        exports.set(declaration.name, item(declaration.external, offset));
    }
  }
  return { kind: "core-module", imports, exports };
}

/** Returns why a core item does not match the wanted one; `undefined` if it does. Source: WebAssembly, "Import Matching". */
export function coreMismatch(given: CoreItem, wanted: CoreItem): string | undefined {
  if (given.kind === "function" || given.kind === "tag") {
    if (wanted.kind !== given.kind) return `expected a ${wanted.kind}, found a ${given.kind}`;
    return given.signature === wanted.signature
      ? undefined
      : `expected the type ${wanted.signature}, found ${given.signature}`;
  }
  switch (given.kind) {
    case "table":
      if (wanted.kind !== "table") break;
      if (given.element !== wanted.element)
        return `expected a table of ${wanted.element}, found a table of ${given.element}`;
      return limitsMismatch(given.limits, wanted.limits);
    case "memory":
      if (wanted.kind !== "memory") break;
      return limitsMismatch(given.limits, wanted.limits);
    case "global":
      if (wanted.kind !== "global") break;
      if (given.mutable !== wanted.mutable) return "one global is mutable, the other is not";
      return given.value === wanted.value
        ? undefined
        : `expected a global of ${wanted.value}, found a global of ${given.value}`;
  }
  return `expected a ${wanted.kind}, found a ${given.kind}`;
}

function limitsMismatch(given: Limits, wanted: Limits): string | undefined {
  if (given.shared !== wanted.shared) return "only one of the two is shared";
  if (given.wide !== wanted.wide) return "only one of the two has 64-bit addresses";
  if (given.minimum < wanted.minimum) return `expected a minimum size of ${wanted.minimum}, found ${given.minimum}`;
  if (wanted.maximum === undefined) return undefined;
  if (given.maximum === undefined || given.maximum > wanted.maximum)
    return `expected a maximum size of ${wanted.maximum}, found ${given.maximum ?? "none"}`;
  return undefined;
}

/** Returns why a core module does not match the wanted type; `undefined` if it does. */
export function moduleMismatch(given: CoreModuleShape, wanted: CoreModuleShape): string | undefined {
  const offered = new Map(wanted.imports.map(({ module, name, item }) => [JSON.stringify([module, name]), item]));
  for (const { module, name, item } of given.imports) {
    const found = offered.get(JSON.stringify([module, name]));
    if (found === undefined) return `the module imports "${name}" from "${module}", which is missing`;
    const why = coreMismatch(found, item);
    if (why !== undefined) return `its import "${name}" from "${module}": ${why}`;
  }
  for (const [name, item] of wanted.exports) {
    const found = given.exports.get(name);
    if (found === undefined) return `the module does not export "${name}"`;
    const why = coreMismatch(found, item);
    if (why !== undefined) return `its export "${name}": ${why}`;
  }
  return undefined;
}
