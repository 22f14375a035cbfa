import {
  type Contract,
  type FunctionType,
  type NamedType,
  pascal,
  type Type,
  type VariantType,
} from "../../../../contract/index.js";
import { discriminantSize, flagsSize } from "./flat-types.js";
import { type GoNames, goParameter } from "./go-names.js";
import type { GoText } from "./go-text.js";

const primitives: Readonly<Record<string, string>> = {
  bool: "bool",
  s8: "int8",
  u8: "uint8",
  s16: "int16",
  u16: "uint16",
  s32: "int32",
  u32: "uint32",
  s64: "int64",
  u64: "uint64",
  f32: "float32",
  f64: "float64",
  char: "rune",
  string: "string",
};

/** Returns Go types for types of a contract, and declares the named ones. */
export class GoTypes {
  readonly names: GoNames;
  /** The sizes of all tuples that were used so far. */
  readonly tuples = new Set<number>();

  constructor(names: GoNames) {
    this.names = names;
  }

  /** Returns the Go type of a value. */
  of(type: Type): string {
    switch (type.kind) {
      case "list":
        return type.element.kind === "u8" ? "[]byte" : `[]${this.of(type.element)}`;
      case "option":
        return isHandle(type.some) ? this.of(type.some) : `*${this.of(type.some)}`;
      case "result":
        return `Result[${this.orNothing(type.ok)}, ${this.orNothing(type.err)}]`;
      case "tuple":
        this.tuples.add(type.items.length);
        return `Tuple${type.items.length}[${type.items.map((item) => this.of(item)).join(", ")}]`;
      case "own":
      case "borrow":
        return `*${this.names.type(type.resource)}`;
      case "stream":
        return `*Stream[${type.element?.kind === "u8" ? "byte" : this.orNothing(type.element)}]`;
      case "future":
        return `*Future[${this.orNothing(type.value)}]`;
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.names.type(type);
      default:
        return primitives[type.kind] ?? "any";
    }
  }

  orNothing(type: Type | undefined): string {
    return type === undefined ? "struct{}" : this.of(type);
  }

  /** Returns `(name string) (uint32, error)`. */
  signature(type: FunctionType): string {
    return `(${this.parameters(type)})${this.results(type)}`;
  }

  parameters(type: FunctionType): string {
    return type.parameters.map((each) => this.parameter(each)).join(", ");
  }

  parameter({ name, type }: FunctionType["parameters"][number]): string {
    return `${goParameter(name)} ${this.of(type)}`;
  }

  /** Returns the result types with a space before them, or an empty string. */
  results(type: FunctionType): string {
    const { result } = type;
    if (result === undefined) return "";
    if (result.kind !== "result") return ` ${this.of(result)}`;
    return result.ok === undefined ? " error" : ` (${this.of(result.ok)}, error)`;
  }

  /** Declares the types of a contract, except its resources. */
  declare(contract: Contract, text: GoText): void {
    const errors = errorTypes(contract);
    for (const { type } of contract.declarations) {
      if (type.kind === "resource") continue;
      text.line();
      this.#docs(type, text);
      this.#declaration(type, errors.has(type), text);
    }
  }

  #docs(type: Exclude<NamedType, { kind: "resource" }>, text: GoText): void {
    if (type.docs === undefined) text.line(`// ${this.names.type(type)} is the contract's ${type.kind} ${type.name}.`);
    text.docs(type.docs);
  }

  #declaration(type: Exclude<NamedType, { kind: "resource" }>, isError: boolean, text: GoText): void {
    const name = this.names.type(type);
    switch (type.kind) {
      case "record":
        text.block(`type ${name} struct {`, () => {
          for (const field of type.fields) {
            text.docs(field.docs);
            text.line(`${fieldName(field.name)} ${this.of(field.type)}`);
          }
        });
        if (isError) this.#error(name, `return "${type.name}"`, text);
        break;
      case "variant":
        this.#variant(type, isError, text);
        break;
      case "enum": {
        text.line(`type ${name} uint${8 * discriminantSize(type.cases.length)}`);
        this.#constants(type.cases, name, "iota", text);
        const list = type.cases.map((each) => `"${each.name}"`).join(", ");
        text.line();
        text.line(`var tenonNames${name} = [...]string{${list}}`);
        text.line();
        text.line("// String returns the name of the case in the contract.");
        text.block(`func (e ${name}) String() string {`, () => {
          text.block(`if int(e) >= len(tenonNames${name}) {`, () => text.line(`return "no case of ${type.name}"`));
          text.line(`return tenonNames${name}[e]`);
        });
        if (isError) this.#error(name, "return e.String()", text);
        break;
      }
      case "flags":
        text.line(`type ${name} uint${8 * flagsSize(type.flags.length)}`);
        this.#constants(type.flags, name, "1 << iota", text);
        text.line();
        text.line("// Has reports whether all of the given flags are set.");
        text.line(`func (e ${name}) Has(flags ${name}) bool { return e&flags == flags }`);
        if (isError) this.#error(name, `return "${type.name}"`, text);
    }
  }

  #constants(
    labels: readonly { name: string; docs?: string | undefined }[],
    name: string,
    first: string,
    text: GoText,
  ): void {
    text.line();
    text.block(
      "const (",
      () => {
        for (const [index, label] of labels.entries()) {
          text.docs(label.docs);
          text.line(name + pascal(label.name) + (index === 0 ? ` ${name} = ${first}` : ""));
        }
      },
      ")",
    );
  }

  #variant(type: VariantType, isError: boolean, text: GoText): void {
    const name = this.names.type(type);
    text.block(`type ${name} interface {`, () => {
      text.line(`is${name}()`);
      if (isError) text.line("error");
    });
    for (const each of type.cases) {
      const own = caseName(name, each.name);
      text.line();
      text.line(`// ${own} is the case ${each.name} of ${name}.`);
      text.docs(each.docs);
      text.line(`type ${own} struct{${each.type === undefined ? "" : ` Value ${this.of(each.type)} `}}`);
      text.line();
      text.line(`func (${own}) is${name}() {}`);
      if (isError) this.#error(own, `return "${each.name}"`, text);
    }
  }

  #error(name: string, body: string, text: GoText): void {
    text.line();
    text.line("// Error implements the error interface.");
    text.line(`func (e ${name}) Error() string { ${body} }`);
  }
}

/** Returns the Go name of a record's field. `Error` is reserved for the method of the error interface. */
export function fieldName(name: string): string {
  const plain = pascal(name);
  return plain === "Error" ? "Error_" : plain;
}

/** Returns the Go type of one case of a variant. */
export function caseName(variant: string, name: string): string {
  return variant + pascal(name);
}

/** Whether values are pointers in Go, so that nil means none. */
export function isHandle({ kind }: Type): boolean {
  return kind === "own" || kind === "borrow" || kind === "stream" || kind === "future";
}

/** Returns the named types of functions' error cases: they implement Go's error interface. */
function errorTypes(contract: Contract): ReadonlySet<NamedType> {
  const found = new Set<NamedType>();
  const visit = ({ result }: FunctionType) => {
    if (result?.kind === "result" && result.err !== undefined && "name" in result.err) found.add(result.err);
  };
  for (const item of [...Object.values(contract.imports), ...Object.values(contract.exports)]) {
    const members = item.kind === "interface" ? Object.values(item.members) : [item];
    for (const member of members) {
      if (member.kind === "function") visit(member);
      else {
        for (const { type } of [...member.methods, ...member.statics]) visit(type);
        if (member.constructs !== undefined) visit(member.constructs);
      }
    }
  }
  return found;
}
