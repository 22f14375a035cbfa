/** Messages, enums and services, with every reference looked up and every name in JavaScript's form chosen. */

export const scalars = [
  "double",
  "float",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "bool",
  "string",
  "bytes",
] as const;

export type ScalarName = (typeof scalars)[number];

export type FieldType =
  | { readonly kind: "scalar"; readonly scalar: ScalarName }
  | { readonly kind: "message"; readonly message: MessageSchema; readonly delimited: boolean }
  | { readonly kind: "enum"; readonly enum: EnumSchema };

export interface FieldSchema {
  /** As in the `.proto` file. */
  readonly name: string;
  /** In kebab-case, unique in its message or oneof. */
  readonly label: string;
  readonly number: number;
  /** Of a map, the type of its values. */
  readonly type: FieldType;
  /** `implicit`: the default value is the same as none. */
  readonly presence: "implicit" | "explicit" | "required" | "repeated" | "map";
  readonly packed: boolean;
  /** The type of a map's keys. */
  readonly key: ScalarName | undefined;
  readonly oneof: OneofSchema | undefined;
  readonly docs: string | undefined;
}

export interface OneofSchema {
  readonly name: string;
  readonly label: string;
  readonly fields: readonly FieldSchema[];
  readonly docs: string | undefined;
}

export interface MessageSchema {
  /** With its package: `google.protobuf.Timestamp`. */
  readonly name: string;
  readonly package: string;
  readonly docs: string | undefined;
  readonly messageSet: boolean;
  /** In the order of the file. */
  readonly fields: readonly FieldSchema[];
  /** Those of more than one presence: `optional` of proto3 is none. */
  readonly oneofs: readonly OneofSchema[];
}

export interface EnumSchema {
  readonly name: string;
  readonly package: string;
  readonly docs: string | undefined;
  readonly open: boolean;
  /** One for each number, the first one first: it is the default. */
  readonly values: readonly EnumValue[];
  /** Second names of a number. */
  readonly aliases: readonly string[];
}

export interface EnumValue {
  readonly name: string;
  readonly label: string;
  readonly number: number;
  readonly docs: string | undefined;
}

export interface ServiceSchema {
  readonly name: string;
  readonly package: string;
  readonly file: string;
  readonly docs: string | undefined;
  readonly methods: readonly MethodSchema[];
}

export interface MethodSchema {
  readonly name: string;
  /** In kebab-case, unique in its service. */
  readonly label: string;
  readonly docs: string | undefined;
  readonly request: MessageSchema;
  readonly response: MessageSchema;
  readonly streamsRequests: boolean;
  readonly streamsResponses: boolean;
}

/** All that a set of files declares. */
export interface Schema {
  /** By full name. */
  readonly messages: ReadonlyMap<string, MessageSchema>;
  readonly services: ReadonlyMap<string, ServiceSchema>;
  /** Of each file: `message.number`. */
  readonly extensions: readonly { readonly file: string; readonly names: readonly string[] }[];
}
