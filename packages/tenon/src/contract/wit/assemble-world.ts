import { Body } from "./bodies.js";
import { invalidWit, maximumDepth } from "./failure.js";
import { type Extern, WorldFlattener } from "./flatten-world.js";
import type { InterfaceDefinition, Packages, WorldDefinition } from "./packages.js";

/** An import or export, with the body in which its types are looked up. */
export interface Placed {
  readonly extern: Extern;
  readonly body: Body;
}

/**
 * A complete world: its own imports and exports, those of included worlds, and the interfaces that are added because others
 * use their types.
 *
 * WIT.md, "Transitive imports and worlds": what an import uses is imported. What an export uses is the export if there is
 * one, and imported otherwise.
 */
export class AssembledWorld {
  readonly placed: Placed[] = [];
  readonly imports = new Map<InterfaceDefinition, Body>();
  readonly exports = new Map<InterfaceDefinition, Body>();
  readonly #packages: Packages;
  readonly #features: ReadonlySet<string>;
  readonly #worlds = new Map<WorldDefinition, Body>();
  readonly #world: WorldDefinition;
  readonly #explicit: ReadonlySet<InterfaceDefinition>;
  readonly #open: InterfaceDefinition[] = [];

  constructor(packages: Packages, world: WorldDefinition, features: ReadonlySet<string>) {
    this.#packages = packages;
    this.#features = features;
    this.#world = world;
    const flattener = new WorldFlattener(packages, features);
    const externs = flattener.flatten(world);
    const named = (side: Extern["side"]) =>
      externs.flatMap((extern) =>
        extern.kind === "interface" && !extern.plain && extern.side === side ? [extern.definition] : [],
      );
    this.#explicit = new Set(named("imports"));
    for (const definition of named("exports")) this.exports.set(definition, this.#interface(definition, "exports"));
    for (const origin of flattener.worlds)
      this.#worlds.set(origin, new Body(origin, packages, features, (used) => this.#usedByWorld(used)));
    for (const extern of externs) if (extern.side === "imports") this.#place(extern);
    for (const extern of externs) if (extern.side === "exports") this.#place(extern);
    for (const body of this.#worlds.values()) {
      for (const definition of body.dependencies())
        if (!this.exports.has(definition)) this.#import(definition, undefined);
    }
  }

  /** Whether an interface is both imported and exported, so that the world's own types cannot name which one they use. */
  ambiguous(definition: InterfaceDefinition): boolean {
    return this.imports.has(definition) && this.exports.has(definition);
  }

  #place(extern: Extern): void {
    if (extern.kind !== "interface") {
      this.placed.push({ extern, body: this.#worlds.get(extern.world)! });
    } else if (extern.plain) {
      const body = this.#interface(extern.definition, extern.side);
      this.#importDependencies(body, extern.side);
      this.placed.push({ extern, body });
    } else if (extern.side === "imports") this.#import(extern.definition, extern);
    else {
      const body = this.exports.get(extern.definition)!;
      this.#importDependencies(body, "exports");
      this.placed.push({ extern, body });
    }
  }

  #import(definition: InterfaceDefinition, stated: Extern | undefined): void {
    if (this.#open.includes(definition)) {
      throw invalidWit(
        definition.scope.file,
        definition.name.at,
        `interface "${definition.name.name}" uses itself, through other interfaces`,
      );
    }
    if (this.#open.length > maximumDepth) {
      throw invalidWit(
        definition.scope.file,
        definition.name.at,
        `interfaces use each other in a chain of more than ${maximumDepth}`,
      );
    }
    let body = this.imports.get(definition);
    if (body === undefined) {
      body = this.#interface(definition, "imports");
      this.imports.set(definition, body);
      this.#open.push(definition);
      this.#importDependencies(body, "imports");
      this.#open.pop();
      if (stated === undefined && !this.#explicit.has(definition) && !this.#typesOnly(body)) {
        const { name } = definition;
        this.placed.push({
          extern: { kind: "interface", side: "imports", world: this.#world, name, definition, plain: false },
          body,
        });
      }
    }
    if (stated !== undefined) this.placed.push({ extern: stated, body });
  }

  #importDependencies(body: Body, side: Extern["side"]): void {
    for (const definition of body.dependencies()) {
      if (definition === body.definition) {
        throw invalidWit(body.file, body.at, `interface "${definition.name.name}" uses itself`);
      }
      if (side === "imports" || !this.exports.has(definition)) this.#import(definition, undefined);
    }
  }

  // An interface of the contract's own package without functions and resources need not be listed as an import.
  #typesOnly(body: Body): boolean {
    if (body.scope.package !== this.#world.scope.package) return false;
    return [...body.members.byName.values()].every(
      (member) => member.kind === "use" || (member.kind === "type" && member.item.kind !== "resource"),
    );
  }

  #interface(definition: InterfaceDefinition, side: Extern["side"]): Body {
    return new Body(definition, this.#packages, this.#features, (used) => {
      const exported = side === "exports" ? this.exports.get(used) : undefined;
      return exported ?? this.imports.get(used) ?? this.#unused(used);
    });
  }

  #usedByWorld(definition: InterfaceDefinition): Body {
    return this.imports.get(definition) ?? this.exports.get(definition) ?? this.#unused(definition);
  }

  #unused(definition: InterfaceDefinition): Body {
    throw invalidWit(
      definition.scope.file,
      definition.name.at,
      `interface "${definition.name.name}" is not part of the world`,
    );
  }
}
