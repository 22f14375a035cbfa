import { protoInvalid, protoUnreadable } from "../../../errors/factories/protobuf.js";
import type { Type } from "../../model/model.js";
import { messageCodec } from "./codec/message-codec.js";
import { MessageReader, wire } from "./codec/reader.js";
import { Contents } from "./codec/record-content.js";
import { readFeatures } from "./schema/features.js";
import { knownFiles } from "./schema/known-files.js";
import { linkFiles } from "./schema/link.js";
import type {
  Edition,
  ParsedEnum,
  ParsedField,
  ParsedFile,
  ParsedMessage,
  ParsedService,
} from "./schema/parsed-file.js";

const limits = { bytes: 64 * 1024 * 1024, values: 20_000_000 };
const set = "google.protobuf.FileDescriptorSet";
const single = "google.protobuf.FileDescriptorProto";

let decoders: ReadonlyMap<string, (bytes: Uint8Array) => any> | undefined;

/** Descriptors are messages as others, so they are read as others. */
function decoder(name: string): (bytes: Uint8Array) => any {
  if (decoders === undefined) {
    const { messages } = linkFiles([knownFiles().get("google/protobuf/descriptor.proto")!]);
    const contents = new Contents();
    // Nothing is encoded, so that no value needs a type.
    const unused: Type = { kind: "bool" };
    decoders = new Map(
      [set, single].map((each) => [each, messageCodec(messages.get(each)!, unused, contents, limits).decode]),
    );
  }
  return decoders.get(name)!;
}

/**
 * Reads the files of a `FileDescriptorSet`, or of a `FileDescriptorProto` as programs carry it for each of their files.
 *
 * @throws TENON_MESSAGE_INVALID, TENON_MESSAGE_TOO_LARGE, TENON_CONTRACT_INVALID, TENON_CONTRACT_UNSUPPORTED
 */
export function readDescriptors(bytes: Uint8Array): readonly ParsedFile[] {
  const files = isSet(bytes) ? decoder(set)(bytes).file : [decoder(single)(bytes)];
  return files.map(fileOf);
}

/** A set has nothing but files, in its field 1, where a file has its name. */
function isSet(bytes: Uint8Array): boolean {
  const reader = new MessageReader(bytes, 100, 0);
  try {
    while (reader.at < reader.end) {
      const kind = reader.tag();
      if (reader.number !== 1 || kind !== wire.bytes) return false;
      reader.skip(kind);
    }
  } catch {
    // The codec says what is wrong with it.
  }
  return true;
}

const editions: Readonly<Record<string, Edition>> = { edition2023: "2023", edition2024: "2024" };

function fileOf(file: any): ParsedFile {
  const path: string = file.name ?? "descriptor";
  const syntax = file.syntax ?? "proto2";
  const edition =
    syntax === "editions" ? editions[file.edition] : syntax === "proto2" || syntax === "proto3" ? syntax : undefined;
  if (edition === undefined)
    throw protoUnreadable(path, "its syntax or edition is none of proto2, proto3, 2023 and 2024");
  const reader = new DescriptorReader(path, file.sourceCodeInfo?.location ?? []);
  const publicImports = new Set<number>(file.publicDependency);
  return {
    path,
    package: file.package ?? "",
    edition,
    imports: file.dependency.map((each: string, index: number) => ({ path: each, public: publicImports.has(index) })),
    features: featuresOf(file.options),
    messages: file.messageType.map((each: any, index: number) => reader.message(each, [4, index])),
    enums: file.enumType.map((each: any, index: number) => reader.enum(each, [5, index])),
    services: file.service.map((each: any, index: number) => reader.service(each, [6, index])),
    extensions: [
      ...reader.extensions,
      ...file.extension.map((each: any): string => `${(each.extendee ?? "").replace(/^\./, "")}.${each.number}`),
    ],
  };
}

function featuresOf(options: any): ParsedFile["features"] {
  const features = options?.features;
  if (features === undefined) return {};
  const upper = (label: unknown): unknown =>
    typeof label === "string" ? label.replaceAll("-", "_").toUpperCase() : undefined;
  return readFeatures({
    field_presence: upper(features.fieldPresence),
    enum_type: upper(features.enumType),
    repeated_field_encoding: upper(features.repeatedFieldEncoding),
    message_encoding: upper(features.messageEncoding),
  });
}

type Path = readonly number[];

class DescriptorReader {
  readonly extensions: string[] = [];
  readonly #file: string;
  readonly #docs = new Map<string, string>();

