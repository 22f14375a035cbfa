import { protoInvalid, protoTooLarge, protoUnreadable } from "../../../../errors/factories/protobuf.js";
import { NamePool } from "../../name-pool.js";
import { editionFeatures } from "./features.js";
import { labelOf, withoutPrefix } from "./labels.js";
import type { Features, ParsedEnum, ParsedField, ParsedFile, ParsedMessage, ParsedService } from "./parsed-file.js";
import {
  type EnumSchema,
  type FieldSchema,
  type FieldType,
  type MessageSchema,
  type OneofSchema,
  type ScalarName,
  type Schema,
  type ServiceSchema,
  scalars,
} from "./schema.js";

const scalarNames: ReadonlySet<string> = new Set(scalars);
const keyNames = new Set(["bool", "string", ...scalars.filter((name) => /int|fixed/.test(name))]);
const highestNumber = 536_870_911;
/** Declarations and fields of all files together. */
const mostDeclarations = 500_000;
/** How deeply messages may be declared in messages. */
const deepest = 100;

/** The label of the field that Tenon adds to each record, for what the message's own fields do not say. */
export const unknownFieldsLabel = "unknown-fields";

interface Declared {
  readonly file: ParsedFile;
  readonly schema:
    | { kind: "message"; readonly message: MessageSchema }
    | { kind: "enum"; readonly enum: EnumSchema }
    | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Looks up every reference of a set of files, which contains all that they import, and checks what contradicts itself.
 *
 * @throws TENON_CONTRACT_INVALID, TENON_CONTRACT_UNSUPPORTED, TENON_CONTRACT_TOO_LARGE with file and, if known, line
 */
export function linkFiles(files: readonly ParsedFile[]): Schema {
  return new Linker(files).link();
}

class Linker {
  readonly #files: readonly ParsedFile[];
  readonly #byPath: ReadonlyMap<string, ParsedFile>;
  readonly #declared = new Map<string, Declared>();
  readonly #messages = new Map<string, MessageSchema>();
  readonly #services = new Map<string, ServiceSchema>();
  readonly #visible = new Map<ParsedFile, ReadonlySet<string>>();
  /** What is done when every name is known. */
  readonly #later: (() => void)[] = [];
  #count = 0;

  constructor(files: readonly ParsedFile[]) {
    this.#files = files;
    this.#byPath = new Map(files.map((file) => [file.path, file]));
  }

  link(): Schema {
    for (const file of this.#files) {
      const features = { ...editionFeatures(file.edition), ...file.features };
      for (const each of file.messages) this.#message(file, file.package, each, features, 0);
      for (const each of file.enums) this.#enum(file, file.package, each, features);
      for (const each of file.services) this.#service(file, each);
    }
    for (const work of this.#later) work();
    return {
      messages: this.#messages,
      services: this.#services,
      extensions: this.#files
        .filter(({ extensions }) => extensions.length > 0)
        .map(({ path, extensions }) => ({ file: path, names: extensions })),
    };
  }

  #declare(file: ParsedFile, scope: string, name: string, schema: Declared["schema"]): string {
    if (++this.#count > mostDeclarations)
      throw protoTooLarge(file.path, `the files declare more than ${mostDeclarations} names`);
    const full = scope === "" ? name : `${scope}.${name}`;
    if (!/^[A-Za-z_]\w*$/.test(name)) throw protoInvalid(file.path, `${JSON.stringify(full)} is not a valid name`);
    const other = this.#declared.get(full);
    if (other !== undefined)
      throw protoInvalid(
        where(file, full),
        `"${full}" is declared twice${other.file === file ? "" : `, the other time in ${where(other.file, full)}`}`,
        "Rename one of the two, or give the files different packages.",
      );
    this.#declared.set(full, { file, schema });
    return full;
  }

  #message(file: ParsedFile, scope: string, parsed: ParsedMessage, inherited: Features, depth: number): void {
    if (depth > deepest)
      throw protoTooLarge(file.path, `messages are declared more than ${deepest} levels deep in others`);
    const message: Mutable<MessageSchema> = {
      name: "",
      package: file.package,
      docs: parsed.docs,
      messageSet: parsed.messageSet === true,
      fields: [],
      oneofs: [],
    };
    message.name = this.#declare(file, scope, parsed.name, { kind: "message", message });
    this.#messages.set(message.name, message);
    const features = { ...inherited, ...parsed.features };
    for (const each of parsed.messages) this.#message(file, message.name, each, features, depth + 1);
    for (const each of parsed.enums) this.#enum(file, message.name, each, features);
    this.#count += parsed.fields.length;
    this.#later.push(() => this.#fields(file, message, parsed, features));
  }

