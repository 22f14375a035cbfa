import { t } from "../building/builder.js";
import { mostLevels } from "../model/extent.js";
import {
  type EnumType,
  type FunctionType,
  type MapType,
  mapKeys,
  type NamedFunction,
  type NamedType,
  type PrimitiveKind,
  type RecursiveType,
  type ResourceType,
  type Type,
} from "../model/model.js";
import { typeText } from "../validate/type-text.js";
import { jsonLine, openLine, unrecognized, withoutLine } from "./annotations.js";
import type {
  AliasItem,
  CasesItem,
  FunctionSyntax,
  Identifier,
  LabelSyntax,
  ResourceItem,
  TypeExpression,
  TypeItem,
} from "./ast.js";
import type { Body } from "./bodies.js";
import { invalidWit, tooLargeWit, unsupportedWit } from "./failure.js";
import { functionGate, type Member } from "./members.js";
import type { InterfaceDefinition } from "./packages.js";

// A level of nesting is at most a name, a `use` of it, an alias, and the type itself.
const deepest = 5 * mostLevels;

interface Converted {
  readonly type: Type;
  /** Whether it contains a resource: the import and the export of its interface then need different types. */
  readonly hasResource: boolean;
}

type Named = { readonly type: NamedType; readonly hasResource: boolean };

type BackEdge = { -readonly [K in keyof RecursiveType]: RecursiveType[K] };

/** Converts type expressions to types of the model: each named type once, or once per body if it contains a resource. */
export class TypeConverter {
  readonly #features: ReadonlySet<string>;
  readonly #ambiguous: (definition: InterfaceDefinition) => boolean;
  readonly #shared = new Map<TypeItem, Named>();
  readonly #aliases = new Map<Body, Map<TypeItem, Converted>>();
  /** What is being converted. A record or variant has a back edge, which stands for it inside itself. */
  readonly #open = new Map<TypeItem, BackEdge | undefined>();
  readonly #waiting: (() => void)[] = [];
  #filling = false;
  /** Which body declares each named type. */
  readonly owners = new Map<NamedType, { readonly body: Body; readonly hasResource: boolean }>();

  /** @param ambiguous whether an interface is both imported and exported by the world. */
  constructor(features: ReadonlySet<string>, ambiguous: (definition: InterfaceDefinition) => boolean) {
    this.#features = features;
    this.#ambiguous = ambiguous;
  }

  func(body: Body, syntax: FunctionSyntax, docs: string | undefined, optional: boolean): FunctionType {
    const type = Object.freeze({
      kind: "function" as const,
      parameters: syntax.parameters.map(({ name, type }) => ({
        name: name.name,
        type: this.#convert(body, type, 0).type,
      })),
      result: syntax.result === undefined ? undefined : this.#convert(body, syntax.result, 0).type,
      async: syntax.async,
      optional,
      docs,
    });
    this.#fillResources();
    return type;
  }

  resource(body: Body, item: ResourceItem): ResourceType {
    const { type } = this.#named(body, item, 0);
    this.#fillResources();
    return type as ResourceType;
  }

  // A resource's functions may use types that use the resource, so convert them once those types exist.
  #fillResources(): void {
    if (this.#filling) return;
    this.#filling = true;
    for (let fill = this.#waiting.shift(); fill !== undefined; fill = this.#waiting.shift()) fill();
    this.#filling = false;
  }

  #convert(body: Body, expression: TypeExpression, depth: number): Converted {
    const inner = (next: TypeExpression) => this.#convert(body, next, depth + 1);
    switch (expression.kind) {
      case "name":
        return this.#lookUp(body, expression.name, depth + 1);
      case "own":
      case "borrow": {
        const { type } = this.#lookUp(body, expression.resource, depth + 1);
        if (type.kind !== "own")
          throw invalidWit(body.file, expression.resource.at, `"${expression.resource.name}" is not a resource`);
        return { type: expression.kind === "own" ? type : t.borrow(type.resource), hasResource: true };
      }
      case "list": {
        if (expression.length !== undefined)
          throw this.#noEquivalent(body, `list<…, ${expression.length}>`, "Use list or tuple.");
        return combine([inner(expression.element)], ([element]) => t.list(element!));
      }
      case "option":
        return combine([inner(expression.some)], ([some]) => t.option(some!));
      case "result": {
        const sides = [expression.ok, expression.err].map((side) => (side === undefined ? undefined : inner(side)));
        return combine(sides, ([ok, err]) => t.result(ok, err));
      }
      case "tuple":
        return combine(expression.items.map(inner), (items) => t.tuple(...(items as Type[])));
      case "stream":
        return combine([expression.element && inner(expression.element)], ([element]) => t.stream(element));
      case "future":
        return combine([expression.value && inner(expression.value)], ([value]) => t.future(value));
      case "map":
        return this.#map(body, inner(expression.key), inner(expression.value));
      case "error-context":
        throw this.#noEquivalent(body, "error-context", "Use a string, or a variant of the errors that can happen.");
      default:
        return { type: t[expression.kind as PrimitiveKind], hasResource: false };
    }
  }

