import type {
  Document,
  Identifier,
  InterfaceItem,
  InterfaceMember,
  NestedPackage,
  PackageMember,
  PackageName,
  Path,
  TopLevelUse,
  WorldItem,
} from "./ast.js";
import { invalidWit, maximumDepth } from "./failure.js";
import { printItem, printPackageName, printPath } from "./printer.js";

/** One file, or the braces of one nested package. The names from its top-level `use` are known only inside. */
export interface FileScope {
  readonly file: string | undefined;
  readonly package: WitPackage;
  readonly uses: Map<string, TopLevelUse>;
}

export interface InterfaceDefinition {
  readonly kind: "interface";
  readonly scope: FileScope;
  readonly name: Identifier;
  readonly docs: string | undefined;
  readonly items: readonly InterfaceMember[];
  /** Whether its package declares it, so that others can use it. Otherwise it is written inside a world. */
  readonly named: boolean;
}

export interface WorldDefinition {
  readonly kind: "world";
  readonly scope: FileScope;
  readonly name: Identifier;
  readonly node: WorldItem;
}

export interface WitPackage {
  readonly name: PackageName;
  /** By lower-case name, since names may not differ only in case. */
  readonly definitions: Map<string, InterfaceDefinition | WorldDefinition>;
}

/** All packages of a set of documents. */
export class Packages {
  readonly #packages = new Map<string, WitPackage>();
  /** The packages that the documents are about. The others are their dependencies. */
  readonly roots = new Set<WitPackage>();

  constructor(documents: readonly Document[]) {
    const folders = foldersOf(documents);
    for (const document of documents) {
      const name = document.package?.name ?? folders.get(folderOf(document)) ?? onlyPackage(folders);
      if (name === undefined) {
        const nested = document.items.every((item) => item.kind === "package");
        if (!nested) {
          throw invalidWit(
            document.file,
            undefined,
            "missing package line",
            "Begin the text with its package: package demo:greeter@1.0.0;",
          );
        }
      } else {
        const scope = this.#scope(document.file, name);
        if (!isDependency(document)) this.roots.add(scope.package);
        for (const item of document.items) if (item.kind !== "package") add(scope, item);
      }
      for (const item of document.items) if (item.kind === "package") this.#addNested(document.file, item);
    }
    if (this.roots.size === 0) for (const { package: nested } of this.all()) this.roots.add(nested);
  }

  *all(): Generator<{ readonly key: string; readonly package: WitPackage }> {
    for (const [key, value] of this.#packages) yield { key, package: value };
  }

  /** Returns the interface or world that a path names in a file. */
  resolve(scope: FileScope, path: Path, depth = 0): InterfaceDefinition | WorldDefinition {
    const { name, at } = path.name;
    if (depth > maximumDepth)
      throw invalidWit(scope.file, at, `"${name}" is named by a chain of more than ${maximumDepth} others`);
    const used = path.package === undefined ? scope.uses.get(name.toLowerCase()) : undefined;
    if (used !== undefined) {
      const own = scope.package.definitions.get(name.toLowerCase());
      if (own?.scope === scope)
        throw invalidWit(scope.file, own.name.at, `"${name}" is both declared and used at the top level`);
      if (used.path.package !== undefined || used.path.name.name !== name)
        return this.resolve(scope, used.path, depth + 1);
    }
    const owner = path.package === undefined ? scope.package : this.#expect(scope, path, path.package);
    const found = owner.definitions.get(name.toLowerCase());
    if (found === undefined || found.name.name !== name) {
      throw invalidWit(
        scope.file,
        at,
        `package ${printPackageName(owner.name)} has no interface or world "${name}"`,
        known(
          "It has",
          [...owner.definitions.values()].map((definition) => definition.name.name),
        ),
      );
    }
    return found;
  }

  interface(scope: FileScope, path: Path): InterfaceDefinition {
    const found = this.resolve(scope, path);
    if (found.kind === "interface") return found;
    throw invalidWit(scope.file, path.name.at, `expected an interface, but ${printPath(path)} is a world`);
  }

  world(scope: FileScope, path: Path): WorldDefinition {
    const found = this.resolve(scope, path);
    if (found.kind === "world") return found;
    throw invalidWit(scope.file, path.name.at, `expected a world, but ${printPath(path)} is an interface`);
  }

  #expect(scope: FileScope, path: Path, name: PackageName): WitPackage {
    const wanted = printPackageName(name);
    const found = this.#packages.get(wanted);
    if (found !== undefined) return found;
    const unversioned = printPackageName({ ...name, version: undefined });
    const versions = [...this.#packages.keys()].filter((key) => key.replace(/@.*/, "") === unversioned);
    throw invalidWit(
      scope.file,
      path.name.at,
      `package ${wanted} not found`,
      versions.length > 0
        ? known("Found", versions)
        : "Add the WIT files of the package (in a folder deps), or write it inline: package … { … }.",
    );
  }

  #scope(file: string | undefined, name: PackageName): FileScope {
    const key = printPackageName(name);
    let found = this.#packages.get(key);
    if (found === undefined) {
      found = { name, definitions: new Map() };
      this.#packages.set(key, found);
    }
    return { file, package: found, uses: new Map() };
  }