  #fields(file: ParsedFile, message: Mutable<MessageSchema>, parsed: ParsedMessage, features: Features): void {
    const numbers = new Map<number, string>();
    const names = new Set<string>();
    const oneofs = new Map<string, Mutable<OneofSchema>>();
    const labels = new NamePool([unknownFieldsLabel]);
    const ofOneofs = new Map<string, NamePool>();
    const members = new Map<OneofSchema, FieldSchema[]>();
    for (const { name, docs } of parsed.oneofs) {
      expectNew(names, name, file, message.name);
      const oneof = { name, label: "", docs, fields: [] };
      oneofs.set(name, oneof);
      members.set(oneof, oneof.fields);
      ofOneofs.set(name, new NamePool());
    }
    const fields = parsed.fields.map((field): FieldSchema => {
      const full = `${message.name}.${field.name}`;
      expectNew(names, field.name, file, message.name);
      this.#expectNumber(file, full, field.number);
      const other = numbers.get(field.number);
      if (other !== undefined)
        throw protoInvalid(
          where(file, full),
          `field number ${field.number} is used twice in ${message.name}: by ${other} and by ${field.name}`,
          "Give each field its own number.",
        );
      numbers.set(field.number, field.name);
      const oneof = field.oneof === undefined ? undefined : oneofs.get(field.oneof);
      if (field.oneof !== undefined && oneof === undefined)
        throw protoInvalid(where(file, full), `there is no oneof "${field.oneof}" in ${message.name}`);
      const label = (oneof === undefined ? labels : ofOneofs.get(oneof.name)!).take(labelOf(field.name));
      const schema = this.#field(file, message.name, field, label, { ...features, ...field.features }, oneof);
      if (oneof !== undefined) members.get(oneof)!.push(schema);
      return schema;
    });
    for (const oneof of oneofs.values()) {
      if (oneof.fields.length === 0)
        throw protoInvalid(where(file, `${message.name}.${oneof.name}`), `oneof "${oneof.name}" has no fields`);
      oneof.label = labels.take(labelOf(oneof.name));
    }
    message.fields = fields;
    message.oneofs = [...oneofs.values()];
  }

