import fc from "fast-check";
import {
  type Contract,
  camel,
  contract,
  type FunctionType,
  type InterfaceType,
  type Item,
  type NamedType,
  pascal,
  type RecordType,
  type RecursiveType,
  type ResourceType,
  type Type,
  t,
  type VariantType,
} from "../../tenon/src/contract/index.js";
import { mapKeys } from "../../tenon/src/contract/model/model.js";
import { holdsReferences } from "../../tenon/src/contract/model/reach.js";

/** Which types the contracts use. */
export interface TypeChoice {
  /** Only what the Component Model has: no JSON values, recursive types and open enums, and no maps. */
  readonly components?: boolean;
}

/**
 * Generates contracts of all shapes for property tests: every kind of type, nested and shared between functions and interfaces;
 * interfaces of the contract's own package and of others; resources on both sides; optional and `async` functions; docs.
 */
export function arbitraryContract({ components = false }: TypeChoice = {}): fc.Arbitrary<Contract> {
  return fc
    .record({
      components: fc.constant(components),
      id: arbitraryId,
      docs: arbitraryDocs,
      names: fc.uniqueArray(arbitraryName, {
        minLength: 60,
        maxLength: 60,
        selector: (name) => name.replaceAll("-", ""),
      }),
      named: fc.array(arbitraryNamed, { maxLength: 8 }),
      resources: fc.array(arbitraryResource, { maxLength: 4 }),
      functions: fc.array(arbitraryFunction, { minLength: 1, maxLength: 14 }),
      places: fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 }),
    })
    .map(build);
}

/** Names in kebab-case, including keywords of WIT and JavaScript. */
export const arbitraryName: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z][a-z0-9]{0,5}(-[a-z][a-z0-9]{0,4}){0,2}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "list",
      "func",
      "type",
      "use",
      "constructor",
      "to-string",
      "then",
      "class",
      "interface",
      "string",
      "import",
    ),
  },
);

const arbitraryDocs = fc.option(
  fc.oneof(
    fc.constantFrom(
      "",
      "One line.",
      "Two\nlines.",
      "  indented\n\n* starred */ /** and odd ",
      "```wit\nf: func();\n```",
      "Grüße, 世界 🎉",
    ),
    fc.string({ maxLength: 12 }).filter((text) => !/[^\P{Cc}\n]|\p{Deprecated}/u.test(text)),
  ),
  { nil: undefined },
);

const arbitraryId = fc
  .tuple(
    fc.constantFrom("demo", "acme"),
    fc.constantFrom("alpha", "beta-kit"),
    fc.option(fc.constantFrom("the-world", "list")),
    fc.constantFrom("", "@1.0.0", "@0.2.1-rc.1+x"),
  )
  .map(([namespace, name, world, version]) => `${namespace}:${name}${world === null ? "" : `/${world}`}${version}`);

/** A type before the named types are known: numbers choose among them later. */
type Draft =
  | { readonly kind: "primitive"; readonly type: Type }
  | { readonly kind: "json" }
  | { readonly kind: "self" | "named" | "own" | "borrow"; readonly choice: number }
  | { readonly kind: "map"; readonly choice: number; readonly inner: Draft | null }
  | { readonly kind: "list" | "option" | "stream" | "future"; readonly inner: Draft | null }
  | { readonly kind: "result" | "tuple"; readonly items: readonly (Draft | null)[] };

