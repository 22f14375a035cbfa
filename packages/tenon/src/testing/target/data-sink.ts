import {
  type Contract,
  contract,
  type Implementation,
  type Imports,
  type Items,
  type Type,
  t,
} from "../../contract/index.js";

export interface Tree {
  label: string;
  children: Tree[];
  named: Map<string, Tree>;
}

const echo = <const T extends Type>(type: T) => t.func([["value", type]], type);

const tree = t.recursive<Tree>((self) =>
  t.record("branch", { label: t.string, children: t.list(self), named: t.map(t.string, self) }),
);
/** Two types that contain each other. */
const expression = t.recursive((self) => {
  const call = t.record("call", { name: t.string, given: t.list(self) });
  return t.variant("formula", { nothing: null, number: t.f64, negated: self, called: call });
});
const mode = t.enum("switch", ["on", "off", "half-way"], { open: true });

const maps = t.interface({
  counts: echo(t.map(t.string, t.u32)),
  flags: echo(t.map(t.bool, t.bytes)),
  wide: echo(t.map(t.s64, t.option(t.string))),
  nested: echo(t.list(t.map(t.char, t.map(t.u8, t.list(t.string))))),
});
const json = t.interface({
  value: echo(t.json),
  values: echo(t.list(t.option(t.json))),
  cyclic: t.func([], t.json, { docs: "Returns a value that contains itself." }),
  unfit: t.func([], t.json, { docs: "Returns a value that JSON cannot express." }),
});
const recursion = t.interface({
  tree: echo(tree),
  expression: echo(expression),
  cyclic: t.func([], tree, { docs: "Returns a value that contains itself." }),
});
const openEnums = t.interface({ mode: echo(mode), modes: echo(t.list(t.option(mode))) });

/** The host's functions, which return the value that they get. */
const hostItems = {
  hostMaps: t.interface({ counts: maps.members.counts, nested: maps.members.nested }),
  hostJson: t.interface({ value: json.members.value }),
  hostRecursion: t.interface({ tree: recursion.members.tree }),
  hostOpenEnums: t.interface({ mode: openEnums.members.mode }),
};
const reflected = {
  reflectedMaps: t.interface(hostItems.hostMaps.members),
  reflectedJson: t.interface(hostItems.hostJson.members),
  reflectedRecursion: t.interface(hostItems.hostRecursion.members),
  reflectedOpenEnums: t.interface(hostItems.hostOpenEnums.members),
};
const items = { maps, json, recursion, openEnums };

/** The features whose types the data sink has. A runtime may offer each. */
export type DataFeature = "maps" | "json" | "recursive-types" | "open-enums";

/** The name of a feature in the names of its interfaces. */
const names = {
  maps: "Maps",
  json: "Json",
  "recursive-types": "Recursion",
  "open-enums": "OpenEnums",
} as const satisfies Record<DataFeature, string>;

/**
 * The contract for the types that not every language has: maps, JSON values, recursive types, open enums. Each kind has an
 * interface of the plugin, whose functions return what they get, one of the host, and one of the plugin that calls the
 * host's. A plugin implements those of the kinds that its runtime offers.
 */
export const dataSink = contract("tenon:data-sink@1.0.0", {
  docs: "What the conformance suite requires of a plugin that exchanges these types.",
  imports: hostItems,
  exports: { ...items, ...reflected },
});

export type DataSink = typeof dataSink;
/** What a JavaScript plugin implements. */
export type DataSinkImplementation = Implementation<DataSink>;

/** All features whose types the data sink has. */
export const dataFeatures = Object.keys(names) as DataFeature[];

/**
 * Returns the part of the contract for some features.
 *
 * @param imported those whose host functions it has as well: a plugin may need more than a host calls.
 */
export function dataSinkOf(features: readonly DataFeature[], imported: readonly DataFeature[] = features): DataSink {
  const { exports, imports } = dataSink;
  const own = (feature: DataFeature) => names[feature].charAt(0).toLowerCase() + names[feature].slice(1);
  return contract(dataSink.id, {
    docs: dataSink.docs as string,
    imports: pick(
      imports,
      imported.map((feature) => `host${names[feature]}`),
    ),
    exports: pick(
      exports,
      features.flatMap((feature) => [own(feature), `reflected${names[feature]}`]),
    ),
  }) as Contract<any, any> as DataSink;
}

function pick<T extends object>(given: T, keys: readonly string[]): Partial<T> & Items {
  return Object.fromEntries(Object.entries(given).filter(([key]) => keys.includes(key))) as Partial<T> & Items;
}

const same = <T>(value: T): T => value;

/** The host's side of the data sink. */
export const dataSinkImports: Imports<DataSink> = {
  hostMaps: { counts: same, nested: same },
  hostJson: { value: same },
  hostRecursion: { tree: same },
  hostOpenEnums: { mode: same },
};
