import { NamePool } from "../../../contract/formats/name-pool.js";
import { docLines, TextWriter } from "../../../contract/formats/text-writer.js";
import {
  type Contract,
  type FutureType,
  type NamedType,
  pascal,
  type ResourceType,
  resources,
  type StreamType,
  type Type,
} from "../../../contract/index.js";
import { cName, snakeCase, upperCase } from "./c-names.js";
import { declareStream } from "./stream-declarations.js";

/** C's unsigned integer types, by size in bytes. */
const unsigned = { 1: "uint8_t", 2: "uint16_t", 4: "uint32_t" } as const;

/** The functions and types that go with a resource. */
export interface CResource {
  readonly isExported: boolean;
  /** The author's struct, if the plugin exports the resource: `Counter`. */
  readonly object: string;
  /** The type of an owned handle: `OwnCounter`. */
  readonly own: string;
  /** The type of a borrowed handle, or of the object itself: `BorrowBucket`, `Counter *`. */
  readonly borrow: string;
  /** The prefix of its functions' names: `counter`. */
  readonly prefix: string;
}

/** The functions and types that go with a stream or future. */
export interface CStream {
  readonly type: StreamType | FutureType;
  /** `StreamOfU32` */
  readonly name: string;
  /** The prefix of its functions' names: `stream_of_u32`. */
  readonly prefix: string;
  /** The type of its values, if it has any: `uint32_t`; for a stream also the list of them: `ListOfU32`. */
  readonly element: string | undefined;
  readonly list: string | undefined;
  /** The types of the writable end, and of the callbacks. */
  readonly writer: string;
  readonly read: string;
  readonly produce: string;
}

/**
 * The types of a contract in C. Every struct has the layout that the canonical ABI defines for the type, so values are
 * passed as they are in memory.
 */
