import type {
  Annotated,
  Document,
  ExternItem,
  NestedPackage,
  PackageDeclaration,
  PackageMember,
  PackageName,
  TopLevelUse,
  WorldItem,
  WorldMember,
} from "./ast.js";
import { Cursor } from "./cursor.js";
import { parseInterfaceBody, parseRenamed, parseTypeItem, parseUse } from "./parse-items.js";
import { parseFunction } from "./parse-type.js";
import { Source } from "./source.js";

/**
 * Parses one WIT file. Does not resolve names: {@link contractFromWit} does.
 *
 * @param options.file the name of the file, for messages.
 * @throws TENON_CONTRACT_SYNTAX with line, column, what was expected and what was found; also if the text is
 *   longer than 16 MiB, nests types more than 100 levels deep, or contains characters that WIT does not allow.
 */
export function parseWit(text: string, options: { readonly file?: string | undefined } = {}): Document {
  const cursor = new Cursor(new Source(text, options.file));
  const items: (PackageMember | NestedPackage)[] = [];
  let declaration: PackageDeclaration | undefined;
  while (cursor.peek().kind !== "end") {
    const annotations = cursor.annotations();
    if (!cursor.at("package")) {
      items.push(parsePackageMember(cursor, annotations, 'or "package"'));
      continue;
    }
    const { start } = cursor.next();
    const name: PackageName = { ...parsePackageName(cursor), ...cursor.versionSuffix() };
    if (cursor.eat("{")) {
      items.push({ ...annotations, kind: "package", name, items: parsePackageBody(cursor) });
      continue;
    }
    cursor.expect(";", '";" or "{"');
    if (declaration !== undefined || items.length > 0) {
      throw cursor.source.syntaxError(
        start,
        "only one package line, at the beginning of the file",
        "another or a later one",
      );
    }
    declaration = { ...annotations, name };
  }
  return {
    ...(options.file === undefined ? {} : { file: options.file }),
    ...(declaration === undefined ? {} : { package: declaration }),
    items,
  };
}

function parsePackageName(cursor: Cursor): PackageName {
  const { namespaces, names } = cursor.packageName();
  const rest: string[] = [];
  while (cursor.eat("/")) rest.push(cursor.identifier("a package name").name);
  return { namespaces, names: [...names, ...rest] };
}

function parsePackageBody(cursor: Cursor): PackageMember[] {
  const items: PackageMember[] = [];
  while (!cursor.at("}")) items.push(parsePackageMember(cursor, cursor.annotations(), 'or "}"'));
  cursor.next();
  return items;
}

function parsePackageMember(cursor: Cursor, annotations: Annotated, otherwise: string): PackageMember {
  if (cursor.at("use")) return parseTopLevelUse(cursor, annotations);
  if (cursor.eat("interface")) {
    const name = cursor.identifier("the interface's name");
    return { ...annotations, kind: "interface", name, items: parseInterfaceBody(cursor) };
  }
  if (cursor.at("world")) return parseWorld(cursor, annotations);
  throw cursor.unexpected(`"interface", "world", "use" ${otherwise}`);
}

function parseTopLevelUse(cursor: Cursor, annotations: Annotated): TopLevelUse {
  cursor.expect("use");
  const path = cursor.path("the name of an interface");
  const as = cursor.eat("as") ? { as: cursor.identifier("the new name") } : {};
  cursor.expect(";");
  return { ...annotations, kind: "use", path, ...as };
}

function parseWorld(cursor: Cursor, annotations: Annotated): WorldItem {
  cursor.expect("world");
  const name = cursor.identifier("the world's name");
  cursor.expect("{");
  const items: WorldMember[] = [];
  while (!cursor.at("}")) items.push(parseWorldMember(cursor, cursor.annotations()));
  cursor.next();
  return { ...annotations, kind: "world", name, items };
}

function parseWorldMember(cursor: Cursor, annotations: Annotated): WorldMember {
  if (cursor.at("use")) return parseUse(cursor, annotations);
  if (cursor.eat("import")) return parseExtern(cursor, annotations, "import");
  if (cursor.eat("export")) return parseExtern(cursor, annotations, "export");
  if (!cursor.eat("include")) {
    const type = parseTypeItem(cursor, annotations);
    if (type === undefined) throw cursor.unexpected('"import", "export", "use", "include", a type declaration or "}"');
    return type;
  }
  const path = cursor.path("the name of a world");
  if (!cursor.eat("with")) {
    cursor.expect(";", '";" or "with"');
    return { ...annotations, kind: "include", path, renames: [] };
  }
  cursor.expect("{");
  if (cursor.at("}")) throw cursor.unexpected("a name and its new name, as in a as b");
  const renames = cursor.list("}", () => {
    const { name, as } = parseRenamed(cursor, "a name of the included world");
    if (as === undefined) throw cursor.unexpected('"as"');
    return { name, as };
  });
  cursor.eat(";");
  return { ...annotations, kind: "include", path, renames };
}

function parseExtern(cursor: Cursor, annotations: Annotated, kind: ExternItem["kind"]): ExternItem {
  const path = cursor.path("the name of an import or export");
  const item = path.package === undefined ? parseNamedExtern(cursor, annotations, kind, path.name) : undefined;
  if (item !== undefined) return item;
  cursor.expect(";", path.package === undefined ? '";" or ":"' : '";"');
  return { ...annotations, kind, form: "path", path };
}

function parseNamedExtern(
  cursor: Cursor,
  annotations: Annotated,
  kind: ExternItem["kind"],
  name: ExternItem["name"] & {},
): ExternItem | undefined {
  if (!cursor.eat(":")) return undefined;
  if (cursor.eat("interface")) {
    return { ...annotations, kind, form: "interface", name, items: parseInterfaceBody(cursor) };
  }
  if (cursor.at("func") || cursor.at("async")) {
    const type = parseFunction(cursor);
    cursor.expect(";");
    return { ...annotations, kind, form: "function", name, type };
  }
  const target = cursor.path('"func", "async func", "interface" or the name of an interface');
  cursor.expect(";");
  return { ...annotations, kind, form: "path", name, path: target };
}
