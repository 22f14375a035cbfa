import { protoTooLarge } from "../../../errors/factories/protobuf.js";
import type { EnumType, Field, RecordType, Type, VariantType } from "../../model/model.js";
import { NamePool } from "../name-pool.js";
import { docLines } from "../text-writer.js";
import { labelOf } from "./schema/labels.js";
import { unknownFieldsLabel } from "./schema/link.js";
import type { EnumSchema, FieldSchema, FieldType, MessageSchema, OneofSchema, ScalarName } from "./schema/schema.js";
import { specialForm } from "./schema/special-forms.js";

const bytes: Type = Object.freeze({ kind: "list", element: Object.freeze({ kind: "u8" }) });

const scalarTypes: Readonly<Record<ScalarName, Type>> = {
  double: { kind: "f64" },
  float: { kind: "f32" },
  int32: { kind: "s32" },
  int64: { kind: "s64" },
  uint32: { kind: "u32" },
  uint64: { kind: "u64" },
  sint32: { kind: "s32" },
  sint64: { kind: "s64" },
  fixed32: { kind: "u32" },
  fixed64: { kind: "u64" },
  sfixed32: { kind: "s32" },
  sfixed64: { kind: "s64" },
  bool: { kind: "bool" },
  string: { kind: "string" },
  bytes,
};

const json: Type = Object.freeze({ kind: "json" });
const jsonList: Type = Object.freeze({ kind: "list", element: json });

/** How deeply messages may contain others that do not contain them. A contract allows no more. */
const mostLevels = 100;

const unknownFields: Field = { name: unknownFieldsLabel, type: { kind: "option", some: bytes } };

/** Makes the types of a contract from messages and enums: one for each, the same wherever it is used. */
export class MessageTypes {
  readonly #names: NamePool;
  readonly #records = new Map<MessageSchema, RecordType>();
  readonly #enums = new Map<EnumSchema, EnumType>();
  /** The messages whose records are being made, with what refers back to them. */
  readonly #open = new Map<MessageSchema, { kind: "recursive"; target: RecordType }[]>();

  /** @param reserved names that types must not have, as functions have them. */
  constructor(reserved: Iterable<string>) {
    this.#names = new NamePool(reserved);
  }

  /** Returns what a message becomes. */
  message(message: MessageSchema): Type {
    const form = specialForm(message);
    switch (form?.kind) {
      case "struct":
      case "value":
        return json;
      case "list":
        return jsonList;
      case "wrapper":
        return scalarTypes[form.scalar];
      default:
        return this.#record(message);
    }
  }

  #record(message: MessageSchema): Type {
    const known = this.#records.get(message);
    if (known !== undefined) return known;
    const references = this.#open.get(message);
    if (references !== undefined) {
      const reference = { kind: "recursive" as const, target: undefined as unknown as RecordType };
      references.push(reference);
      return reference;
    }
    if (this.#open.size >= mostLevels)
      throw protoTooLarge(message.name, `messages are nested more than ${mostLevels} levels deep in each other`);
    const opened: { kind: "recursive"; target: RecordType }[] = [];
    this.#open.set(message, opened);
    const name = this.#name(message);
    const fields: Field[] = [];
    const seen = new Set<OneofSchema>();
    for (const field of message.fields) {
      const { oneof } = field;
      if (oneof === undefined) fields.push({ name: field.label, type: this.#field(field), docs: plain(field.docs) });
      else if (!seen.has(oneof)) {
        seen.add(oneof);
        const type: Type = { kind: "option", some: this.#variant(message, oneof) };
        fields.push({ name: oneof.label, type, docs: plain(oneof.docs) });
      }
    }
    fields.push(unknownFields);
    const record: RecordType = Object.freeze({ kind: "record", name, fields, docs: plain(message.docs) });
    for (const reference of opened) {
      reference.target = record;
      Object.freeze(reference);
    }
    this.#open.delete(message);
    this.#records.set(message, record);
    return record;
  }

  #field({ type, presence, key }: FieldSchema): Type {
    const value = this.#value(type);
    switch (presence) {
      case "map":
        return { kind: "map", key: scalarTypes[key!], value } as Type;
      case "repeated":
        return { kind: "list", element: value };
      case "explicit":
        return { kind: "option", some: value };
      default:
        return value;
    }
  }

  #value(type: FieldType): Type {
    switch (type.kind) {
      case "scalar":
        return scalarTypes[type.scalar];
      case "enum":
        return this.#enum(type.enum);
      case "message":
        return this.message(type.message);
    }
  }

  #variant(message: MessageSchema, oneof: OneofSchema): VariantType {
    const name = this.#name({ name: `${message.name}.${oneof.name}`, package: message.package });
    const cases = oneof.fields.map(({ label, type, docs }) => {
      const empty = type.kind === "message" && specialForm(type.message)?.kind === "empty";
      return { name: label, type: empty ? undefined : this.#value(type), docs: plain(docs) };
    });
    return Object.freeze({ kind: "variant", name, cases, docs: plain(oneof.docs) });
  }

  #enum(schema: EnumSchema): EnumType {
    let made = this.#enums.get(schema);
    if (made === undefined) {
      const cases = schema.values.map(({ label, docs }) => ({ name: label, docs: plain(docs) }));
      const type = { kind: "enum" as const, name: this.#name(schema), cases, docs: plain(schema.docs) };
      made = Object.freeze(schema.open ? { ...type, open: true as const } : type);
      this.#enums.set(schema, made);
    }
    return made;
  }

  #name({ name, package: packageName }: { readonly name: string; readonly package: string }): string {
    const own = packageName === "" ? name : name.slice(packageName.length + 1);
    const short = labelOf(own.replaceAll(".", "_"));
    return this.#names.take(short, labelOf(name.replaceAll(".", "_")), `${short}-message`);
  }
}

/** Comments become docs without what WIT does not allow in them. */
export function plain(docs: string | undefined): string | undefined {
  return docs === undefined || docs.trim() === "" ? undefined : docLines(docs).join("\n");
}
