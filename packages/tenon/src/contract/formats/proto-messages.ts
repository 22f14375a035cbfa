import { protoUnsupported } from "../../errors/factories/contract.js";
import type {
  Contract,
  EnumType,
  FlagsType,
  MapType,
  NamedType,
  PrimitiveKind,
  RecordType,
  Type,
  VariantType,
} from "../model/model.js";
import { pascal } from "../model/names.js";
import { NamePool } from "./name-pool.js";
import { comment, packageName, snake } from "./proto-names.js";
import type { TextWriter } from "./text-writer.js";

const scalars: Record<PrimitiveKind, string> = {
  bool: "bool",
  s8: "sint32",
  u8: "uint32",
  s16: "sint32",
  u16: "uint32",
  s32: "sint32",
  u32: "uint32",
  s64: "sint64",
  u64: "uint64",
  f32: "float",
  f64: "double",
  char: "string",
  string: "string",
};

/** One field of a message, by its WIT name. */
export interface ProtoField {
  readonly name: string;
  readonly type: Type;
  readonly docs?: string | undefined;
  /** How an error names it. */
  readonly label: string;
}

/** One alternative of a `oneof`. Without a type it has no value. */
export interface ProtoAlternative extends Omit<ProtoField, "type"> {
  readonly type: Type | undefined;
}

const bool: Type = { kind: "bool" };

type Label = "" | "optional " | "repeated ";

/** Writes messages and enums. All names come from one pool, since nested names hide outer ones. */
export class ProtoMessages {
  readonly names: NamePool;
  usesEmpty = false;
  usesValue = false;
  readonly #typeNames = new Map<NamedType, string>();

  constructor(contract: Contract) {
    // A message with the same name as the package's first part would hide the package.
    this.names = new NamePool(packageName(contract).split("."));
    for (const { type, owner } of contract.declarations) {
      const name = pascal(type.name);
      if (type.kind !== "resource")
        this.#typeNames.set(type, this.names.take(name, owner === undefined ? name : pascal(owner) + name));
    }
  }

  declare(type: RecordType | VariantType | EnumType | FlagsType, out: TextWriter): void {
    const name = this.#typeNames.get(type)!;
    out.gap();
    comment(out, type.docs);
    const label = (part: { readonly name: string }) => `${type.name}.${part.name}`;
    if (type.kind === "enum") this.#enum(name, type, out);
    else if (type.kind === "variant") {
      const alternatives = type.cases.map((item) => ({ ...item, type: item.type, label: label(item) }));
      this.choice(name, alternatives, out);
    } else {
      const fields = type.kind === "record" ? type.fields : type.flags.map((flag) => ({ ...flag, type: bool }));
      this.message(
        name,
        fields.map((field) => ({ ...field, label: label(field) })),
        out,
      );
    }
  }

  /** A message with one field for each part. */
  message(name: string, fields: readonly ProtoField[], out: TextWriter): void {
    const names = new NamePool();
    out.block(`message ${name} {`, () => {
      for (const [index, field] of fields.entries())
        this.#field(name, field, names.take(this.#fieldName(field)), index, true, out);
    });
  }

