import { protoParserMissing } from "../../../errors/factories/protobuf.js";

/** The parts of protobufjs 8 that read `.proto` files. The package is optional, so that its own types may be missing. */
export interface ProtoParser {
  readonly Root: new () => LibraryNamespace;
  readonly Namespace: abstract new (...parameters: never[]) => LibraryNamespace;
  readonly Type: abstract new (...parameters: never[]) => LibraryType;
  readonly Enum: abstract new (...parameters: never[]) => LibraryEnum;
  readonly Field: abstract new (...parameters: never[]) => LibraryField;
  readonly Service: abstract new (...parameters: never[]) => LibraryService;
  parse(text: string, root: LibraryNamespace, options: object): LibraryFile;
  tokenize(text: string, alternateComments: boolean): { readonly line: number; next(): string | null };
}

export interface LibraryFile {
  readonly package?: string;
  readonly imports?: readonly string[];
  readonly weakImports?: readonly string[];
  readonly root: LibraryNamespace;
}

export interface LibraryObject {
  readonly name: string;
  readonly comment?: string | null;
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface LibraryNamespace extends LibraryObject {
  readonly nested?: Readonly<Record<string, LibraryObject>>;
  readonly nestedArray: readonly LibraryObject[];
  lookup(path: string): LibraryObject | null;
}

export interface LibraryType extends LibraryNamespace {
  readonly fieldsArray: readonly LibraryField[];
  readonly oneofsArray: readonly LibraryOneof[];
  readonly group?: boolean;
}

export interface LibraryField extends LibraryObject {
  readonly id: number;
  readonly type: string;
  readonly rule?: string;
  readonly keyType?: string;
  /** The message that an extension is of. */
  readonly extend?: string;
  readonly partOf?: LibraryOneof | null;
  /** Of what the library adds to a message: the extension that it comes from. */
  readonly declaringField?: LibraryField | null;
}

export interface LibraryOneof extends LibraryObject {
  readonly fieldsArray: readonly LibraryField[];
}

export interface LibraryEnum extends LibraryObject {
  readonly values: Readonly<Record<string, number>>;
  readonly comments: Readonly<Record<string, string | null>>;
}

export interface LibraryService extends LibraryObject {
  readonly methodsArray: readonly (LibraryObject & {
    readonly requestType: string;
    readonly responseType: string;
    readonly requestStream?: boolean;
    readonly responseStream?: boolean;
  })[];
}

const packageName = "protobufjs";

/** Loads the library that parses `.proto` files. @throws TENON_PEER_MISSING */
export async function loadParser(): Promise<ProtoParser> {
  try {
    const loaded = (await import(packageName)) as { readonly default: ProtoParser };
    return loaded.default;
  } catch (cause) {
    throw protoParserMissing(packageName, cause);
  }
}
