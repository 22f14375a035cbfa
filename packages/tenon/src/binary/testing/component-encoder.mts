import type {
  CanonDefinition,
  CanonOptions,
  Component,
  CoreModuleDeclaration,
  CoreModuleType,
  Definition,
  ExternType,
  NamedItem,
  Sort,
  TypeDeclaration,
  TypeDefinition,
  ValueType,
} from "../component/index.js";
import type { ExternalType } from "../wasm/externals.js";
import type { Limits } from "../wasm/types.js";
import { component, leb, list, name, section, signedLeb } from "./assembler.mjs";

type WithoutOffset<T> = T extends { readonly offset: number } ? Omit<T, "offset"> : never;

/** A definition as tests write it. */
export type NewDefinition =
  | WithoutOffset<Exclude<Definition, { kind: "component" }>>
  | { kind: "component"; component: NewComponent };

/** A component as tests write it, or as it was read. */
export interface NewComponent {
  readonly definitions: readonly (NewDefinition | Definition)[];
}

/**
 * Writes a component in its binary form, with one section per definition. Checks nothing, so that tests can write invalid
 * components.
 */
export function encodeComponent({ definitions }: NewComponent | Component): Uint8Array {
  return component(...definitions.map(definitionBytes));
}

/** Writes definitions without an enclosing component. */
export function componentOf(...definitions: readonly NewDefinition[]): Uint8Array {
  return encodeComponent({ definitions });
}

const coreSorts = {
  "core-function": 0,
  "core-table": 1,
  "core-memory": 2,
  "core-global": 3,
  "core-tag": 4,
  "core-type": 16,
  "core-module": 17,
  "core-instance": 18,
} as const;
const sorts = { function: 1, value: 2, type: 3, component: 4, instance: 5 } as const;

function definitionBytes(definition: NewDefinition | Definition): number[] {
  const one = (id: number, content: readonly number[]) => section(id, list(content));
  switch (definition.kind) {
    case "core-module":
      return section(1, [...definition.bytes]);
    case "core-instantiate":
      return one(2, [0, ...leb(definition.module), ...list(...definition.arguments.map(coreItem))]);
    case "core-bundle":
      return one(2, [1, ...list(...definition.exports.map(coreItem))]);
    case "core-type":
      return one(3, coreTypeBytes(definition.type));
    case "component":
      return section(4, [...encodeComponent(definition.component)]);
    case "instantiate":
      return one(5, [0, ...leb(definition.component), ...list(...definition.arguments.map(item))]);
    case "bundle":
      return one(5, [1, ...list(...definition.exports.map((each) => [0, ...item(each)]))]);
    case "alias-export":
    case "alias-core-export":
    case "alias-outer":
      return one(6, aliasBytes(definition));
    case "type":
      return one(7, typeBytes(definition.type));
    case "start":
      return section(9, [
        ...leb(definition.function),
        ...list(...definition.arguments.map(leb)),
        ...leb(definition.results),
      ]);
    case "import":
      return one(10, [0, ...name(definition.name), ...externBytes(definition.type)]);
    case "export": {
      const said = definition.type === undefined ? [0] : [1, ...externBytes(definition.type)];
      return one(11, [0, ...name(definition.name), ...sortBytes(definition.sort), ...leb(definition.index), ...said]);
    }
    default:
      return one(8, canonBytes(definition));
  }
}

function coreItem({ name: text, sort, index }: NamedItem): number[] {
  return [...name(text), coreSorts[sort as keyof typeof coreSorts], ...leb(index)];
}

function item({ name: text, sort, index }: NamedItem): number[] {
  return [...name(text), ...sortBytes(sort), ...leb(index)];
}

function sortBytes(sort: Sort): number[] {
  return sort in sorts ? [sorts[sort as keyof typeof sorts]] : [0, coreSorts[sort as keyof typeof coreSorts]];
}

function aliasBytes(alias: WithoutOffset<Extract<Definition, { kind: `alias-${string}` }>>): number[] {
  switch (alias.kind) {
    case "alias-export":
      return [...sortBytes(alias.sort), 0, ...leb(alias.instance), ...name(alias.name)];
    case "alias-core-export":
      return [...sortBytes(alias.sort), 1, ...leb(alias.instance), ...name(alias.name)];
    case "alias-outer":
      return [...sortBytes(alias.sort), 2, ...leb(alias.count), ...leb(alias.index)];
  }
}

