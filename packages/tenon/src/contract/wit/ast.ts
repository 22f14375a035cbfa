/**
 * The syntax tree of WIT text: {@link parseWit} returns it, and {@link printWit} prints it.
 *
 * It contains everything in the text except plain comments and layout. Source: component-model/design/mvp/WIT.md,
 * "Lexical structure" and the sections after it.
 */
import type { PrimitiveKind } from "../model/model.js";

/** A position in the text. Both numbers start at 1; the column counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A name without its leading `%`, which the printer adds if it is needed. */
export interface Identifier {
  readonly name: string;
  readonly at?: Position | undefined;
}

/** `namespace:name@version`. More than one namespace or name means nested namespaces and packages. */
export interface PackageName {
  readonly namespaces: readonly string[];
  readonly names: readonly string[];
  readonly version?: string | undefined;
}

/** An interface or world: `types` (of this package), or `wasi:http/types@0.2.0`. */
export interface Path {
  readonly package?: PackageName | undefined;
  readonly name: Identifier;
}

/** What comes before an item: feature gates, and the id by which a platform knows it. */
export type Attribute =
  | { readonly kind: "since"; readonly version: string }
  | { readonly kind: "unstable"; readonly feature: string }
  | { readonly kind: "deprecated"; readonly version: string }
  | { readonly kind: "external-id"; readonly id: string };

/** An item that can have docs and attributes. Docs are Markdown, without comment marks. */
export interface Annotated {
  readonly docs?: string | undefined;
  readonly attributes?: readonly Attribute[] | undefined;
}

export type TypeExpression =
  | { readonly kind: PrimitiveKind | "error-context" }
  | { readonly kind: "list"; readonly element: TypeExpression; readonly length?: number | undefined }
  | { readonly kind: "option"; readonly some: TypeExpression }
  | { readonly kind: "result"; readonly ok?: TypeExpression | undefined; readonly err?: TypeExpression | undefined }
  | { readonly kind: "tuple"; readonly items: readonly TypeExpression[] }
  | { readonly kind: "map"; readonly key: TypeExpression; readonly value: TypeExpression }
  | { readonly kind: "stream"; readonly element?: TypeExpression | undefined }
  | { readonly kind: "future"; readonly value?: TypeExpression | undefined }
  | { readonly kind: "borrow" | "own"; readonly resource: Identifier }
  | { readonly kind: "name"; readonly name: Identifier };

export interface ParameterSyntax {
  readonly docs?: string | undefined;
  readonly name: Identifier;
  readonly type: TypeExpression;
}

export interface FunctionSyntax {
  readonly async: boolean;
  readonly parameters: readonly ParameterSyntax[];
  readonly result?: TypeExpression | undefined;
}

export interface FunctionItem extends Annotated {
  readonly kind: "function";
  readonly name: Identifier;
  readonly type: FunctionSyntax;
}

export interface LabelSyntax extends Annotated {
  readonly name: Identifier;
  readonly type?: TypeExpression | undefined;
}

export interface RecordItem extends Annotated {
  readonly kind: "record";
  readonly name: Identifier;
  readonly fields: readonly (LabelSyntax & { readonly type: TypeExpression })[];
}

/** `variant`, `enum` and `flags` differ only in whether their labels have a type. */
export interface CasesItem extends Annotated {
  readonly kind: "variant" | "enum" | "flags";
  readonly name: Identifier;
  readonly cases: readonly LabelSyntax[];
}

export interface AliasItem extends Annotated {
  readonly kind: "alias";
  readonly name: Identifier;
  readonly type: TypeExpression;
}

/** A constructor has no name. */
export interface ResourceFunction extends Annotated {
  readonly kind: "constructor" | "method" | "static";
  readonly name?: Identifier | undefined;
  readonly type: FunctionSyntax;
  readonly at?: Position | undefined;
}

export interface ResourceItem extends Annotated {
  readonly kind: "resource";
  readonly name: Identifier;
  readonly functions: readonly ResourceFunction[];
}

export type TypeItem = RecordItem | CasesItem | AliasItem | ResourceItem;

/** `use types.{a, b as c};` inside an interface or a world. */
export interface UseItem extends Annotated {
  readonly kind: "use";
  readonly path: Path;
  readonly names: readonly Renamed[];
}

export interface Renamed {
  readonly name: Identifier;
  readonly as?: Identifier | undefined;
}

export type InterfaceMember = UseItem | TypeItem | FunctionItem;

export interface InterfaceItem extends Annotated {
  readonly kind: "interface";
  readonly name: Identifier;
  readonly items: readonly InterfaceMember[];
}

/** An import or export of a world. A path without `name` is imported under its own full name. */
export type ExternItem = Annotated & {
  readonly kind: "import" | "export";
} & (
    | { readonly form: "function"; readonly name: Identifier; readonly type: FunctionSyntax }
    | { readonly form: "interface"; readonly name: Identifier; readonly items: readonly InterfaceMember[] }
    | { readonly form: "path"; readonly name?: Identifier | undefined; readonly path: Path }
  );

export interface IncludeItem extends Annotated {
  readonly kind: "include";
  readonly path: Path;
  readonly renames: readonly (Renamed & { readonly as: Identifier })[];
}

export type WorldMember = UseItem | TypeItem | ExternItem | IncludeItem;

export interface WorldItem extends Annotated {
  readonly kind: "world";
  readonly name: Identifier;
  readonly items: readonly WorldMember[];
}

/** `use wasi:http/types@1.0.0 as http-types;` at the top level: a name for an interface in this file. */
export interface TopLevelUse extends Annotated {
  readonly kind: "use";
  readonly path: Path;
  readonly as?: Identifier | undefined;
}

export type PackageMember = TopLevelUse | InterfaceItem | WorldItem;

/** `package a:b { … }`: another package, written inline. */
export interface NestedPackage extends Annotated {
  readonly kind: "package";
  readonly name: PackageName;
  readonly items: readonly PackageMember[];
}

export interface PackageDeclaration extends Annotated {
  readonly name: PackageName;
}

/** One WIT file. */
export interface Document {
  /** The file's name in messages. */
  readonly file?: string | undefined;
  readonly package?: PackageDeclaration | undefined;
  readonly items: readonly (PackageMember | NestedPackage)[];
}
