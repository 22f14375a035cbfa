import { invalidComponent, unsupportedInComponent } from "../../../errors/factories/binary.js";
import type { PrimitiveName, TypeDeclaration, TypeDefinition, ValueType } from "../decode/model.js";
import { addAlias } from "./aliases.js";
import { resolveModuleType, signatureText } from "./core-types.js";
import { addImport, declareExport, externItem } from "./externs.js";
import { finishComponent } from "./finish.js";
import { makeDefinition, makeFunction, makeInstance, makeResource } from "./make-types.js";
import { isLabel, sameLabel } from "./names.js";
import { Scope } from "./scope.js";
import { type AnyType, type DefinitionShape, layoutOf, type ResolvedFunction, type ResolvedType } from "./types.js";

/** Resolves and checks a type definition. @throws TENON_COMPONENT_INVALID, TENON_COMPONENT_UNSUPPORTED */
export function defineType(definition: TypeDefinition, scope: Scope, offset: number): AnyType {
  switch (definition.kind) {
    case "function":
      return defineFunction(definition, scope, offset);
    case "instance-type": {
      const inner = new Scope("instance-type", scope, scope.work);
      declareAll(definition.declarations, inner);
      return makeInstance(inner.exports.items, [...inner.definedResources.keys()], offset);
    }
    case "component-type": {
      const inner = new Scope("component-type", scope, scope.work);
      declareAll(definition.declarations, inner);
      return finishComponent(inner, offset);
    }
    case "resource":
      return defineResource(definition, scope, offset);
    default:
      return makeDefinition(shapeOf(definition, scope, offset), offset);
  }
}

/** Adds a core type to the core index space. */
export function defineCoreType(
  type: Extract<TypeDeclaration, { kind: "core-type" }>["type"],
  scope: Scope,
  offset: number,
): void {
  scope.coreTypes.push(
    type.kind === "core-module"
      ? resolveModuleType(type, (count, index, at) => scope.around(count, at).coreType(index, at))
      : type,
  );
  scope.expectRoom(offset);
}

function declareAll(declarations: readonly TypeDeclaration[], scope: Scope): void {
  for (const declaration of declarations) {
    const { offset } = declaration;
    scope.work.at(offset);
    scope.work.spend(1);
    switch (declaration.kind) {
      case "core-type":
        defineCoreType(declaration.type, scope, offset);
        break;
      case "type":
        scope.types.push(defineType(declaration.type, scope, offset));
        break;
      case "import":
        addImport(declaration.name, declaration.type, scope, offset);
        break;
      case "export":
        declareExport(declaration.name, externItem(declaration.type, scope, offset), scope, offset);
        break;
      default:
        addAlias(declaration, scope, offset);
    }
    scope.expectRoom(offset);
  }
}

function defineResource(
  { destructor, async }: Extract<TypeDefinition, { kind: "resource" }>,
  scope: Scope,
  offset: number,
): AnyType {
  if (scope.kind !== "component")
    throw invalidComponent("a component type or instance type cannot define a resource", offset);
  if (async) throw unsupportedInComponent("an async destructor", offset);
  if (destructor !== undefined && scope.coreFunction(destructor, offset) !== signatureText(["i32"], []))
    throw invalidComponent(`core function ${destructor} cannot be a destructor: its type must be (i32) -> ()`, offset);
  const type = makeResource();
  scope.definedResources.set(type.resource, true);
  return type;
}

function defineFunction(
  { async, parameters, result }: Extract<TypeDefinition, { kind: "function" }>,
  scope: Scope,
  offset: number,
): ResolvedFunction {
  expectLabels(parameters, "parameter", offset);
  const resolved = parameters.map(({ name, type }) => ({ name, type: scope.value(type, offset) }));
  const resultType = optional(result, scope, offset);
  if (resultType !== undefined && layoutOf(resultType).holdsBorrow)
    throw invalidComponent("a function's result contains a borrow", offset);
  return makeFunction({ async, parameters: resolved, result: resultType }, offset);
}

