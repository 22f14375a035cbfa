import { protoInvalid, protoSyntax, protoTooLarge, protoUnreadable } from "../../../errors/factories/protobuf.js";
import type { TenonError } from "../../../errors/index.js";
import type {
  LibraryEnum,
  LibraryField,
  LibraryFile,
  LibraryObject,
  LibraryOneof,
  LibraryService,
  LibraryType,
  ProtoParser,
} from "./parser-library.js";
import { declaredLines } from "./positions.js";
import { readFeatures } from "./schema/features.js";
import type {
  Edition,
  Features,
  ParsedEnum,
  ParsedField,
  ParsedFile,
  ParsedMessage,
  ParsedService,
} from "./schema/parsed-file.js";

/**
 * Parses one file.
 *
 * @throws TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID, TENON_CONTRACT_UNSUPPORTED with file and line
 */
export function parseProto(parser: ProtoParser, path: string, text: string): ParsedFile {
  const places = new Places(parser, path, text);
  let parsed: LibraryFile;
  try {
    parsed = parser.parse(text, new parser.Root(), { keepCase: true, alternateCommentMode: true });
  } catch (problem) {
    throw places.worded(problem);
  }
  const edition = editionOf(text);
  if (edition === undefined)
    throw protoUnreadable(path, "its syntax or edition is none of proto2, proto3, 2023 and 2024");
  const reader = new Parsed(parser);
  const scope = parsed.package === undefined ? parsed.root : parsed.root.lookup(parsed.package);
  const inner = scope instanceof parser.Namespace ? scope.nestedArray : [];
  const publicImports = new Set([...text.matchAll(/^\s*import\s+public\s+["']([^"']+)["']/gm)].map(([, each]) => each));
  return {
    path,
    package: parsed.package ?? "",
    edition,
    imports: [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])].map((each) => ({
      path: each,
      public: publicImports.has(each),
    })),
    // The parser gives the options of a file to what is declared in it.
    features: {},
    ...reader.declarations(inner),
    services: inner.flatMap((each) => (each instanceof parser.Service ? reader.service(each) : [])),
    extensions: reader.extensions,
    where: (name) => places.of(name),
  };
}

/** Returns where a file imports another: `a.proto:3`. */
export function whereImported(path: string, text: string, imported: string): string {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => /^\s*import\b/.test(line) && line.includes(imported));
  return index < 0 ? path : `${path}:${index + 1}`;
}

/** The parser takes any word for the syntax of a file. */
function editionOf(text: string): Edition | undefined {
  const bare = text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "");
  const named = /^\s*(?:syntax|edition)\s*=\s*["'](\w+)["']/.exec(bare)?.[1];
  if (named === undefined) return "proto2";
  return named === "proto2" || named === "proto3" || named === "2023" || named === "2024" ? named : undefined;
}

/** Where the names of a file are, and what errors of the parser are about. */
class Places {
  readonly #parser: ProtoParser;
  readonly #path: string;
  readonly #text: string;
  #lines: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(parser: ProtoParser, path: string, text: string) {
    this.#parser = parser;
    this.#path = path;
    this.#text = text;
  }

  get #known(): ReadonlyMap<string, readonly number[]> {
    if (this.#lines === undefined) {
      const named = /^\s*package\s+([\w.]+)\s*;/m.exec(this.#text)?.[1] ?? "";
      try {
        const tokens = this.#parser.tokenize(this.#text, false);
        this.#lines = declaredLines(tokens, named);
      } catch {
        this.#lines = new Map();
      }
    }
    return this.#lines;
  }

  of(name: string): string {
    const line = this.#known.get(name)?.at(-1);
    return line === undefined ? this.#path : `${this.#path}:${line}`;
  }

  worded(problem: unknown): TenonError {
    const { message } = problem instanceof Error ? problem : new Error(String(problem));
    const placed = /^(.*) \((?:.*, )?line (\d+)\)$/s.exec(message);
    if (placed !== null) return protoSyntax(`${this.#path}:${placed[2]}`, explained(placed[1]!), problem);
    if (message === "max depth exceeded")
      return protoTooLarge(this.#path, "messages, groups or options are nested more deeply than the parser reads");
    // `duplicate name 'a' in Type A`, `duplicate id 1 in Type A`, `id 1 is reserved in Type A`
    const [, name, owner] =
      /^(?:duplicate name|name) '([^']*)'.* in (?:Type|Enum|Service|Root|Namespace) ?(\S*)$/.exec(message) ?? [];
    if (name !== undefined) return protoInvalid(this.#second(owner ?? "", name), message);
    return protoInvalid(this.#ofOwner(/ in (?:Type|Enum|Service) (\S+)$/.exec(message)?.[1]), message);
  }

  #second(owner: string, name: string): string {
    const end = owner === "" ? name : `${owner.replace(/^\./, "")}.${name}`;
    const found = [...this.#known].find(
      ([full, lines]) => lines.length > 1 && (full === end || full.endsWith(`.${end}`)),
    );
    return found === undefined ? this.#path : `${this.#path}:${found[1][1]}`;
  }

  #ofOwner(owner: string | undefined): string {
    const name = owner?.replace(/^\./, "");
    const found = [...this.#known].find(([full]) => full === name || full.endsWith(`.${name}`));
    return found === undefined ? this.#path : `${this.#path}:${found[1][0]}`;
  }
}