  #addNested(file: string | undefined, nested: NestedPackage): void {
    const scope = this.#scope(file, nested.name);
    for (const item of nested.items) add(scope, item);
  }
}

function add(scope: FileScope, item: PackageMember): void {
  if (item.kind === "use") {
    const name = item.as ?? item.path.name;
    const key = name.name.toLowerCase();
    if (scope.uses.has(key)) throw invalidWit(scope.file, name.at, `"${name.name}" is used twice`);
    scope.uses.set(key, item);
    return;
  }
  const { definitions, name } = scope.package;
  const key = item.name.name.toLowerCase();
  const before = definitions.get(key);
  const definition = define(scope, item);
  if (before === undefined) definitions.set(key, definition);
  else if (before.scope.file === scope.file || printDefinition(before) !== printDefinition(definition)) {
    throw invalidWit(
      scope.file,
      item.name.at,
      `"${item.name.name}" is declared twice in package ${printPackageName(name)}`,
    );
  }
}

function define(scope: FileScope, item: InterfaceItem | WorldItem): InterfaceDefinition | WorldDefinition {
  if (item.kind === "world") return { kind: "world", scope, name: item.name, node: item };
  return { kind: "interface", scope, name: item.name, docs: item.docs, items: item.items, named: true };
}

// Several dependencies may contain the same package. All copies must be the same.
function printDefinition(definition: InterfaceDefinition | WorldDefinition): string {
  return printItem(
    definition.kind === "world"
      ? definition.node
      : { kind: "interface", name: definition.name, items: definition.items },
  );
}

function foldersOf(documents: readonly Document[]): Map<string, PackageName> {
  const folders = new Map<string, PackageName>();
  for (const document of documents) {
    const name = document.package?.name;
    if (name === undefined) continue;
    const before = folders.get(folderOf(document));
    // Dependencies are often a flat folder of single-file packages. Otherwise, a folder is one package.
    if (before === undefined) folders.set(folderOf(document), name);
    else if (
      printPackageName(before) !== printPackageName(name) &&
      documents.some(
        (other) =>
          folderOf(other) === folderOf(document) &&
          other.package === undefined &&
          other.items.some((item) => item.kind !== "package"),
      )
    ) {
      throw invalidWit(
        document.file,
        undefined,
        `the files of one folder belong to two packages, ${printPackageName(before)} and ${printPackageName(name)}`,
        "Begin every file with the package that it belongs to.",
      );
    }
  }
  return folders;
}

function onlyPackage(folders: ReadonlyMap<string, PackageName>): PackageName | undefined {
  const [only, ...others] = new Map([...folders.values()].map((name) => [printPackageName(name), name])).values();
  return others.length === 0 ? only : undefined;
}

function folderOf({ file = "" }: Document): string {
  return file.replace(/[^/\\]*$/, "");
}

function isDependency({ file = "" }: Document): boolean {
  return /(?:^|[/\\])deps[/\\]/.test(file);
}

/** Returns "It has: a, b, c." */
function known(start: string, names: readonly string[]): string {
  return names.length === 0
    ? `${start} none.`
    : `${start}: ${names.slice(0, 20).join(", ")}${names.length > 20 ? ", …" : ""}.`;
}
