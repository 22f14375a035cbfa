import type { NamedType } from "../model.js";
import type { Identifier, Path, Position, TypeItem } from "./ast.js";
import { invalidWit } from "./failure.js";
import { collectMembers, type Member, type Members } from "./members.js";
import type { FileScope, InterfaceDefinition, Packages, WorldDefinition } from "./packages.js";

/**
 * An interface as it stands on one side of a world, or the world itself: where names of types are looked up.
 *
 * The same interface, imported and exported, is two bodies: its resources are different ones.
 */
export class Body {
  readonly definition: InterfaceDefinition | WorldDefinition;
  readonly members: Members;
  /** Types that hold resources, which each body has for itself. */
  readonly types = new Map<TypeItem, { readonly type: NamedType; readonly held: boolean }>();
  readonly #resolveUse: (definition: InterfaceDefinition) => Body;
  readonly #packages: Packages;

  constructor(
    definition: InterfaceDefinition | WorldDefinition,
    packages: Packages,
    features: ReadonlySet<string>,
    resolveUse: (definition: InterfaceDefinition) => Body,
  ) {
    this.definition = definition;
    this.#packages = packages;
    this.#resolveUse = resolveUse;
    this.members = collectMembers(
      this.scope,
      definition.kind === "world" ? definition.node.items : definition.items,
      features,
    );
  }

  get scope(): FileScope {
    return this.definition.scope;
  }

  get file(): string | undefined {
    return this.scope.file;
  }

  get at(): Position | undefined {
    return this.definition.name.at;
  }

  get label(): string {
    return `${this.definition.kind} "${this.definition.name.name}"`;
  }

  /** What a name means here. */
  member(name: Identifier): Member {
    const found = this.members.byName.get(name.name);
    if (found !== undefined) return found;
    const feature = this.members.gated.get(name.name);
    if (feature !== undefined) {
      throw invalidWit(
        this.file,
        name.at,
        `"${name.name}" is part of the feature "${feature}", which is not enabled`,
        `Enable it: features: ["${feature}"]. What uses a gated item must have the same gate.`,
      );
    }
    throw invalidWit(
      this.file,
      name.at,
      `${this.label} knows no type "${name.name}"`,
      "Declare the type, or bring it in: use the-interface.{the-type};",
    );
  }

  /** The body that a `use` here refers to. */
  used(path: Path): Body {
    return this.#resolveUse(this.#packages.interface(this.scope, path));
  }

  /** The interfaces that this one uses. */
  dependencies(): InterfaceDefinition[] {
    return this.members.uses.map((path) => this.#packages.interface(this.scope, path));
  }
}