function explained(problem: string): string {
  return problem.replace(/^illegal (.*) '(.*)'$/s, (_, kind: string, token: string) =>
    token === "null" ? "unexpected end of the file" : `unexpected ${kind} ${JSON.stringify(token.slice(0, 60))}`,
  );
}

/** Reads what the parser made. */
class Parsed {
  readonly #parser: ProtoParser;
  readonly extensions: string[] = [];

  constructor(parser: ProtoParser) {
    this.#parser = parser;
  }

  declarations(nested: readonly LibraryObject[]): { messages: ParsedMessage[]; enums: ParsedEnum[] } {
    const { Type, Enum, Field } = this.#parser;
    const messages: ParsedMessage[] = [];
    const enums: ParsedEnum[] = [];
    for (const each of nested) {
      if (each instanceof Type) messages.push(this.#message(each));
      else if (each instanceof Enum) enums.push(this.#enum(each));
      else if (each instanceof Field && each.extend !== undefined) this.extensions.push(`${each.extend}.${each.id}`);
    }
    return { messages, enums };
  }

  #message(type: LibraryType): ParsedMessage {
    // The parser adds an extension to the message that it extends, too.
    const fields = type.fieldsArray.filter((field) => !field.declaringField);
    const oneofs = type.oneofsArray.filter((oneof) => !isSynthetic(oneof));
    return {
      name: type.name,
      docs: docsOf(type),
      features: featuresOf(type),
      fields: fields.map((field) => this.#field(type, field)),
      oneofs: oneofs.map((oneof) => ({ name: oneof.name, docs: docsOf(oneof) })),
      messageSet: type.options?.message_set_wire_format === true,
      ...this.declarations(type.nestedArray),
    };
  }

  #field(parent: LibraryType, field: LibraryField): ParsedField {
    const { name, id, type, partOf } = field;
    const options = (field.options ?? {}) as Readonly<Record<string, unknown>>;
    const optional = options.proto3_optional === true;
    const { rule } = field;
    const named = parent.nested?.[type] as LibraryType | undefined;
    return {
      name,
      number: id,
      type,
      key: field.keyType,
      label: rule === "repeated" || rule === "required" ? rule : optional ? "optional" : undefined,
      oneof: partOf === null || partOf === undefined || optional ? undefined : partOf.name,
      group: named?.group === true,
      packed: options.packed as boolean | undefined,
      default: options.default === undefined ? undefined : String(options.default),
      features: featuresOf(field),
      docs: docsOf(field),
    };
  }

  #enum(given: LibraryEnum): ParsedEnum {
    return {
      name: given.name,
      docs: docsOf(given),
      features: featuresOf(given),
      values: Object.keys(given.values).map((name) => ({
        name,
        number: given.values[name]!,
        docs: given.comments[name] ?? undefined,
      })),
    };
  }

  service(given: LibraryService): ParsedService {
    return {
      name: given.name,
      docs: docsOf(given),
      methods: given.methodsArray.map((method) => ({
        name: method.name,
        docs: docsOf(method),
        request: method.requestType,
        response: method.responseType,
        streamsRequests: method.requestStream === true,
        streamsResponses: method.responseStream === true,
      })),
    };
  }
}

function isSynthetic(oneof: LibraryOneof): boolean {
  return oneof.fieldsArray.length === 1 && oneof.fieldsArray[0]?.options?.proto3_optional === true;
}

function featuresOf({ options }: LibraryObject): Partial<Features> {
  const given = options?.features as Readonly<Record<string, unknown>> | undefined;
  return given === undefined ? {} : readFeatures(given);
}

function docsOf({ comment }: LibraryObject): string | undefined {
  return comment ?? undefined;
}
