import type { ExternItem, FunctionSyntax, Identifier, IncludeItem, ResourceItem } from "./ast.js";
import { invalidWit, maximumDepth, tooLargeWit, unsupportedWit } from "./failure.js";
import { functionGate, missingFeature } from "./members.js";
import type { InterfaceDefinition, Packages, WorldDefinition } from "./packages.js";

/** One import or export of a world, or of a world that it includes. */
export type Extern = {
  readonly side: "imports" | "exports";
  /** The world in whose text it was found: its names are looked up there. */
  readonly world: WorldDefinition;
  readonly name: Identifier;
} & (
  | {
      readonly kind: "function";
      readonly type: FunctionSyntax;
      readonly docs: string | undefined;
      readonly optional: boolean;
    }
  | { readonly kind: "resource"; readonly item: ResourceItem }
  /** `plain`: its name is `name`. Otherwise it is the interface's own name. */
  | { readonly kind: "interface"; readonly definition: InterfaceDefinition; readonly plain: boolean }
);

/** How many items all includes together may list. Each lists those of the included world again. */
const mostListed = 1_000_000;

/** Lists a world's imports and exports in order. Those of included worlds come where they are included. */
export class WorldFlattener {
  readonly #packages: Packages;
  readonly #features: ReadonlySet<string>;
  readonly #known = new Map<WorldDefinition, readonly Extern[]>();
  readonly #open = new Set<WorldDefinition>();
  #listed = 0;
  /** All worlds that were read, included ones first. */
  readonly worlds = new Set<WorldDefinition>();

  constructor(packages: Packages, features: ReadonlySet<string>) {
    this.#packages = packages;
    this.#features = features;
  }

  flatten(world: WorldDefinition): readonly Extern[] {
    const known = this.#known.get(world);
    if (known !== undefined) return known;
    const { name } = world;
    if (this.#open.has(world)) throw invalidWit(world.scope.file, name.at, `world "${name.name}" includes itself`);
    if (this.#open.size > maximumDepth) {
      throw invalidWit(world.scope.file, name.at, `worlds include each other in a chain of more than ${maximumDepth}`);
    }
    this.#open.add(world);
    const externs = new Externs(world);
    for (const item of world.node.items) {
      if (item.kind === "import" || item.kind === "export") {
        const extern = this.#extern(world, item);
        if (extern !== undefined) externs.add(extern, extern.name);
      } else if (missingFeature(item, this.#features) !== undefined) continue;
      else if (item.kind === "resource")
        externs.add({ kind: "resource", side: "imports", world, name: item.name, item }, item.name);
      else if (item.kind === "include") {
        for (const extern of this.#included(world, item)) externs.add(extern, item.path.name);
      }
    }
    this.#open.delete(world);
    this.#known.set(world, externs.list);
    this.worlds.add(world);
    return externs.list;
  }

  #extern(world: WorldDefinition, item: ExternItem): Extern | undefined {
    const side = item.kind === "import" ? "imports" : "exports";
    const { scope } = world;
    if (item.form === "function") {
      const { optional, missing } = functionGate(item, this.#features);
      if (missing !== undefined) return undefined;
      return { kind: "function", side, world, name: item.name, type: item.type, docs: item.docs, optional };
    }
    if (missingFeature(item, this.#features) !== undefined) return undefined;
    if (item.form === "interface") {
      const definition: InterfaceDefinition = {
        kind: "interface",
        scope,
        name: item.name,
        docs: item.docs,
        items: item.items,
        named: false,
      };
      return { kind: "interface", side, world, name: item.name, definition, plain: true };
    }
    const definition = this.#packages.interface(scope, item.path);
    return {
      kind: "interface",
      side,
      world,
      name: item.name ?? item.path.name,
      definition,
      plain: item.name !== undefined,
    };
  }

  #included(world: WorldDefinition, item: IncludeItem): Extern[] {
    const target = this.#packages.world(world.scope, item.path);
    const waiting = new Map(item.renames.map(({ name, as }) => [name.name, { name, as }]));
    const renamed = new Set<string>();
    const included = this.flatten(target);
    this.#listed += included.length;
    if (this.#listed > mostListed)
      throw tooLargeWit(world.scope.file, item.path.name.at, `worlds include more than ${mostListed} items`, "all");
    const externs = included.map((extern): Extern => {
      const rename = waiting.get(extern.name.name);
      if (rename === undefined || (extern.kind === "interface" && !extern.plain)) return extern;
      if (extern.kind === "resource") {
        throw unsupportedWit(
          world.scope.file,
          rename.name.at,
          `resource "${extern.name.name}" cannot be renamed by "with"`,
          "Move the resource into an interface.",
        );
      }
      renamed.add(extern.name.name);
      return { ...extern, name: rename.as };
    });
    for (const { name } of waiting.values()) {
      if (!renamed.has(name.name)) {
        throw invalidWit(
          world.scope.file,
          name.at,
          `world "${target.name.name}" has no import or export "${name.name}" that can be renamed`,
          '"with" renames only functions and interfaces that have a plain name.',
        );
      }
    }
    return externs;
  }
}

class Externs {
  readonly list: Extern[] = [];
  readonly #world: WorldDefinition;
  readonly #plain = new Set<string>();
  readonly #interfaces = { imports: new Set<InterfaceDefinition>(), exports: new Set<InterfaceDefinition>() };

  constructor(world: WorldDefinition) {
    this.#world = world;
  }

  /** Adds an import or export, unless it is an interface that is already listed. */
  add(extern: Extern, at: Identifier): void {
    if (extern.kind === "interface" && !extern.plain) {
      const interfaces = this.#interfaces[extern.side];
      if (interfaces.has(extern.definition)) return;
      interfaces.add(extern.definition);
    } else {
      const key = `${extern.side} ${extern.name.name.toLowerCase()}`;
      if (this.#plain.has(key)) {
        throw invalidWit(
          this.#world.scope.file,
          at.at,
          `world "${this.#world.name.name}" has "${extern.name.name}" twice among its ${extern.side}`,
          "If one comes from an included world, rename it: include … with { name as other-name }.",
        );
      }
      this.#plain.add(key);
    }
    this.list.push(extern);
  }
}
