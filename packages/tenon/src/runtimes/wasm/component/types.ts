import type { ExternType, TypeDeclaration, TypeDefinition, ValueType } from "../../../binary/component/index.js";
import type { FunctionType, FutureType, StreamType, Type } from "../../../contract/core.js";
import { componentTypeUnexpected, componentUnsupported } from "../../../errors/factories/component.js";
import { importKindUnsupported } from "../../../errors/factories/wasm.js";
import type { ResourceKind } from "../abi/state/resource-kind.js";
import type { LinkedInstance, LinkedItem, LinkedType, TypeScope } from "./scope.js";

/** Finds what is behind the names of an imported instance: the host's functions and resources. */
export interface ImportSource {
  /** @throws TENON_WASM_IMPORT_UNKNOWN */
  function(name: string, type: FunctionType): LinkedItem;
  resource(name: string): ResourceKind;
}

/** Evaluates a type definition in its scope. Resources are created elsewhere: each instantiation creates its own. */
export function evaluateType(definition: Exclude<TypeDefinition, { kind: "resource" }>, scope: TypeScope): LinkedType {
  switch (definition.kind) {
    case "function":
      return { kind: "function", type: scope.recorded(() => functionType(definition, scope)) };
    case "instance-type":
      return { kind: "instance", declarations: definition.declarations, scope };
    case "component-type":
      return { kind: "opaque" };
    default:
      return { kind: "value", type: scope.recorded(() => definedType(definition, scope)) };
  }
}

/** Returns the type of a value by name or index. */
export function valueType(type: ValueType, scope: TypeScope): Type {
  if (typeof type === "string") return primitive(type);
  const found = scope.types[type];
  if (found?.kind !== "value") throw componentTypeUnexpected(`type ${type} is not a value type`);
  return found.type;
}

/** Returns the type of a function by index. */
export function functionTypeAt(index: number, scope: TypeScope): FunctionType {
  const found = scope.types[index];
  if (found?.kind !== "function") throw componentTypeUnexpected(`type ${index} is not a function type`);
  return found.type;
}

/** Returns the type of a stream or future by index. */
export function streamTypeAt(index: number, scope: TypeScope): StreamType | FutureType {
  const type = valueType(index, scope);
  if (type.kind === "stream" || type.kind === "future") return type;
  throw componentTypeUnexpected(`type ${index} is not a stream or future`);
}

/** Returns the resource by type index. */
export function resourceAt(index: number, scope: TypeScope): ResourceKind {
  const found = scope.types[index];
  if (found?.kind !== "resource") throw componentTypeUnexpected(`type ${index} is not a resource`);
  return found.resource;
}

export function typeAt(index: number, scope: TypeScope): LinkedType {
  const found = scope.types[index];
  if (found === undefined) throw componentTypeUnexpected(`there is no type ${index}`);
  return found;
}

/** Creates an instance with what an instance type declares, from what the source has under those names. */
export function instanceFrom(
  declarations: readonly TypeDeclaration[],
  parent: TypeScope,
  source: ImportSource,
): LinkedInstance {
  const scope: TypeScope = { parent, types: [], instances: [], recorded: parent.recorded };
  const exports = new Map<string, LinkedItem>();
  for (const declaration of declarations) {
    switch (declaration.kind) {
      case "core-type":
      case "alias-core-export":
        break;
      case "type":
        if (declaration.type.kind === "resource") throw componentTypeUnexpected("an instance type defines a resource");
        scope.types.push(evaluateType(declaration.type, scope));
        break;
      case "alias-outer":
        if (declaration.sort === "type") scope.types.push(outerType(scope, declaration.count, declaration.index));
        break;
      case "alias-export":
        if (declaration.sort === "type") {
          const item = scope.instances[declaration.instance]?.get(declaration.name);
          if (item?.sort !== "type") throw componentTypeUnexpected(`"${declaration.name}" is not a type`);
          scope.types.push(item.value);
        }
        break;
      case "import":
        throw componentTypeUnexpected("an instance type declares an import");
      case "export": {
        const item = externItem(declaration.name, declaration.type, scope, source);
        if (item.sort === "type") scope.types.push(item.value);
        else if (item.sort === "instance") scope.instances.push(item.value);
        exports.set(declaration.name, item);
        break;
      }
    }
  }
  return exports;
}

