import { invalidComponent } from "../../../errors/factories/binary.js";
import type { ValueType } from "../decode/model.js";
import type { CoreItem, CoreModuleShape, CoreType } from "./core-types.js";
import { ExternNames } from "./extern-names.js";
import type {
  AnyType,
  ResolvedComponent,
  ResolvedDefinition,
  ResolvedFunction,
  ResolvedInstance,
  ResolvedItem,
  ResolvedResource,
  ResolvedType,
  Resource,
} from "./types.js";
import type { Work } from "./work.js";

/** What a core instance exports. */
export type CoreInstance = ReadonlyMap<string, CoreItem>;

/** The largest sizes of index spaces. */
const limits = { "core modules": 1000, components: 1000, instances: 4096 };
const mostEntries = 1_000_000;

/**
 * The index spaces of a component, component type or instance type during validation: what each index refers to, and
 * which types have names already.
 */
export class Scope {
  readonly kind: "component" | "component-type" | "instance-type";
  readonly parent: Scope | undefined;
  readonly work: Work;

  readonly coreModules: CoreModuleShape[] = [];
  readonly coreInstances: CoreInstance[] = [];
  readonly coreTypes: CoreType[] = [];
  /** Signatures. */
  readonly coreFunctions: string[] = [];
  readonly coreTables: Extract<CoreItem, { kind: "table" }>[] = [];
  readonly coreMemories: Extract<CoreItem, { kind: "memory" }>[] = [];
  readonly coreGlobals: Extract<CoreItem, { kind: "global" }>[] = [];
  readonly coreTags: Extract<CoreItem, { kind: "tag" | "function" }>[] = [];
  readonly types: AnyType[] = [];
  readonly functions: ResolvedFunction[] = [];
  readonly instances: ResolvedInstance[] = [];
  readonly components: ResolvedComponent[] = [];

  readonly imports = new ExternNames("import");
  readonly exports = new ExternNames("export");
  /** Each with the path of names that leads to it. */
  readonly importedResources = new Map<Resource, readonly string[]>();
  /** Resources that are new in each instance; `true` for those that this component itself defines. */
  readonly definedResources = new Map<Resource, boolean>();
  /** Types with a name among the imports, and types with a name among imports or exports. */
  readonly importedTypes = new Set<AnyType>();
  readonly namedTypes = new Set<AnyType>();

  constructor(kind: Scope["kind"], parent: Scope | undefined, work: Work) {
    this.kind = kind;
    this.parent = parent;
    this.work = work;
  }

  /** Returns the scope that is `count` levels further out; 0 is this one. */
  around(count: number, offset: number): Scope {
    let scope: Scope | undefined = this;
    for (let level = 0; level < count && scope !== undefined; level++) scope = scope.parent;
    if (scope === undefined)
      throw invalidComponent(
        `an outer alias goes up ${count} levels, but the component is not nested that deep`,
        offset,
      );
    return scope;
  }

  /** Throws if an index space has grown too large. */
  expectRoom(offset: number): void {
    const tooMany =
      this.coreModules.length > limits["core modules"]
        ? "core modules"
        : this.components.length > limits.components
          ? "components"
          : this.instances.length + this.coreInstances.length > limits.instances
            ? "instances"
            : undefined;
    if (tooMany !== undefined) throw invalidComponent(`more than ${limits[tooMany]} ${tooMany}`, offset);
    const spaces = [this.types, this.coreTypes, this.functions, this.coreFunctions, this.coreTables, this.coreMemories];
    if ([...spaces, this.coreGlobals, this.coreTags].some(({ length }) => length > mostEntries))
      throw invalidComponent(`an index space has more than ${mostEntries} entries`, offset);
  }

  type(index: number, offset: number): AnyType {
    return entry(this.types, index, "type", offset);
  }

  definition(index: number, offset: number): ResolvedDefinition {
    const type = this.type(index, offset);
    if (type.kind === "resource" || type.kind === "function" || type.kind === "instance" || type.kind === "component")
      throw invalidComponent(`type ${index} is a ${type.kind}, not a value type`, offset);
    return type;
  }

  value(type: ValueType, offset: number): ResolvedType {
    return typeof type === "string" ? type : this.definition(type, offset);
  }

  resource(index: number, offset: number): ResolvedResource {
    const type = this.type(index, offset);
    if (type.kind !== "resource") throw invalidComponent(`type ${index} is a ${type.kind}, not a resource`, offset);
    return type;
  }

  functionType(index: number, offset: number): ResolvedFunction {
    const type = this.type(index, offset);
    if (type.kind !== "function")
      throw invalidComponent(`type ${index} is a ${type.kind}, not a function type`, offset);
    return type;
  }

  coreFunction(index: number, offset: number): string {
    return entry(this.coreFunctions, index, "core function", offset);
  }

  coreType(index: number, offset: number): CoreType {
    return entry(this.coreTypes, index, "core type", offset);
  }

  coreModule(index: number, offset: number): CoreModuleShape {
    return entry(this.coreModules, index, "core module", offset);
  }

  coreInstance(index: number, offset: number): CoreInstance {
    return entry(this.coreInstances, index, "core instance", offset);
  }

  component(index: number, offset: number): ResolvedComponent {
    return entry(this.components, index, "component", offset);
  }

  instance(index: number, offset: number): ResolvedInstance {
    return entry(this.instances, index, "instance", offset);
  }

  function(index: number, offset: number): ResolvedFunction {
    return entry(this.functions, index, "function", offset);
  }

  /** Adds an item to the index space of its sort. */
  push(item: ResolvedItem): void {
    switch (item.kind) {
      case "core-module":
        this.coreModules.push(item.type);
        break;
      case "function":
        this.functions.push(item.type);
        break;
      case "type":
        this.types.push(item.type);
        break;
      case "instance":
        this.instances.push(item.type);
        break;
      case "component":
        this.components.push(item.type);
    }
  }
}

/** @throws TENON_COMPONENT_INVALID if the index is out of range */
export function entry<T>(space: readonly T[], index: number, what: string, offset: number): T {
  const found = space[index];
  if (found === undefined) throw invalidComponent(`unknown ${what} ${index}: there are ${space.length}`, offset);
  return found;
}