  #lookUp(body: Body, name: Identifier, depth: number): Converted {
    // What makeContract limits is the nesting without aliases. This is for the stack.
    if (depth > deepest)
      throw tooLargeWit(
        body.file,
        name.at,
        `the type "${name.name}" is nested in more than ${mostLevels} others`,
        "nesting",
      );
    const member = body.member(name);
    if (member.kind === "use") return this.#used(body, member, depth + 1);
    if (member.kind === "function")
      throw invalidWit(body.file, name.at, `expected a type, but "${name.name}" is a function`);
    return this.#declared(body, member, depth);
  }

  #used(body: Body, { path, name }: Member & { readonly kind: "use" }, depth: number): Converted {
    const target = body.used(path);
    const converted = this.#lookUp(target, name, depth);
    if (
      body.definition.kind === "world" &&
      converted.hasResource &&
      target.definition.kind === "interface" &&
      this.#ambiguous(target.definition)
    ) {
      throw invalidWit(
        body.file,
        path.name.at,
        `"${path.name.name}" is both imported and exported, so it is not clear which of the two resources "${name.name}" means`,
        "Move the function into a separate interface.",
      );
    }
    return converted;
  }

  #declared(body: Body, { item }: Member & { readonly kind: "type" }, depth: number): Converted {
    if (item.kind !== "alias") {
      const self = this.#open.get(item);
      if (self !== undefined) return { type: self as RecursiveType, hasResource: false };
      const { type, hasResource } = this.#named(body, item, depth);
      return { type: type.kind === "resource" ? t.own(type) : type, hasResource };
    }
    const aliases = this.#aliases.get(body) ?? new Map<TypeItem, Converted>();
    this.#aliases.set(body, aliases);
    let converted = aliases.get(item);
    if (converted === undefined) {
      converted = this.#once(body, item, () => this.#alias(body, item, depth));
      aliases.set(item, converted);
    }
    return converted;
  }

  #alias(body: Body, item: AliasItem, depth: number): Converted {
    if (withoutLine(item.docs, jsonLine) === null) return this.#convert(body, item.type, depth + 1);
    if (item.type.kind === "string") return { type: t.json, hasResource: false };
    throw invalidWit(
      body.file,
      item.name.at,
      `"${jsonLine}" is above a type that is not string`,
      `Write: type ${item.name.name} = string;`,
    );
  }

  #map(body: Body, key: Converted, value: Converted): Converted {
    if (!(mapKeys as readonly string[]).includes(key.type.kind))
      throw invalidWit(
        body.file,
        body.at,
        `${body.label} has a map whose keys are ${typeText(key.type)}`,
        "Use an integer type, bool, char or string.",
      );
    return { type: t.map(key.type as MapType["key"], value.type), hasResource: value.hasResource };
  }

  #named(body: Body, item: Exclude<TypeItem, { readonly kind: "alias" }>, depth: number): Named {
    const known = this.#shared.get(item) ?? body.types.get(item);
    if (known !== undefined) return known;
    const named =
      item.kind === "resource"
        ? { type: this.#resource(body, item), hasResource: true }
        : this.#once(body, item, () => this.#compound(body, item, depth));
    if (item.kind !== "resource") (named.hasResource ? body.types : this.#shared).set(item, named);
    this.owners.set(named.type, { body, hasResource: named.hasResource });
    return named;
  }

  #compound(body: Body, item: Exclude<TypeItem, { readonly kind: "alias" | "resource" }>, depth: number): Named {
    const { docs } = item;
    const { name } = item.name;
    const parts = (item.kind === "record" ? item.fields : item.cases).map((part: LabelSyntax) => ({
      name: part.name.name,
      docs: part.docs,
      converted: part.type === undefined ? undefined : this.#convert(body, part.type, depth + 1),
    }));
    const hasResource = parts.some(({ converted }) => converted?.hasResource === true);
    const typed = () => parts.map((part) => ({ name: part.name, type: part.converted?.type, docs: part.docs }));
    const plain = () => parts.map((part) => ({ name: part.name, docs: part.docs }));
    switch (item.kind) {
      case "record":
        return {
          type: Object.freeze({ kind: "record", name, fields: typed() as { name: string; type: Type }[], docs }),
          hasResource,
        };
      case "variant": {
        const open = this.#openEnum(body, item);
        return { type: open ?? Object.freeze({ kind: "variant", name, cases: typed(), docs }), hasResource };
      }
      case "enum":
        return { type: Object.freeze({ kind: "enum", name, cases: plain(), docs }), hasResource };
      case "flags":
        return { type: Object.freeze({ kind: "flags", name, flags: plain(), docs }), hasResource };
    }
  }

  /** Returns the open enum that a variant stands for, if its docs say so. */
  #openEnum(body: Body, { name, docs, cases }: CasesItem): EnumType | undefined {
    const rest = withoutLine(docs, openLine);
    if (rest === null) return undefined;
    const last = cases.at(-1);
    const named = cases.slice(0, -1);
    if (last?.name.name !== unrecognized || last.type?.kind !== "s32" || named.some(({ type }) => type !== undefined))
      throw invalidWit(
        body.file,
        name.at,
        `"${openLine}" is above a variant that is not an open enum`,
        `Its last case must be ${unrecognized}(s32), and no other case may have a value.`,
      );
    const labels = named.map((part) => ({ name: part.name.name, docs: part.docs }));
    return Object.freeze({ kind: "enum", name: name.name, cases: labels, open: true, docs: rest });
  }

  #resource(body: Body, item: ResourceItem): ResourceType {
    const methods: NamedFunction[] = [];
    const statics: NamedFunction[] = [];
    const type: { -readonly [K in keyof ResourceType]: ResourceType[K] } = {
      kind: "resource",
      name: item.name.name,
      constructs: undefined,
      methods,
      statics,
      docs: item.docs,
    };
    body.types.set(item, { type, hasResource: true });
    this.#waiting.push(() => {
      for (const part of item.functions) {
        const { optional, missing } = functionGate(part, this.#features);
        if (missing !== undefined) continue;
        if (part.name !== undefined) {
          const func = this.func(body, part.type, part.docs, optional);
          (part.kind === "static" ? statics : methods).push({ name: part.name.name, type: func });
          continue;
        }
        if (type.constructs !== undefined)
          throw invalidWit(body.file, part.at, `resource "${item.name.name}" has two constructors`);
        if (part.type.result !== undefined) {
          throw unsupportedWit(
            body.file,
            part.at,
            `the constructor of "${item.name.name}" can fail`,
            `Use a static function instead: open: static func(…) -> result<${item.name.name}, …>;`,
          );
        }
        type.constructs = this.func(body, part.type, part.docs, optional);
      }
      Object.freeze(type);
    });
    return type;
  }

  #once<T extends { readonly type: Type | NamedType }>(body: Body, item: TypeItem, convert: () => T): T {
    if (this.#open.has(item))
      throw invalidWit(
        body.file,
        item.name.at,
        `the type "${item.name.name}" contains itself`,
        "Make it a record or variant: only those can contain themselves.",
      );
    const self: BackEdge | undefined =
      item.kind === "record" || item.kind === "variant" ? { kind: "recursive", target: undefined as never } : undefined;
    this.#open.set(item, self);
    const converted = convert();
    this.#open.delete(item);
    const { type } = converted;
    if (self !== undefined && (type.kind === "record" || type.kind === "variant")) {
      self.target = type;
      Object.freeze(self);
    }
    return converted;
  }

  #noEquivalent(body: Body, what: string, fix: string) {
    return unsupportedWit(body.file, body.at, `${body.label} uses ${what}, which a contract cannot express`, fix);
  }
}

function combine(parts: readonly (Converted | undefined)[], make: (types: (Type | undefined)[]) => Type): Converted {
  return {
    type: make(parts.map((part) => part?.type)),
    hasResource: parts.some((part) => part?.hasResource === true),
  };
}