  /** The name of a field. The compiler makes a message for the entries of a map, which must not hide another one. */
  #fieldName(field: ProtoField): string {
    let name = snake(field.name);
    if (field.type.kind === "map") while (this.names.has(entryName(name))) name += "_map";
    return name;
  }

  /** A message of which exactly one part is set. */
  choice(name: string, alternatives: readonly ProtoAlternative[], out: TextWriter): void {
    const names = new NamePool();
    const taken = alternatives.map((item) => names.take(snake(item.name)));
    // A oneof cannot contain lists or options, so those get their own messages, which are written first.
    const parts = alternatives.map((item, index): ProtoField & { text: string | undefined } => {
      if (item.type === undefined) {
        this.usesEmpty = true;
        return { ...item, type: bool, text: ".google.protobuf.Empty" };
      }
      return { ...item, type: item.type, name: taken[index]!, text: undefined };
    });
    out.block(`message ${name} {`, () => {
      const texts = parts.map((part) => part.text ?? this.#single(name, part, out));
      out.block(`oneof ${names.take("value", "choice")} {`, () => {
        for (const [index, part] of parts.entries()) {
          comment(out, part.docs);
          out.line(`${texts[index]} ${taken[index]} = ${fieldNumber(index)};`);
        }
      });
    });
  }

  #enum(name: string, type: EnumType, out: TextWriter): void {
    const upper = name.replace(/(?!^)[A-Z]/g, "_$&").toUpperCase();
    out.block(`enum ${name} {`, () => {
      out.line(`${this.names.take(`${upper}_UNSPECIFIED`)} = 0;`);
      for (const [index, item] of type.cases.entries()) {
        comment(out, item.docs);
        out.line(`${this.names.take(`${upper}_${snake(item.name).toUpperCase()}`)} = ${index + 1};`);
      }
    });
  }

  #field(owner: string, field: ProtoField, name: string, index: number, commented: boolean, out: TextWriter): void {
    const [label, text] = this.#labelled(owner, field, out);
    if (commented) comment(out, field.docs);
    if (field.type.kind === "own" || field.type.kind === "borrow")
      out.line(`// Handle of a ${field.type.resource.name}.`);
    out.line(`${label}${text} ${name} = ${fieldNumber(index)};`);
  }

  /** Returns the type of a field, with a label if it needs one. */
  #labelled(owner: string, field: ProtoField, out: TextWriter): [Label, string] {
    const { type } = field;
    if (type.kind === "list" && type.element.kind !== "u8")
      return ["repeated ", this.#single(owner, { ...field, type: type.element }, out)];
    if (type.kind === "map") return ["", this.#map(owner, field, type, out)];
    if (type.kind === "option") return ["optional ", this.#single(owner, { ...field, type: type.some }, out)];
    return ["", this.#single(owner, field, out)];
  }

  /** Returns the type without a label. A type that needs its own message gets one, inside the message being written. */
  #single(owner: string, field: ProtoField, out: TextWriter): string {
    const { type, label } = field;
    switch (type.kind) {
      case "list":
        if (type.element.kind === "u8") return "bytes";
        return this.#nested(owner, field, "List", (name) => this.message(name, [{ name: "items", type, label }], out));
      case "option":
        return this.#nested(owner, field, "Option", (name) => this.message(name, [{ name: "some", type, label }], out));
      case "result":
        return this.#nested(owner, field, "Result", (name) =>
          this.choice(
            name,
            [
              { name: "ok", type: type.ok, label },
              { name: "err", type: type.err, label },
            ],
            out,
          ),
        );
      case "tuple":
        return this.#nested(owner, field, "Tuple", (name) =>
          this.message(
            name,
            type.items.map((item, index) => ({ name: `item${index}`, type: item, label })),
            out,
          ),
        );
      case "own":
      case "borrow":
        return "uint64";
      case "stream":
        throw protoUnsupported(label, "a stream inside another type, or next to another stream");
      case "future":
        throw protoUnsupported(label, "a future that is not the result itself");
      case "map":
        return this.#nested(owner, field, "Map", (name) => this.message(name, [{ name: "entries", type, label }], out));
      case "json":
        this.usesValue = true;
        return ".google.protobuf.Value";
      case "recursive":
        return this.#typeNames.get(type.target)!;
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.#typeNames.get(type)!;
      default:
        return scalars[type.kind];
    }
  }

  #map(owner: string, field: ProtoField, { key, value }: MapType, out: TextWriter): string {
    return `map<${scalars[key.kind]}, ${this.#single(owner, { ...field, type: value }, out)}>`;
  }

  #nested(owner: string, field: ProtoField, kind: string, write: (name: string) => void): string {
    const name = this.names.take(owner + pascal(field.name.replaceAll("_", "-")) + kind);
    write(name);
    return name;
  }
}

/** The name of the message that the compiler makes for the entries of a map: of the field `by_name`, `ByNameEntry`. */
function entryName(field: string): string {
  return `${field.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Entry`;
}

// 19000 to 19999 are reserved for the implementation of Protocol Buffers (Language Guide, "Assigning Field Numbers").
function fieldNumber(index: number): number {
  return index + 1 < 19_000 ? index + 1 : index + 1001;
}