  #field(
    file: ParsedFile,
    scope: string,
    field: ParsedField,
    label: string,
    features: Features,
    oneof: OneofSchema | undefined,
  ): FieldSchema {
    const { name, number, docs } = field;
    const full = `${scope}.${name}`;
    const delimited = field.group === true || (field.key === undefined && features.messages === "delimited");
    const type = this.#type(file, scope, field.type, full, delimited);
    if (field.key !== undefined && !keyNames.has(field.key))
      throw protoInvalid(where(file, full), `a map's keys cannot be of type ${field.key}`);
    const presence =
      field.key !== undefined
        ? "map"
        : field.label === "repeated"
          ? "repeated"
          : field.label === "required" || (features.presence === "required" && oneof === undefined)
            ? "required"
            : type.kind === "message" ||
                oneof !== undefined ||
                field.label === "optional" ||
                features.presence !== "implicit"
              ? "explicit"
              : "implicit";
    const packable =
      type.kind === "enum" || (type.kind === "scalar" && type.scalar !== "string" && type.scalar !== "bytes");
    return {
      name,
      label,
      number,
      type,
      presence,
      packed: presence === "repeated" && packable && (field.packed ?? features.repeated === "packed"),
      key: field.key as ScalarName | undefined,
      oneof,
      docs:
        [docs, field.default === undefined ? undefined : `Default: ${field.default}`].filter(Boolean).join("\n") ||
        undefined,
    };
  }

  #type(file: ParsedFile, scope: string, reference: string, full: string, delimited: boolean): FieldType {
    if (scalarNames.has(reference)) return { kind: "scalar", scalar: reference as ScalarName };
    const { schema } = this.#resolve(file, scope, reference, full);
    if (schema?.kind === "enum") return schema;
    if (schema?.kind === "message") return { ...schema, delimited };
    throw protoInvalid(where(file, full), `"${reference}" is not a type`);
  }

  #enum(file: ParsedFile, scope: string, parsed: ParsedEnum, inherited: Features): void {
    const full = scope === "" ? parsed.name : `${scope}.${parsed.name}`;
    if (parsed.values.length === 0) throw protoInvalid(where(file, full), `enum ${full} has no values`);
    const open = { ...inherited, ...parsed.features }.enums === "open";
    const numbers = new Set<number>();
    const names = new Set<string>();
    const aliases: string[] = [];
    // WIT calls the numbers without a name so.
    const labels = new NamePool(["unrecognized"]);
    const short = withoutPrefix(
      parsed.name,
      parsed.values.map(({ name }) => name),
    );
    const values = parsed.values.flatMap(({ name, number, docs }, index) => {
      expectNew(names, name, file, full);
      if (!Number.isInteger(number) || number < -(2 ** 31) || number >= 2 ** 31)
        throw protoInvalid(where(file, `${full}.${name}`), `the number ${number} of ${name} is not one of 32 bits`);
      if (numbers.has(number)) {
        aliases.push(name);
        return [];
      }
      numbers.add(number);
      return [{ name, label: labels.take(labelOf(short[index]!)), number, docs }];
    });
    if (open && values[0]!.number !== 0)
      throw protoInvalid(
        where(file, full),
        `the first value of enum ${full} is ${values[0]!.number}, expected 0`,
        "Put the value with number 0 first: it is the default.",
      );
    this.#count += values.length;
    const schema: EnumSchema = { name: full, package: file.package, docs: parsed.docs, open, values, aliases };
    this.#declare(file, scope, parsed.name, { kind: "enum", enum: schema });
  }

  #service(file: ParsedFile, parsed: ParsedService): void {
    const name = this.#declare(file, file.package, parsed.name, undefined);
    this.#later.push(() => {
      const names = new Set<string>();
      const labels = new NamePool();
      const methods = parsed.methods.map((method) => {
        const full = `${name}.${method.name}`;
        expectNew(names, method.name, file, name);
        return {
          name: method.name,
          label: labels.take(labelOf(method.name)),
          docs: method.docs,
          request: this.#messageOf(file, name, method.request, full),
          response: this.#messageOf(file, name, method.response, full),
          streamsRequests: method.streamsRequests,
          streamsResponses: method.streamsResponses,
        };
      });
      this.#services.set(name, { name, package: file.package, file: file.path, docs: parsed.docs, methods });
    });
  }

  #messageOf(file: ParsedFile, scope: string, reference: string, full: string): MessageSchema {
    const { schema } = this.#resolve(file, scope, reference, full);
    if (schema?.kind !== "message") throw protoInvalid(where(file, full), `"${reference}" is not a message`);
    if (schema.message.messageSet) throw protoUnreadable(where(file, full), `${reference} is a MessageSet`);
    return schema.message;
  }

  /** Looks a reference up from the innermost scope outward. Source: Language Guide, "Packages and Name Resolution". */
  #resolve(file: ParsedFile, scope: string, reference: string, full: string): Declared {
    let hidden: Declared | undefined;
    const visible = this.#visibleFrom(file);
    if (reference.startsWith(".")) {
      const found = this.#declared.get(reference.slice(1));
      if (found !== undefined && visible.has(found.file.path)) return found;
      hidden = found;
    } else {
      for (let outer = scope; ; outer = outer.slice(0, Math.max(0, outer.lastIndexOf(".")))) {
        const found = this.#declared.get(outer === "" ? reference : `${outer}.${reference}`);
        if (found?.schema !== undefined && visible.has(found.file.path)) return found;
        hidden ??= found;
        if (outer === "") break;
      }
    }
    if (hidden === undefined || hidden.schema === undefined)
      throw protoInvalid(
        where(file, full),
        `unknown type "${reference}"`,
        "Correct the name, or import the file that declares it.",
      );
    throw protoInvalid(
      where(file, full),
      `"${reference}" is declared in ${hidden.file.path}, which ${file.path} does not import`,
      `Add the import: import "${hidden.file.path}";`,
    );
  }

  /** Returns the paths of the files whose types a file may use: itself, its imports and what those import publicly. */
  #visibleFrom(file: ParsedFile): ReadonlySet<string> {
    const known = this.#visible.get(file);
    if (known !== undefined) return known;
    const visible = new Set([file.path]);
    const waiting = file.imports.map(({ path }) => path);
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (visible.has(path)) continue;
      visible.add(path);
      for (const each of this.#byPath.get(path)?.imports ?? []) if (each.public) waiting.push(each.path);
    }
    this.#visible.set(file, visible);
    return visible;
  }

  #expectNumber(file: ParsedFile, full: string, number: number): void {
    if (!Number.isInteger(number) || number < 1 || number > highestNumber)
      throw protoInvalid(
        where(file, full),
        `field number ${number} is out of range, expected 1 to ${highestNumber}`,
        "Give the field a number in the range.",
      );
    if (number >= 19_000 && number < 20_000)
      throw protoInvalid(
        where(file, full),
        `field number ${number} is reserved for the implementation of Protocol Buffers: 19000 to 19999`,
        "Give the field a number outside this range.",
      );
  }
}

function where(file: ParsedFile, full: string): string {
  return file.where?.(full) ?? file.path;
}

function expectNew(names: Set<string>, name: string, file: ParsedFile, scope: string): void {
  if (!names.has(name)) {
    names.add(name);
    return;
  }
  throw protoInvalid(
    where(file, `${scope}.${name}`),
    `"${name}" is declared twice in ${scope}`,
    "Rename one of the two.",
  );
}