function externBytes(type: ExternType): number[] {
  switch (type.kind) {
    case "value":
      return [2, 1, ...valueBytes(type.type)];
    case "type":
      return [3, ...(type.equals === undefined ? [1] : [0, ...leb(type.equals)])];
    default:
      return [...sortBytes(type.kind), ...leb(type.type)];
  }
}

const primitives = {
  bool: 0x7f,
  s8: 0x7e,
  u8: 0x7d,
  s16: 0x7c,
  u16: 0x7b,
  s32: 0x7a,
  u32: 0x79,
  s64: 0x78,
  u64: 0x77,
  f32: 0x76,
  f64: 0x75,
  char: 0x74,
  string: 0x73,
  "error-context": 0x64,
} as const;

function valueBytes(type: ValueType): number[] {
  return typeof type === "string" ? [primitives[type]] : signedLeb(type);
}

function maybe(type: ValueType | undefined): number[] {
  return type === undefined ? [0] : [1, ...valueBytes(type)];
}

function resultBytes(type: ValueType | undefined): number[] {
  return type === undefined ? [1, 0] : [0, ...valueBytes(type)];
}

function typeBytes(type: TypeDefinition): number[] {
  const fields = (parts: readonly { readonly name: string; readonly type: ValueType }[]) =>
    list(...parts.map((part) => [...name(part.name), ...valueBytes(part.type)]));
  switch (type.kind) {
    case "primitive":
      return [primitives[type.type]];
    case "record":
      return [0x72, ...fields(type.fields)];
    case "variant":
      return [0x71, ...list(...type.cases.map((each) => [...name(each.name), ...maybe(each.type), 0]))];
    case "list":
      if (type.length !== undefined) return [0x67, ...valueBytes(type.element), ...leb(type.length)];
      return [0x70, ...valueBytes(type.element)];
    case "tuple":
      return [0x6f, ...list(...type.items.map(valueBytes))];
    case "flags":
    case "enum":
      return [type.kind === "flags" ? 0x6e : 0x6d, ...list(...type.names.map(name))];
    case "map":
      return [0x63, ...valueBytes(type.key), ...valueBytes(type.value)];
    case "option":
      return [0x6b, ...valueBytes(type.some)];
    case "result":
      return [0x6a, ...maybe(type.ok), ...maybe(type.err)];
    case "own":
    case "borrow":
      return [type.kind === "own" ? 0x69 : 0x68, ...leb(type.resource)];
    case "stream":
    case "future":
      return [type.kind === "stream" ? 0x66 : 0x65, ...maybe(type.element)];
    case "function":
      return [type.async ? 0x43 : 0x40, ...fields(type.parameters), ...resultBytes(type.result)];
    case "component-type":
      return [0x41, ...list(...type.declarations.map(declarationBytes))];
    case "instance-type":
      return [0x42, ...list(...type.declarations.map(declarationBytes))];
    case "resource":
      return resourceBytes(type);
  }
}

function resourceBytes({ destructor, async, callback }: Extract<TypeDefinition, { kind: "resource" }>): number[] {
  const optional = (index: number | undefined) => (index === undefined ? [0] : [1, ...leb(index)]);
  return async ? [0x3e, 0x7f, ...leb(destructor!), ...optional(callback)] : [0x3f, 0x7f, ...optional(destructor)];
}

function declarationBytes(declaration: WithoutOffset<TypeDeclaration>): number[] {
  switch (declaration.kind) {
    case "core-type":
      return [0, ...coreTypeBytes(declaration.type)];
    case "type":
      return [1, ...typeBytes(declaration.type)];
    case "import":
      return [3, 0, ...name(declaration.name), ...externBytes(declaration.type)];
    case "export":
      return [4, 0, ...name(declaration.name), ...externBytes(declaration.type)];
    default:
      return [2, ...aliasBytes(declaration)];
  }
}

function coreTypeBytes(
  type:
    | CoreModuleType
    | { kind: "core-function"; parameters: readonly string[]; results: readonly string[] }
    | { kind: "core-other" },
): number[] {
  switch (type.kind) {
    case "core-module":
      return [0x50, ...list(...type.declarations.map(coreDeclarationBytes))];
    case "core-function":
      return [0x60, ...list(...type.parameters.map(coreValue)), ...list(...type.results.map(coreValue))];
    case "core-other":
      return [0x5e, 0x7f, 0];
  }
}

