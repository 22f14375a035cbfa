import { moduleMismatch } from "./core-types.js";
import { matchItems } from "./match-items.js";
import { Substitution } from "./substitution.js";
import type {
  AnyType,
  ResolvedComponent,
  ResolvedDefinition,
  ResolvedFunction,
  ResolvedInstance,
  ResolvedItem,
  ResolvedType,
} from "./types.js";
import type { Work } from "./work.js";

/**
 * Returns why an item does not match the wanted one; `undefined` if it does. Value types must be equal, part by part;
 * instances and components may export more and import less.
 */
export function itemMismatch(given: ResolvedItem, wanted: ResolvedItem, work: Work): string | undefined {
  switch (wanted.kind) {
    case "core-module":
      return given.kind === wanted.kind ? moduleMismatch(given.type, wanted.type) : otherSort(given, wanted);
    case "function":
      return given.kind === wanted.kind ? functionMismatch(given.type, wanted.type, work) : otherSort(given, wanted);
    case "type":
      return given.kind === wanted.kind ? typeMismatch(given.of, wanted.of, work) : otherSort(given, wanted);
    case "instance":
      return given.kind === wanted.kind ? instanceMismatch(given.type, wanted.type, work) : otherSort(given, wanted);
    case "component":
      return given.kind === wanted.kind ? componentMismatch(given.type, wanted.type, work) : otherSort(given, wanted);
  }
}

function otherSort(given: { kind: string }, wanted: { kind: string }): string {
  return `expected a ${wanted.kind}, found a ${given.kind}`;
}

function typeMismatch(given: AnyType, wanted: AnyType, work: Work): string | undefined {
  if (given === wanted) return undefined;
  switch (wanted.kind) {
    case "resource":
      if (given.kind !== "resource") break;
      return given.resource === wanted.resource ? undefined : "it is a different resource";
    case "function":
      if (given.kind !== "function") break;
      return functionMismatch(given, wanted, work);
    case "instance":
      if (given.kind !== "instance") break;
      return instanceMismatch(given, wanted, work);
    case "component":
      if (given.kind !== "component") break;
      return componentMismatch(given, wanted, work);
    default:
      if (given.kind === "resource" || given.kind === "function") break;
      if (given.kind === "instance" || given.kind === "component") break;
      return definitionMismatch(given, wanted, work);
  }
  return otherSort(given, wanted);
}

function functionMismatch(given: ResolvedFunction, wanted: ResolvedFunction, work: Work): string | undefined {
  if (given === wanted) return undefined;
  if (given.async !== wanted.async) return `only one of the two functions is async`;
  return (
    fieldsMismatch(given.parameters, wanted.parameters, "parameter", work) ??
    within("its result", optionalMismatch(given.result, wanted.result, work))
  );
}

function instanceMismatch(given: ResolvedInstance, wanted: ResolvedInstance, work: Work): string | undefined {
  if (given === wanted) return undefined;
  for (const [name, item] of wanted.exports) {
    work.spend(1);
    const found = given.exports.get(name);
    if (found === undefined) return `the instance does not export "${name}"`;
    const why = itemMismatch(found, item, work);
    if (why !== undefined) return `its export "${name}": ${why}`;
  }
  return undefined;
}

function componentMismatch(given: ResolvedComponent, wanted: ResolvedComponent, work: Work): string | undefined {
  if (given === wanted) return undefined;
  const imports = matchItems(wanted.imports, given.imports, given.importedResources, work);
  if (typeof imports === "string") return `the component: ${imports}`;
  const substitution = new Substitution(imports, work);
  const exports = new Map([...given.exports].map(([name, item]) => [name, substitution.item(item)]));
  const opened = matchItems(exports, wanted.exports, wanted.definedResources, work);
  return typeof opened === "string" ? `the component: ${opened}` : undefined;
}

