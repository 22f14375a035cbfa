import type { Annotated, FunctionItem, Identifier, InterfaceMember, Path, TypeItem, WorldMember } from "./ast.js";
import { invalidWit } from "./failure.js";
import type { FileScope } from "./packages.js";

/** What a name means in an interface or world. */
export type Member =
  | { readonly kind: "type"; readonly item: TypeItem }
  | { readonly kind: "use"; readonly path: Path; readonly name: Identifier }
  | { readonly kind: "function"; readonly item: FunctionItem; readonly optional: boolean };

/** The names in an interface, or of a world's types, after feature gates are applied. */
export interface Members {
  readonly byName: ReadonlyMap<string, Member>;
  /** Names that are left out, each with the feature that would enable it. */
  readonly gated: ReadonlyMap<string, string>;
  /** The paths of its `use` items. */
  readonly uses: readonly Path[];
}

/** The feature that marks a function as optional: the other side may leave it out. */
export const optionalFeature = "optional";

/** Returns the feature that an item requires, if it is not enabled. */
export function missingFeature({ attributes = [] }: Annotated, features: ReadonlySet<string>): string | undefined {
  for (const attribute of attributes) {
    if (attribute.kind === "unstable" && !features.has(attribute.feature)) return attribute.feature;
  }
  return undefined;
}

/** Returns whether a function is optional, and the feature that it requires, if that is not enabled. */
export function functionGate(
  item: Annotated,
  features: ReadonlySet<string>,
): { readonly optional: boolean; readonly missing: string | undefined } {
  const optional =
    item.attributes?.some((attribute) => attribute.kind === "unstable" && attribute.feature === optionalFeature) ??
    false;
  return { optional, missing: missingFeature(item, new Set([...features, optionalFeature])) };
}

/** Collects the names in a body. The names of a world's imports and exports are separate. */
export function collectMembers(
  scope: FileScope,
  items: readonly (InterfaceMember | WorldMember)[],
  features: ReadonlySet<string>,
): Members {
  const byName = new Map<string, Member>();
  const gated = new Map<string, string>();
  const uses: Path[] = [];
  const declared = new Set<string>();
  const declare = (name: Identifier, member: Member, missing: string | undefined) => {
    if (missing !== undefined) {
      gated.set(name.name, missing);
      return;
    }
    if (declared.has(name.name.toLowerCase()))
      throw invalidWit(scope.file, name.at, `"${name.name}" is declared twice`);
    declared.add(name.name.toLowerCase());
    byName.set(name.name, member);
  };
  for (const item of items) {
    if ("form" in item || item.kind === "include") continue;
    if (item.kind === "function") {
      const { optional, missing } = functionGate(item, features);
      declare(item.name, { kind: "function", item, optional }, missing);
      continue;
    }
    const missing = missingFeature(item, features);
    if (item.kind !== "use") declare(item.name, { kind: "type", item }, missing);
    else {
      if (missing === undefined) uses.push(item.path);
      for (const { name, as } of item.names) declare(as ?? name, { kind: "use", path: item.path, name }, missing);
    }
  }
  return { byName, gated, uses };
}