function coreValue(type: string): number[] {
  const code = ["f64", "f32", "i64", "i32"].indexOf(type);
  return [code < 0 ? 0x6f : 0x7c + code];
}

function coreDeclarationBytes(declaration: WithoutOffset<CoreModuleDeclaration>): number[] {
  switch (declaration.kind) {
    case "import":
      return [0, ...name(declaration.module), ...name(declaration.name), ...externalBytes(declaration.external)];
    case "type":
      return [1, ...coreTypeBytes(declaration.type)];
    case "alias-outer":
      return [2, 0x10, 1, ...leb(declaration.count), ...leb(declaration.index)];
    case "export":
      return [3, ...name(declaration.name), ...externalBytes(declaration.external)];
  }
}

function externalBytes(external: ExternalType): number[] {
  switch (external.kind) {
    case "function":
      return [0, ...leb(external.type)];
    case "table":
      return [1, 0x70, ...limitBytes(external.limits)];
    case "memory":
      return [2, ...limitBytes(external.limits)];
    case "global":
      return [3, ...coreValue(external.value), external.mutable ? 1 : 0];
    case "tag":
      return [4, 0, ...leb(external.type)];
  }
}

function limitBytes({ minimum, maximum, shared, wide }: Limits): number[] {
  const flags = (maximum === undefined ? 0 : 1) | (shared ? 2 : 0) | (wide ? 4 : 0);
  return [flags, ...leb(minimum), ...(maximum === undefined ? [] : leb(maximum))];
}

const canonCodes = {
  "resource-new": 2,
  "resource-rep": 4,
  "task-cancel": 5,
  "backpressure-set": 8,
  "subtask-drop": 13,
  "stream-new": 14,
  "stream-read": 15,
  "stream-write": 16,
  "stream-cancel-read": 17,
  "stream-cancel-write": 18,
  "stream-drop-readable": 19,
  "stream-drop-writable": 20,
  "future-new": 21,
  "future-read": 22,
  "future-write": 23,
  "future-cancel-read": 24,
  "future-cancel-write": 25,
  "future-drop-readable": 26,
  "future-drop-writable": 27,
  "error-context-new": 28,
  "error-context-debug-message": 29,
  "error-context-drop": 30,
  "waitable-set-new": 31,
  "waitable-set-wait": 32,
  "waitable-set-poll": 33,
  "waitable-set-drop": 34,
  "waitable-join": 35,
  "backpressure-inc": 36,
  "backpressure-dec": 37,
} as const;

function canonBytes(canon: CanonDefinition | WithoutOffset<CanonDefinition & { offset: number }>): number[] {
  switch (canon.kind) {
    case "lift":
      return [0, 0, ...leb(canon.core), ...optionBytes(canon.options), ...leb(canon.type)];
    case "lower":
      return [1, 0, ...leb(canon.function), ...optionBytes(canon.options)];
    case "resource-drop":
      return [canon.async ? 7 : 3, ...leb(canon.resource)];
    case "task-return":
      return [9, ...resultBytes(canon.result), ...optionBytes(canon.options)];
    case "context-get":
    case "context-set":
      return [canon.kind === "context-get" ? 10 : 11, 0x7f, ...leb(canon.slot)];
    case "subtask-cancel":
      return [6, Number(canon.async)];
    case "thread-yield":
      return [12, Number(canon.cancellable)];
    case "unsupported":
      return [66];
    default: {
      const code: number[] = [canonCodes[canon.kind]];
      if ("resource" in canon) return [...code, ...leb(canon.resource)];
      if ("memory" in canon) return [...code, Number(canon.cancellable), ...leb(canon.memory)];
      if ("type" in canon) code.push(...leb(canon.type));
      if ("options" in canon) return [...code, ...optionBytes(canon.options)];
      return "async" in canon ? [...code, Number(canon.async)] : code;
    }
  }
}

const encodings = ["utf8", "utf16", "latin1+utf16"] as const;

function optionBytes(options: CanonOptions): number[] {
  const given: number[][] = [];
  if (options.stringEncoding !== "utf8") given.push([encodings.indexOf(options.stringEncoding)]);
  if (options.memory !== undefined) given.push([3, ...leb(options.memory)]);
  if (options.realloc !== undefined) given.push([4, ...leb(options.realloc)]);
  if (options.postReturn !== undefined) given.push([5, ...leb(options.postReturn)]);
  if (options.async) given.push([6]);
  if (options.callback !== undefined) given.push([7, ...leb(options.callback)]);
  return list(...given);
}
