import type { NamedType } from "../model/model.js";
import type { Identifier, Path, Position, TypeItem } from "./ast.js";
import { invalidWit } from "./failure.js";
import { collectMembers, type Member, type Members } from "./members.js";
import type { FileScope, InterfaceDefinition, Packages, WorldDefinition } from "./packages.js";

/**
 * An interface on one side of a world, or the world itself: where names of types are looked up.
 *
 * An interface that is both imported and exported has two bodies, because its resources are different ones.
 */
export class Body {
  readonly definition: InterfaceDefinition | WorldDefinition;
  readonly members: Members;
  /** Types that contain resources. Each body has its own. */
  readonly types = new Map<TypeItem, { readonly type: NamedType; readonly hasResource: boolean }>();
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

  /** Returns what a name means in this body. */
  member(name: Identifier): Member {
    const found = this.members.byName.get(name.name);
    if (found !== undefined) return found;
    const feature = this.members.gated.get(name.name);
    if (feature !== undefined) {
      throw invalidWit(
        this.file,
        name.at,
        `"${name.name}" is part of the feature "${feature}", which is not enabled`,
        `Enable it: features: ["${feature}"]. Or give the item that uses it the same gate.`,
      );
    }
    throw invalidWit(
      this.file,
      name.at,
      `${this.label} has no type "${name.name}"`,
      "Declare the type, or import it: use the-interface.{the-type};",
    );
  }

  /** Returns the body that a `use` in this body refers to. */
  used(path: Path): Body {
    return this.#resolveUse(this.#packages.interface(this.scope, path));
  }

  /** Returns the interfaces that this body uses. */
  dependencies(): InterfaceDefinition[] {
    return this.members.uses.map((path) => this.#packages.interface(this.scope, path));
  }
}
