/**
 * What a `.proto` file says, before the names in it are looked up. Both forms of a file become this: its text and its
 * descriptor.
 */

export type Edition = "proto2" | "proto3" | "2023" | "2024";

/** What an edition decides, and options of a file, message or field change. Source: descriptor.proto, `FeatureSet`. */
export interface Features {
  readonly presence: "explicit" | "implicit" | "required";
  readonly enums: "open" | "closed";
  readonly repeated: "packed" | "expanded";
  readonly messages: "prefixed" | "delimited";
}

export interface ParsedFile {
  readonly path: string;
  /** Empty without a package. */
  readonly package: string;
  readonly edition: Edition;
  readonly imports: readonly { readonly path: string; readonly public: boolean }[];
  readonly features: Partial<Features>;
  readonly messages: readonly ParsedMessage[];
  readonly enums: readonly ParsedEnum[];
  readonly services: readonly ParsedService[];
  /** The extension fields, as `message.number`: their values stay unknown fields. */
  readonly extensions: readonly string[];
  /** Returns where a name of this file is declared, if its text is known: `a.proto:3`. */
  readonly where?: (name: string) => string;
}

export interface ParsedMessage {
  readonly name: string;
  readonly docs?: string | undefined;
  readonly features: Partial<Features>;
  readonly fields: readonly ParsedField[];
  readonly oneofs: readonly { readonly name: string; readonly docs?: string | undefined }[];
  readonly messages: readonly ParsedMessage[];
  readonly enums: readonly ParsedEnum[];
  /** The old wire format of Google's own, which nothing else reads. */
  readonly messageSet?: boolean;
}

export interface ParsedField {
  readonly name: string;
  readonly number: number;
  /** A scalar, or a reference to a message or enum. Of a map, the type of its values. */
  readonly type: string;
  /** Of a map, the type of its keys. */
  readonly key?: string | undefined;
  readonly label: "optional" | "required" | "repeated" | undefined;
  /** The oneof that the field is in. */
  readonly oneof?: string | undefined;
  readonly group?: boolean;
  readonly packed?: boolean | undefined;
  readonly default?: string | undefined;
  readonly features: Partial<Features>;
  readonly docs?: string | undefined;
}

export interface ParsedEnum {
  readonly name: string;
  readonly docs?: string | undefined;
  readonly features: Partial<Features>;
  readonly values: readonly { readonly name: string; readonly number: number; readonly docs?: string | undefined }[];
}

export interface ParsedService {
  readonly name: string;
  readonly docs?: string | undefined;
  readonly methods: readonly ParsedMethod[];
}

export interface ParsedMethod {
  readonly name: string;
  readonly docs?: string | undefined;
  readonly request: string;
  readonly response: string;
  readonly streamsRequests: boolean;
  readonly streamsResponses: boolean;
}
