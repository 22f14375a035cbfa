import type { Scope } from "./scope.js";
import type {
  AnyType,
  DefinitionShape,
  ResolvedFunction,
  ResolvedInstance,
  ResolvedItem,
  ResolvedType,
} from "./types.js";

/**
 * Whether an import or export uses only types that have names among the imports (for an export: among imports or
 * exports); if so, its own types get names. Records, variants, enums, flags and resources need names; everything else is
 * structural. An instance type may use any types: the rule applies where it is used.
 *
 * Source: Component Model, Explainer, "Import and Export Definitions", on types that are named.
 */
export function nameTypes(side: "import" | "export", item: ResolvedItem, scope: Scope): boolean {
  scope.work.spend(1);
  if (scope.kind === "instance-type") return true;
  const named = side === "import" ? scope.importedTypes : scope.namedTypes;
  switch (item.kind) {
    case "type": {
      const isExports = scope.namedTypes.has(item.of) && !scope.importedTypes.has(item.of);
      if (side === "import" && isExports) return false;
      if (!isNamed(item.of, named, scope)) return false;
      if (side === "import") scope.importedTypes.add(item.type);
      scope.namedTypes.add(item.type);
      return true;
    }
    case "instance":
      return [...item.type.exports.values()].every((inner) => nameTypes(side, inner, scope));
    case "function":
      return isNamedFunction(item.type, named, scope);
    default:
      return true;
  }
}

type Names = Set<AnyType>;

function isNamed(type: AnyType, named: Names, scope: Scope): boolean {
  scope.work.spend(1);
  switch (type.kind) {
    // Uses of resources are checked when the component is complete.
    case "resource":
    case "component":
      return true;
    case "function":
      return isNamedFunction(type, named, scope);
    case "instance":
      return isNamedInstance(type, named, scope);
    default:
      return hasNamedParts(type, named, scope);
  }
}

function isNamedFunction({ parameters, result }: ResolvedFunction, named: Names, scope: Scope): boolean {
  return parameters.every(({ type }) => isNamedValue(type, named, scope)) && isNamedValue(result, named, scope);
}

/** The exports of an instance type have names within it. */
function isNamedInstance({ exports }: ResolvedInstance, named: Names, scope: Scope): boolean {
  const added: AnyType[] = [];
  const isWhole = [...exports.values()].every((item) => {
    if (item.kind === "function") return isNamedFunction(item.type, named, scope);
    if (item.kind === "instance") return isNamedInstance(item.type, named, scope);
    if (item.kind !== "type") return true;
    if (!isNamed(item.type, named, scope)) return false;
    if (!named.has(item.type)) added.push(item.type);
    named.add(item.type);
    return true;
  });
  for (const type of added) named.delete(type);
  return isWhole;
}

function hasNamedParts(shape: DefinitionShape, named: Names, scope: Scope): boolean {
  const isPart = (type: ResolvedType | undefined) => isNamedValue(type, named, scope);
  switch (shape.kind) {
    case "record":
      return shape.fields.every(({ type }) => isPart(type));
    case "variant":
      return shape.cases.every(({ type }) => isPart(type));
    case "tuple":
      return shape.items.every(isPart);
    case "list":
      return isPart(shape.element);
    case "map":
      return isPart(shape.value);
    case "option":
      return isPart(shape.some);
    case "result":
      return isPart(shape.ok) && isPart(shape.err);
    case "stream":
    case "future":
      return isPart(shape.element);
    case "own":
    case "borrow":
      return named.has(shape.resource);
    default:
      return true;
  }
}

function isNamedValue(type: ResolvedType | undefined, named: Names, scope: Scope): boolean {
  if (type === undefined || typeof type === "string") return true;
  scope.work.spend(1);
  switch (type.kind) {
    case "record":
    case "variant":
    case "flags":
    case "enum":
      return named.has(type);
    default:
      return hasNamedParts(type, named, scope);
  }
}