function valueMismatch(given: ResolvedType, wanted: ResolvedType, work: Work): string | undefined {
  if (given === wanted) return undefined;
  const [one, other] = [plain(given), plain(wanted)];
  if (typeof one !== "string" && typeof other !== "string") return definitionMismatch(one, other, work);
  return one === other ? undefined : `expected ${kindOf(other)}, found ${kindOf(one)}`;
}

/** Returns a primitive as its name, even if the component defined it at an index. */
function plain(type: ResolvedType): ResolvedType {
  return typeof type !== "string" && type.kind === "primitive" ? type.type : type;
}

function kindOf(type: ResolvedType): string {
  return typeof type === "string" ? type : type.kind;
}

function definitionMismatch(given: ResolvedDefinition, wanted: ResolvedDefinition, work: Work): string | undefined {
  work.spend(1);
  if (given === wanted) return undefined;
  const other = `expected ${wanted.kind}, found ${given.kind}`;
  switch (wanted.kind) {
    case "primitive":
      return given.kind === "primitive" ? valueMismatch(given.type, wanted.type, work) : other;
    case "record":
      return given.kind === "record" ? fieldsMismatch(given.fields, wanted.fields, "field", work) : other;
    case "variant":
      return given.kind === "variant" ? fieldsMismatch(given.cases, wanted.cases, "case", work) : other;
    case "tuple": {
      if (given.kind !== "tuple") return other;
      const named = (items: readonly ResolvedType[]) => items.map((type, index) => ({ name: String(index), type }));
      return fieldsMismatch(named(given.items), named(wanted.items), "item", work);
    }
    case "list":
      if (given.kind !== "list" || given.length !== wanted.length) return other;
      return within("its element", valueMismatch(given.element, wanted.element, work));
    case "map":
      if (given.kind !== "map") return other;
      return (
        within("its key", valueMismatch(given.key, wanted.key, work)) ??
        within("its value", valueMismatch(given.value, wanted.value, work))
      );
    case "option":
      return given.kind === "option" ? within("its value", valueMismatch(given.some, wanted.some, work)) : other;
    case "result":
      if (given.kind !== "result") return other;
      return (
        within("its ok", optionalMismatch(given.ok, wanted.ok, work)) ??
        within("its error", optionalMismatch(given.err, wanted.err, work))
      );
    case "flags":
    case "enum": {
      if (given.kind !== wanted.kind) return other;
      const same =
        given.names.length === wanted.names.length && given.names.every((name, at) => name === wanted.names[at]);
      return same ? undefined : `the ${wanted.kind} has different names`;
    }
    case "own":
    case "borrow":
      if (given.kind !== wanted.kind) return other;
      return given.resource.resource === wanted.resource.resource
        ? undefined
        : "it is a handle to a different resource";
    case "stream":
    case "future":
      if (given.kind !== wanted.kind) return other;
      return within("its element", optionalMismatch(given.element, wanted.element, work));
  }
}

type Part = { readonly name: string; readonly type: ResolvedType | undefined };

function fieldsMismatch(given: readonly Part[], wanted: readonly Part[], what: string, work: Work): string | undefined {
  work.spend(wanted.length);
  if (given.length !== wanted.length) return `expected ${wanted.length} ${what}s, found ${given.length}`;
  for (const [index, part] of wanted.entries()) {
    const found = given[index]!;
    if (found.name !== part.name) return `expected the ${what} "${part.name}", found "${found.name}"`;
    const why = optionalMismatch(found.type, part.type, work);
    if (why !== undefined) return `its ${what} "${part.name}": ${why}`;
  }
  return undefined;
}

function optionalMismatch(
  given: ResolvedType | undefined,
  wanted: ResolvedType | undefined,
  work: Work,
): string | undefined {
  if (given !== undefined && wanted !== undefined) return valueMismatch(given, wanted, work);
  if (given === wanted) return undefined;
  return given === undefined ? "expected a type, found none" : "expected no type, found one";
}

function within(where: string, why: string | undefined): string | undefined {
  return why === undefined ? undefined : `${where}: ${why}`;
}