type ValueDefinition = Exclude<TypeDefinition, { kind: "function" | "instance-type" | "component-type" | "resource" }>;

const mostFlags = 32;
const longestList = 2 ** 30;

function shapeOf(definition: ValueDefinition, scope: Scope, offset: number): DefinitionShape {
  const value = (type: ValueType) => scope.value(type, offset);
  switch (definition.kind) {
    case "primitive":
      return definition;
    case "record":
      expectSome(definition.fields, "record", offset);
      expectLabels(definition.fields, "field", offset);
      return { kind: "record", fields: definition.fields.map(({ name, type }) => ({ name, type: value(type) })) };
    case "variant": {
      expectSome(definition.cases, "variant", offset);
      expectLabels(definition.cases, "case", offset);
      const cases = definition.cases.map(({ name, type }) => ({ name, type: optional(type, scope, offset) }));
      return { kind: "variant", cases };
    }
    case "list":
      if (definition.length === 0 || (definition.length ?? 0) > longestList)
        throw invalidComponent(
          `a list cannot have the fixed length ${definition.length}: use 1 to ${longestList}`,
          offset,
        );
      return { kind: "list", element: value(definition.element), length: definition.length };
    case "map": {
      const key = value(definition.key);
      if (!isMapKey(key))
        throw invalidComponent("a map has keys that are neither integers, booleans, characters nor text", offset);
      return { kind: "map", key, value: value(definition.value) };
    }
    case "tuple":
      expectSome(definition.items, "tuple", offset);
      return { kind: "tuple", items: definition.items.map(value) };
    case "flags":
    case "enum":
      expectSome(definition.names, definition.kind, offset);
      if (definition.kind === "flags" && definition.names.length > mostFlags)
        throw invalidComponent(`more than ${mostFlags} flags`, offset);
      expectLabels(
        definition.names.map((name) => ({ name })),
        definition.kind === "flags" ? "flag" : "case",
        offset,
      );
      return definition;
    case "option":
      return { kind: "option", some: value(definition.some) };
    case "result":
      return {
        kind: "result",
        ok: optional(definition.ok, scope, offset),
        err: optional(definition.err, scope, offset),
      };
    case "own":
    case "borrow":
      return { kind: definition.kind, resource: scope.resource(definition.resource, offset) };
    case "stream":
    case "future": {
      const element = optional(definition.element, scope, offset);
      if (element !== undefined && layoutOf(element).holdsBorrow)
        throw invalidComponent(`a ${definition.kind} contains a borrow`, offset);
      if (definition.kind === "stream" && isChar(element))
        throw invalidComponent("a stream of char is not allowed: its encoding is undefined", offset);
      return { kind: definition.kind, element };
    }
  }
}

function isChar(type: ResolvedType | undefined): boolean {
  return primitiveOf(type) === "char";
}

function isMapKey(type: ResolvedType): boolean {
  const name = primitiveOf(type);
  return name !== undefined && name !== "f32" && name !== "f64" && name !== "error-context";
}

function primitiveOf(type: ResolvedType | undefined): PrimitiveName | undefined {
  return typeof type === "object" ? (type.kind === "primitive" ? type.type : undefined) : type;
}

function optional(type: ValueType | undefined, scope: Scope, offset: number): ResolvedType | undefined {
  return type === undefined ? undefined : scope.value(type, offset);
}

function expectSome(items: readonly unknown[], what: string, offset: number): void {
  if (items.length === 0) throw invalidComponent(`a ${what} is empty`, offset);
}

function expectLabels(items: readonly { readonly name: string }[], what: string, offset: number): void {
  const seen = new Set<string>();
  for (const { name } of items) {
    if (!isLabel(name)) throw invalidComponent(`the ${what} "${name}" is not in kebab case`, offset);
    const key = sameLabel(name);
    if (seen.has(key)) throw invalidComponent(`the ${what} "${name}" is duplicated`, offset);
    seen.add(key);
  }
}