  constructor(file: string, locations: readonly any[]) {
    this.#file = file;
    for (const { path, leadingComments } of locations)
      if (leadingComments !== undefined) this.#docs.set(path.join("."), leadingComments);
  }

  #docsOf(path: Path): string | undefined {
    return this.#docs.size === 0 ? undefined : this.#docs.get(path.join("."))?.replace(/^ /gm, "").trim();
  }

  message(message: any, path: Path): ParsedMessage {
    const name = message.name ?? "";
    this.extensions.push(
      ...message.extension.map((each: any): string => `${(each.extendee ?? "").replace(/^\./, "")}.${each.number}`),
    );
    const entries = new Map<string, any>();
    const nested: ParsedMessage[] = [];
    for (const [index, each] of message.nestedType.entries()) {
      if (each.options?.mapEntry === true) entries.set(each.name, each);
      else nested.push(this.message(each, [...path, 3, index]));
    }
    // What is `optional` in proto3 is alone in a oneof that has no other meaning.
    const synthetic = new Set<number>();
    for (const { proto3Optional, oneofIndex } of message.field) if (proto3Optional === true) synthetic.add(oneofIndex);
    const oneofs: { name: string; docs: string | undefined }[] = message.oneofDecl.map((each: any, index: number) => ({
      name: each.name ?? "",
      docs: this.#docsOf([...path, 8, index]),
    }));
    return {
      name,
      docs: this.#docsOf(path),
      features: featuresOf(message.options),
      fields: message.field.map((field: any, index: number) =>
        this.#field(field, name, entries, oneofs, [...path, 2, index]),
      ),
      oneofs: oneofs.filter((_, index) => !synthetic.has(index)),
      messages: nested,
      enums: message.enumType.map((each: any, index: number) => this.enum(each, [...path, 4, index])),
      messageSet: message.options?.messageSetWireFormat === true,
    };
  }

  #field(
    field: any,
    owner: string,
    entries: ReadonlyMap<string, any>,
    oneofs: readonly { readonly name: string }[],
    path: Path,
  ): ParsedField {
    const { name = "", number = 0, typeName, type, label, oneofIndex, proto3Optional, options } = field;
    const isMessage = type === "message" || type === "group";
    const lastName: string = typeName?.slice(typeName.lastIndexOf(".") + 1) ?? "";
    const entry =
      label === "repeated" && isMessage && typeName?.endsWith(`${owner}.${lastName}`)
        ? entries.get(lastName)
        : undefined;
    const held = entry === undefined ? field : this.#ofEntry(entry, 2, name);
    if (oneofIndex !== undefined && oneofs[oneofIndex] === undefined)
      throw protoInvalid(this.#file, `field ${owner}.${name} is in oneof ${oneofIndex}, which ${owner} does not have`);
    return {
      name,
      number,
      type: typeOf(held),
      key: entry === undefined ? undefined : typeOf(this.#ofEntry(entry, 1, name)),
      label: label === "repeated" || label === "required" ? label : proto3Optional === true ? "optional" : undefined,
      oneof: oneofIndex === undefined || proto3Optional === true ? undefined : oneofs[oneofIndex]?.name,
      group: type === "group",
      packed: options?.packed,
      default: field.defaultValue,
      features: featuresOf(options),
      docs: this.#docsOf(path),
    };
  }

  #ofEntry(entry: any, number: number, name: string): any {
    const field = entry.field.find((each: any) => each.number === number);
    if (field === undefined)
      throw protoInvalid(
        this.#file,
        `the entry of map ${name} has no field ${number}: keys are field 1, values field 2`,
      );
    return field;
  }

  enum(given: any, path: Path): ParsedEnum {
    return {
      name: given.name ?? "",
      docs: this.#docsOf(path),
      features: featuresOf(given.options),
      values: given.value.map(({ name = "", number = 0 }: any, index: number) => ({
        name,
        number,
        docs: this.#docsOf([...path, 2, index]),
      })),
    };
  }

  service(service: any, path: Path): ParsedService {
    return {
      name: service.name ?? "",
      docs: this.#docsOf(path),
      methods: service.method.map((method: any, index: number) => ({
        name: method.name ?? "",
        docs: this.#docsOf([...path, 2, index]),
        request: method.inputType ?? "",
        response: method.outputType ?? "",
        streamsRequests: method.clientStreaming === true,
        streamsResponses: method.serverStreaming === true,
      })),
    };
  }
}

/** Returns a scalar's name, or the reference to a message or enum. */
function typeOf({ type, typeName }: any): string {
  return type === undefined || type === "message" || type === "group" || type === "enum" ? (typeName ?? "") : type;
}