/** Returns what the host provides for an import, or for an export of an imported instance. */
export function externItem(name: string, type: ExternType, scope: TypeScope, source: ImportSource): LinkedItem {
  switch (type.kind) {
    case "function":
      return source.function(name, functionTypeAt(type.type, scope));
    case "type":
      if (type.equals !== undefined) return { sort: "type", value: typeAt(type.equals, scope) };
      return { sort: "type", value: { kind: "resource", resource: withRecordedType(source.resource(name), scope) } };
    case "instance": {
      const found = typeAt(type.type, scope);
      if (found.kind !== "instance")
        throw componentTypeUnexpected(`the type of the import "${name}" is not an instance type`);
      return { sort: "instance", value: instanceFrom(found.declarations, found.scope, source) };
    }
    default:
      throw importKindUnsupported(name, type.kind);
  }
}

function withRecordedType(kind: ResourceKind, scope: TypeScope): ResourceKind {
  return { ...kind, type: scope.recorded(() => kind.type) };
}

export function outerType(scope: TypeScope, count: number, index: number): LinkedType {
  let at: TypeScope | undefined = scope;
  for (let level = 0; level < count; level++) at = at?.parent;
  if (at === undefined) throw componentTypeUnexpected(`there are no ${count} enclosing components`);
  return typeAt(index, at);
}

function functionType(definition: Extract<TypeDefinition, { kind: "function" }>, scope: TypeScope): FunctionType {
  return {
    kind: "function",
    parameters: definition.parameters.map(({ name, type }) => ({ name, type: valueType(type, scope) })),
    result: definition.result === undefined ? undefined : valueType(definition.result, scope),
    async: definition.async,
    optional: false,
  };
}

type ValueDefinition = Exclude<TypeDefinition, { kind: "resource" | "function" | "instance-type" | "component-type" }>;

/**
 * Types have no names in the binary form: their kind stands for the name in messages. A map has the form that all components
 * can have (see `componentForm`), so that the contract decides what its values are.
 */
function definedType(definition: ValueDefinition, scope: TypeScope): Type {
  const optional = (type: ValueType | undefined) => (type === undefined ? undefined : valueType(type, scope));
  switch (definition.kind) {
    case "primitive":
      return primitive(definition.type);
    case "record": {
      const fields = definition.fields.map(({ name, type }) => ({ name, type: valueType(type, scope) }));
      return { kind: "record", name: "record", fields };
    }
    case "variant": {
      const cases = definition.cases.map(({ name, type }) => ({ name, type: optional(type) }));
      return { kind: "variant", name: "variant", cases };
    }
    case "list":
      if (definition.length !== undefined) throw componentUnsupported("uses lists of fixed length");
      return { kind: "list", element: valueType(definition.element, scope) };
    case "map": {
      const items = [valueType(definition.key, scope), valueType(definition.value, scope)];
      return { kind: "list", element: { kind: "tuple", items } };
    }
    case "tuple":
      return { kind: "tuple", items: definition.items.map((item) => valueType(item, scope)) };
    case "flags":
      return { kind: "flags", name: "flags", flags: definition.names.map((name) => ({ name })) };
    case "enum":
      return { kind: "enum", name: "enum", cases: definition.names.map((name) => ({ name })) };
    case "option":
      return { kind: "option", some: valueType(definition.some, scope) };
    case "result":
      return { kind: "result", ok: optional(definition.ok), err: optional(definition.err) };
    case "own":
    case "borrow":
      return { kind: definition.kind, resource: resourceAt(definition.resource, scope).type };
    case "stream":
      return { kind: "stream", element: optional(definition.element) };
    case "future":
      return { kind: "future", value: optional(definition.element) };
  }
}

function primitive(name: Extract<ValueType, string>): Type {
  if (name === "error-context") throw componentUnsupported("passes an error-context");
  return { kind: name };
}