const { draft } = fc.letrec<{ draft: Draft }>((tie) => ({
  draft: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("primitive" as const),
        type: fc.constantFrom<Type>(
          t.bool,
          t.s8,
          t.u8,
          t.s16,
          t.u16,
          t.s32,
          t.u32,
          t.s64,
          t.u64,
          t.f32,
          t.f64,
          t.char,
          t.string,
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom("named", "named", "self", "own", "borrow"), choice: fc.nat(1000) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("json" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("map" as const),
        choice: fc.nat(1000),
        inner: fc.option(tie("draft"), { freq: 6 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom("list", "option", "stream", "future"),
        inner: fc.option(tie("draft"), { freq: 6 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom("result", "tuple"),
        items: fc.array(fc.option(tie("draft")), { minLength: 1, maxLength: 3 }),
      }),
    },
  ),
}));

const arbitraryNamed = fc.record({
  kind: fc.constantFrom("record", "variant", "enum", "flags"),
  labels: fc.uniqueArray(fc.tuple(arbitraryName, fc.option(draft), arbitraryDocs), {
    minLength: 1,
    maxLength: 5,
    selector: ([name]) => name.replaceAll("-", ""),
  }),
  docs: arbitraryDocs,
  open: fc.boolean(),
});

const arbitraryFunction = fc.record({
  parameters: fc.uniqueArray(fc.tuple(arbitraryName, draft), {
    maxLength: 4,
    selector: ([name]) => name.replaceAll("-", ""),
  }),
  result: fc.option(draft),
  async: fc.boolean(),
  optional: fc.boolean(),
  docs: arbitraryDocs,
});

const arbitraryResource = fc.record({
  constructs: fc.option(arbitraryFunction),
  methods: fc.array(arbitraryFunction, { maxLength: 3 }),
  statics: fc.array(arbitraryFunction, { maxLength: 2 }),
  docs: arbitraryDocs,
});

interface Drafts {
  readonly components: boolean;
  readonly id: string;
  readonly docs: string | undefined;
  readonly names: readonly string[];
  readonly named: readonly DraftOf<typeof arbitraryNamed>[];
  readonly resources: readonly DraftOf<typeof arbitraryResource>[];
  readonly functions: readonly DraftOf<typeof arbitraryFunction>[];
  readonly places: readonly number[];
}

type DraftOf<A> = A extends fc.Arbitrary<infer T> ? T : never;

const foreignIds = ["wasi:io/streams@0.2.0", "wasi:http/streams@0.2.0", "other:kit/things"];
const foreignKeys = ["streams", "httpStreams", "things"];

/** The types that a function may use, depending on where it is declared. */
interface Reach {
  readonly components: boolean;
  readonly named: readonly NamedType[];
  readonly resources: readonly ResourceType[];
  /** The type that is being made, if it can contain itself. */
  readonly self?: RecursiveType | undefined;
}

function build({ components, id, docs, names, named, resources, functions, places }: Drafts): Contract {
  const fresh = names
    .filter(
      (name) => !["alpha", "beta-kit", "the-world", "list", "streams", "things", "types", "self", "new"].includes(name),
    )
    .values();
  const name = () => fresh.next().value ?? "spare";
  const place = places.values();
  const choose = (size: number) => (place.next().value ?? 0) % size;

  const plain: NamedType[] = [];
  for (const item of named) plain.push(makeNamed(name(), item, { components, named: [...plain], resources: [] }));

  const imports: Record<string, Item> = {};
  const exports: Record<string, Item> = {};
  const groups: {
    readonly side: Record<string, Item>;
    readonly key: string;
    readonly id: string | undefined;
    readonly resources: ResourceType[];
  }[] = [];
  for (const [index, foreign] of foreignIds.slice(0, choose(4)).entries()) {
    groups.push({ side: imports, key: foreignKeys[index]!, id: foreign, resources: [] });
  }
  for (let count = choose(3); count > 0; count -= 1)
    groups.push({ side: imports, key: camel(name()), id: undefined, resources: [] });
  for (let count = choose(3); count > 0; count -= 1)
    groups.push({ side: exports, key: camel(name()), id: undefined, resources: [] });

  const shells = resources.map((draftResource) => {
    const shell = {
      kind: "resource" as const,
      name: name(),
      constructs: undefined as FunctionType | undefined,
      methods: [] as { name: string; type: FunctionType }[],
      statics: [] as { name: string; type: FunctionType }[],
      docs: draftResource.docs,
    };
    const at = choose(groups.length + 1);
    const group = groups[at];
    if (group === undefined) imports[pascal(shell.name)] = shell;
    else group.resources.push(shell);
    return { shell, draftResource, at };
  });
  // An interface may use its own resources and those of the interfaces before it, so there are no cycles.
  const reachOf = (at: number): Reach => ({
    components,
    named: plain,
    resources: groups
      .slice(0, at + 1)
      .filter((group, index) => index === at || group.id === undefined || groups[at] === undefined)
      .flatMap((group) =>
        groups[at] === undefined || groups[at]!.id === undefined || group === groups[at] ? group.resources : [],
      ),
  });
  const worldReach = (side: Record<string, Item>): Reach => ({
    components,
    named: plain,
    resources: [
      ...groups.filter((group) => group.side === imports || side === exports).flatMap((group) => group.resources),
      ...shells.filter(({ at }) => at === groups.length).map(({ shell }) => shell),
    ],
  });
  for (const { shell, draftResource, at } of shells) {
    const reach = at === groups.length ? worldReach(imports) : reachOf(at);
    if (draftResource.constructs !== null)
      shell.constructs = makeFunction(
        { ...draftResource.constructs, result: null, async: false, optional: false },
        reach,
      );
    for (const item of draftResource.methods) shell.methods.push({ name: name(), type: makeFunction(item, reach) });
    for (const item of draftResource.statics) shell.statics.push({ name: name(), type: makeFunction(item, reach) });
  }

  const members = groups.map(
    (group) =>
      Object.fromEntries(group.resources.map((resource) => [pascal(resource.name), resource])) as Record<
        string,
        FunctionType | ResourceType
      >,
  );
  for (const item of functions) {
    const at = choose(groups.length + 2);
    if (at < groups.length) members[at]![camel(name())] = makeFunction(item, reachOf(at));
    else {
      const side = at === groups.length ? imports : exports;
      side[camel(name())] = makeFunction(item, worldReach(side));
    }
  }
  for (const [index, { side, key, id: foreign, resources: offered }] of groups.entries()) {
    const item: InterfaceType = {
      kind: "interface",
      ...(foreign === undefined ? {} : { id: foreign }),
      members: members[index]!,
      docs: functions[index]?.docs,
    };
    side[key] = item;
    if (offered.length === 0 && choose(3) === 0) exports[key] = item;
  }
  const definition = { imports: reordered(imports, choose(2)), exports: reordered(exports, choose(2)) };
  return contract(id, { ...definition, ...(docs === undefined ? {} : { docs }) });
}

/** Interfaces before functions, or after them. */
function reordered(items: Record<string, Item>, choice: number): Record<string, Item> {
  const entries = Object.entries(items);
  const [first, second] = choice === 0 ? ["interface", "function"] : ["function", "interface"];
  const rank = ([, item]: [string, Item]) => (item.kind === first ? 0 : item.kind === second ? 2 : 1);
  return Object.fromEntries(entries.sort((a, b) => rank(a) - rank(b)));
}

function makeNamed(name: string, { kind, labels, docs, open }: Drafts["named"][number], reach: Reach): NamedType {
  // A recursive type holds plain data only.
  const drafts = labels.map(([, item]) => item);
  const recurs =
    (kind === "record" || kind === "variant") && !reach.components && !drafts.some((item) => streams(item, reach));
  const self = { kind: "recursive" as const, target: undefined as unknown as RecordType | VariantType };
  const parts = labels.map(([label, item, text]) => ({
    name: label,
    docs: text,
    type: item === null ? undefined : makeType(item, recurs ? { ...reach, self } : reach, false),
  }));
  switch (kind) {
    case "record":
      self.target = { kind, name, fields: parts.map((part) => ({ ...part, type: part.type ?? t.string })), docs };
      return self.target;
    case "variant":
      self.target = { kind, name, cases: parts, docs };
      return self.target;
    case "enum": {
      const cases = parts.map((part) => ({ name: part.name, docs: part.docs }));
      return { kind, name, cases, docs, ...(open && !reach.components ? { open: true } : {}) };
    }
    case "flags":
      return { kind, name, flags: parts.map((part) => ({ name: part.name, docs: part.docs })), docs };
  }
}

/** Whether a type contains a stream or future. */
function streams(item: Draft | null | undefined, reach: Reach): boolean {
  if (item === null || item === undefined) return false;
  switch (item.kind) {
    case "stream":
    case "future":
      return true;
    case "named": {
      const type = chosen(item.choice, reach);
      return type !== undefined && holdsReferences(type);
    }
    case "list":
    case "option":
    case "map":
      return streams(item.inner, reach);
    case "result":
    case "tuple":
      return item.items.some((next) => streams(next, reach));
    default:
      return false;
  }
}

function chosen(choice: number, reach: Reach): Type | undefined {
  const type = reach.named[choice % Math.max(1, reach.named.length)];
  return type === undefined || type.kind === "resource" ? undefined : type;
}

function makeFunction(
  { parameters, result, async, optional, docs }: Drafts["functions"][number],
  reach: Reach,
): FunctionType {
  return {
    kind: "function",
    parameters: parameters
      .filter(([name]) => name !== "self")
      .map(([name, item]) => ({ name, type: makeType(item, reach, true) })),
    result: result === null ? undefined : makeType(result, reach, false),
    async,
    optional,
    docs,
  };
}

function makeType(item: Draft, reach: Reach, borrows: boolean): Type {
  const inner = (next: Draft | null | undefined, allowed = borrows) =>
    next === null || next === undefined ? undefined : makeType(next, reach, allowed);
  switch (item.kind) {
    case "primitive":
      return item.type;
    case "named":
      return chosen(item.choice, reach) ?? t.string;
    case "json":
      return reach.components ? t.string : t.json;
    // In a list, an option or a map, so that a value can end.
    case "self":
      if (reach.self === undefined) return t.string;
      return [t.list(reach.self), t.option(reach.self), t.map(t.string, reach.self)][item.choice % 3]!;
    case "map": {
      const value = inner(item.inner) ?? t.u8;
      return reach.components ? t.list(value) : t.map({ kind: mapKeys[item.choice % mapKeys.length]! }, value);
    }
    case "own":
    case "borrow": {
      const resource = reach.resources[item.choice % Math.max(1, reach.resources.length)];
      if (resource === undefined) return t.u64;
      return item.kind === "own" || !borrows ? t.own(resource) : t.borrow(resource);
    }
    case "list":
      return t.list(inner(item.inner) ?? t.u8);
    case "option":
      return t.option(inner(item.inner) ?? t.bool);
    case "stream":
      return t.stream(inner(item.inner, false));
    case "future":
      return t.future(inner(item.inner, false));
    case "result":
      return t.result(inner(item.items[0]), inner(item.items[1]));
    case "tuple":
      return t.tuple(...item.items.map((next) => inner(next) ?? t.char));
  }
}
