import type { MapType, PrimitiveKind } from "../model/model.js";

/**
 * A contract as a JSON document: `tenon contract --to json`. Lists, not objects, keep the order of declaration, so that no
 * tool can lose it. docs/contract.md describes it; {@link contractDocumentSchema} is its JSON Schema.
 */
export interface ContractDocument {
  /** The version of this format. */
  readonly tenon: 1;
  /** `namespace:package/world@version`, as `contract()` takes it. */
  readonly id: string;
  readonly docs?: string;
  /** Every named type, once. */
  readonly types: readonly TypeDocument[];
  readonly imports: readonly ItemDocument[];
  readonly exports: readonly ItemDocument[];
}

/**
 * The reference of a named type is `owner/name`, or `name` if the world itself declares it. If an owner declares a name
 * twice (a resource that is imported and exported), the second is `owner/name#2`.
 */
export type Reference = string;

/** The type of a value. `null` means no value. */
export type TypeExpression =
  | PrimitiveKind
  | "json"
  | { readonly list: TypeExpression }
  | { readonly option: TypeExpression }
  | { readonly result: { readonly ok: TypeExpression | null; readonly err: TypeExpression | null } }
  | { readonly tuple: readonly TypeExpression[] }
  | { readonly map: { readonly key: MapType["key"]["kind"]; readonly value: TypeExpression } }
  | { readonly stream: TypeExpression | null }
  | { readonly future: TypeExpression | null }
  | { readonly own: Reference }
  /** Bytes that their giver gives up. */
  | { readonly own: { readonly list: "u8" } }
  | { readonly borrow: Reference }
  | { readonly ref: Reference };

export interface LabelDocument {
  /** In kebab-case. */
  readonly name: string;
  readonly docs?: string;
}

export interface TypedLabelDocument extends LabelDocument {
  readonly type: TypeExpression;
}

export interface CaseDocument extends LabelDocument {
  readonly type?: TypeExpression;
}

interface NamedDocument<K extends string> {
  readonly kind: K;
  /** In kebab-case. */
  readonly name: string;
  /** The interface that declares it, in kebab-case. Absent if the world itself does. */
  readonly owner?: string;
  readonly docs?: string;
}

export type RecordDocument = NamedDocument<"record"> & { readonly fields: readonly TypedLabelDocument[] };
export type VariantDocument = NamedDocument<"variant"> & { readonly cases: readonly CaseDocument[] };
export type EnumDocument = NamedDocument<"enum"> & { readonly cases: readonly LabelDocument[]; readonly open?: true };
export type FlagsDocument = NamedDocument<"flags"> & { readonly flags: readonly LabelDocument[] };
export type ResourceDocument = NamedDocument<"resource"> & {
  readonly constructs: FunctionDocument | null;
  readonly methods: readonly NamedFunctionDocument[];
  readonly statics: readonly NamedFunctionDocument[];
};
export type TypeDocument = RecordDocument | VariantDocument | EnumDocument | FlagsDocument | ResourceDocument;

export interface FunctionDocument {
  readonly parameters: readonly { readonly name: string; readonly type: TypeExpression }[];
  readonly result?: TypeExpression;
  readonly async?: true;
  readonly optional?: true;
  readonly docs?: string;
}

export type NamedFunctionDocument = FunctionDocument & { readonly name: string };

export type FunctionItemDocument = NamedFunctionDocument & { readonly kind: "function" };
export interface ResourceItemDocument {
  readonly kind: "resource";
  readonly name: string;
  readonly type: Reference;
}
export interface InterfaceItemDocument {
  readonly kind: "interface";
  readonly name: string;
  /** Of an interface of another package. */
  readonly id?: string;
  readonly docs?: string;
  readonly members: readonly (FunctionItemDocument | ResourceItemDocument)[];
}
/** `name` is the JavaScript name. */
export type ItemDocument = FunctionItemDocument | ResourceItemDocument | InterfaceItemDocument;