export class CTypes {
  readonly #text = new TextWriter();
  readonly #names = new NamePool([
    "TenonString",
    "TenonOutcome",
    "TenonTask",
    "TenonEnd",
    "TenonCancelled",
    "TenonRelease",
    "I",
    "FILE",
    "DIR",
  ]);
  readonly #prefixes = new NamePool();
  readonly #streams = new Map<string, CStream>();
  readonly #constants = new NamePool();
  readonly #named = new Map<NamedType, string>();
  readonly #resources = new Map<ResourceType, CResource>();
  readonly #structural = new Map<string, string>();
  readonly #exported: ReadonlySet<ResourceType>;
  readonly #members = new Map<Type, ReadonlyMap<string, string>>();

  constructor(contract: Contract) {
    this.#exported = resources(contract.exports);
    // Names from the contract come first: generated names of lists and options give way to them.
    for (const { type, owner } of contract.declarations) {
      const name = pascal(type.name);
      const taken = this.#names.take(name, pascal(`${owner ?? contract.world}-${type.name}`));
      this.#named.set(type, taken);
    }
    for (const { type } of contract.declarations) if (type.kind === "resource") this.#resource(type);
    for (const { type } of contract.declarations) if (type.kind !== "resource") this.#declare(type);
  }

  /** The declarations of all types that were used so far. */
  get text(): string {
    return this.#text.toString();
  }

  /** Returns the type's name in C, and declares the type on first use. */
  name(type: Type): string {
    switch (type.kind) {
      case "bool":
        return "bool";
      case "s8":
      case "s16":
      case "s32":
      case "s64":
        return `int${type.kind.slice(1)}_t`;
      case "u8":
      case "u16":
      case "u32":
      case "u64":
        return `uint${type.kind.slice(1)}_t`;
      case "f32":
        return "float";
      case "f64":
        return "double";
      case "char":
        return "uint32_t";
      case "string":
        return "TenonString";
      case "own":
        return this.resource(type.resource).own;
      case "borrow":
        return this.resource(type.resource).borrow;
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.#named.get(type)!;
      default:
        return this.#structure(type);
    }
  }

  resource(type: ResourceType): CResource {
    return this.#resources.get(type)!;
  }

  /** The streams and futures that were used so far. */
  get streams(): Iterable<CStream> {
    return this.#streams.values();
  }

  /** Reserves a name for a type that belongs to a function, such as its callback. */
  take(name: string): string {
    return this.#names.take(name);
  }

  /** Returns the C name of a record's field or of a variant's payload. */
  member(type: Type, name: string): string {
    return this.#members.get(type)?.get(name) ?? cName(name);
  }

  /** Returns a declaration: `TenonString text`, `Counter *counter`. */
  declaration(type: Type, name: string): string {
    return declare(this.name(type), name);
  }

  #resource(type: ResourceType): void {
    const object = this.#named.get(type)!;
    const isExported = this.#exported.has(type);
    const own = this.#names.take(`Own${object}`);
    const borrow = isExported ? `${object} *` : this.#names.take(`Borrow${object}`);
    const prefix = this.#prefixes.take(snakeCase(object));
    this.#resources.set(type, { isExported, object, own, borrow, prefix });
    const text = this.#text.gap();
    docs(text, type.docs);
    if (isExported) text.line(`typedef struct ${object} ${object}; // defined by the plugin`);
    text.line(`typedef struct { int32_t handle; } ${own};`);
    if (isExported) {
      text.line(`${own} ${prefix}_own(${object} *object); // a new owned handle, to pass an object to the host`);
      text.line(`${object} *${prefix}_object(${own} owned); // the object of an owned handle`);
      text.line(`void ${prefix}_release(${own} owned); // drops an owned handle, and the object`);
    } else {
      text.line(`typedef struct { int32_t handle; } ${borrow};`);
      text.line(`${borrow} ${prefix}_borrow(${own} owned); // to call methods, or to lend the object`);
    }
  }

  #declare(type: Exclude<NamedType, ResourceType>): void {
    const name = this.#named.get(type)!;
    switch (type.kind) {
      case "record": {
        const fields = type.fields.map((field) => ({ ...field, c: this.name(field.type) }));
        const members = this.#nameMembers(type, fields, []);
        this.#struct(name, type.docs, (text) => {
          for (const field of fields) {
            docs(text, field.docs);
            text.line(`${declare(field.c, members.get(field.name)!)};`);
          }
        });
        break;
      }
      case "variant": {
        const cases = type.cases.flatMap((each) =>
          each.type === undefined ? [] : [{ ...each, c: this.name(each.type) }],
        );
        const members = this.#nameMembers(type, cases, ["tag"]);
        this.#enumeration(name, type.cases, (index) => `${index}`);
        this.#struct(name, type.docs, (text) => {
          text.line(`${unsigned[discriminantSize(type.cases.length)]} tag;`);
          if (cases.length === 0) return;
          text.block(
            "union {",
            () => {
              for (const each of cases) text.line(`${declare(each.c, members.get(each.name)!)};`);
            },
            "};",
          );
        });
        break;
      }
      case "enum":
        docs(this.#text.gap(), type.docs);
        this.#text.line(`typedef ${unsigned[discriminantSize(type.cases.length)]} ${name};`);
        this.#enumeration(name, type.cases, (index) => `${index}`);
        break;
      case "flags":
        this.#flags(name, type);
    }
  }

  #flags(name: string, { flags, docs: of }: Extract<NamedType, { kind: "flags" }>): void {
    const count = flags.length;
    docs(this.#text.gap(), of);
    if (count > 32) {
      this.#text.line("/* Each constant is the number of a flag: bit n % 32 of words[n / 32]. */");
      this.#text.line(`typedef struct { uint32_t words[${Math.ceil(count / 32)}]; } ${name};`);
      this.#enumeration(name, flags, (index) => `${index}`);
      return;
    }
    this.#text.line(`typedef ${unsigned[count <= 8 ? 1 : count <= 16 ? 2 : 4]} ${name};`);
    this.#enumeration(name, flags, (index) => `((${name})1 << ${index})`);
  }

  #enumeration(
    name: string,
    labels: readonly { name: string; docs?: string | undefined }[],
    value: (index: number) => string,
  ): void {
    const text = this.#text.gap();
    for (const [index, label] of labels.entries()) {
      docs(text, label.docs);
      text.line(`#define ${this.#constants.take(`${upperCase(name)}_${upperCase(label.name)}`)} ${value(index)}`);
    }
  }

  /** Lists, options, results and tuples. */
  #structure(type: Exclude<Type, NamedType>): string {
    switch (type.kind) {
      case "list": {
        const element = this.name(type.element);
        return this.#once("ListOf", [element], (text) => {
          text.line(`${declare(`${element} *`, "items")};`);
          text.line("size_t count;");
        });
      }
      case "option": {
        const some = this.name(type.some);
        return this.#once("OptionOf", [some], (text) => {
          text.line("bool some;");
          text.line(`${declare(some, "value")};`);
        });
      }
      case "tuple": {
        const items = type.items.map((item) => this.name(item));
        return this.#once("TupleOf", items, (text) => {
          for (const [index, item] of items.entries()) text.line(`${declare(item, `f${index}`)};`);
        });
      }
      case "result": {
        const [ok, error] = [type.ok, type.err].map((side) => (side === undefined ? undefined : this.name(side)));
        return this.#once("ResultOf", [ok, error], (text) => {
          text.line("bool is_error;");
          if (ok === undefined && error === undefined) return;
          text.block(
            "union {",
            () => {
              if (ok !== undefined) text.line(`${declare(ok, "ok")};`);
              if (error !== undefined) text.line(`${declare(error, "error")};`);
            },
            "};",
          );
        });
      }
      case "stream":
        return this.#stream(type, type.element, "StreamOf");
      case "future":
        return this.#stream(type, type.value, "FutureOf");
      default:
        throw new TypeError(`${type.kind} has no struct`);
    }
  }

  #stream(type: StreamType | FutureType, of: Type | undefined, kind: "StreamOf" | "FutureOf"): string {
    const element = of && this.name(of);
    const key = `${kind} ${element}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known.name;
    const list = of && type.kind === "stream" ? this.name({ kind: "list", element: of }) : undefined;
    const name = this.#names.take(kind + plainName(element));
    const take = (suffix: string) => this.#names.take(name + suffix);
    const [writer, read, produce] = [take("Writer"), take("Read"), take("Produce")];
    const stream = {
      ...{ type, name, element, list, writer, read, produce },
      prefix: this.#prefixes.take(snakeCase(name)),
    };
    this.#streams.set(key, stream);
    declareStream(this.#text.gap(), stream);
    return name;
  }

  #once(kind: string, of: readonly (string | undefined)[], body: (text: TextWriter) => void): string {
    const key = `${kind} ${of.join(",")}`;
    const known = this.#structural.get(key);
    if (known !== undefined) return known;
    const name = this.#names.take(kind + of.map(plainName).join(kind === "ResultOf" ? "Or" : "And"));
    this.#structural.set(key, name);
    this.#struct(name, undefined, body);
    return name;
  }

  #struct(name: string, documentation: string | undefined, body: (text: TextWriter) => void): void {
    docs(this.#text.gap(), documentation);
    this.#text.block("typedef struct {", () => body(this.#text), `} ${name};`);
  }

  #nameMembers(
    type: Type,
    members: readonly { name: string }[],
    taken: readonly string[],
  ): ReadonlyMap<string, string> {
    const pool = new NamePool(taken);
    const names = new Map(members.map(({ name }) => [name, pool.take(cName(name))]));
    this.#members.set(type, names);
    return names;
  }
}

/** Writes documentation as comment lines. */
export function docs(text: TextWriter, documentation: string | undefined): void {
  if (documentation === undefined || documentation.trim() === "") return;
  for (const line of docLines(documentation)) text.line(`// ${line}`.replace(/[\\\s]+$/, ""));
}

function declare(type: string, name: string): string {
  return type.endsWith("*") ? `${type}${name}` : `${type} ${name}`;
}

/** `TenonString` → `String`, `uint8_t` → `U8`, `Counter *` → `BorrowCounter`: the form of a type's name within another name. */
function plainName(type: string | undefined): string {
  if (type === undefined) return "Nothing";
  const number = /^(u?)int(\d+)_t$/.exec(type);
  if (number !== null) return `${number[1] === "u" ? "U" : "S"}${number[2]}`;
  if (type.endsWith(" *")) return `Borrow${type.slice(0, -2)}`;
  return { bool: "Bool", float: "F32", double: "F64", TenonString: "String" }[type] ?? type;
}

function discriminantSize(cases: number): 1 | 2 | 4 {
  if (cases <= 0x100) return 1;
  return cases <= 0x10000 ? 2 : 4;
}
