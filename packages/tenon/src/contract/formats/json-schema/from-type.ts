import { valueReferenceInJson } from "../../../errors/factories/contract.js";
import type { JsonValue } from "../../json/index.js";
import type { Case, RecordType, Type, VariantType } from "../../model/model.js";
import { camel } from "../../model/names.js";
import { NamePool } from "../name-pool.js";
import { integerRange, isInteger } from "../value-json/integer.js";

type Keywords = { [keyword: string]: JsonValue };

/**
 * Returns the JSON Schema (draft 2020-12) of a type: of what `valueToJson` writes, all of which `valueFromJson` reads. Named
 * types are in `$defs`. A 64-bit integer may be a number or a string, as `valueFromJson` reads both.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED for a handle, stream or future
 */
export function schemaFromType(type: Type): Readonly<Record<string, JsonValue>> {
  const writer = new SchemaWriter();
  const schema = writer.schema(type);
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema, ...writer.definitions() };
}

class SchemaWriter {
  readonly #names = new NamePool();
  readonly #definitions = new Map<Type, { readonly name: string; schema: Keywords }>();

  definitions(): Keywords {
    if (this.#definitions.size === 0) return {};
    return { $defs: Object.fromEntries([...this.#definitions.values()].map(({ name, schema }) => [name, schema])) };
  }

  schema(type: Type): Keywords {
    switch (type.kind) {
      case "bool":
        return { type: "boolean" };
      case "string":
        return { type: "string" };
      case "char":
        return { type: "string", minLength: 1, maxLength: 1 };
      case "s64":
      case "u64":
        return { type: ["integer", "string"], pattern: type.kind === "u64" ? "^[0-9]{1,20}$" : "^-?[0-9]{1,19}$" };
      case "f32":
      case "f64":
        return { anyOf: [{ type: "number" }, { enum: ["NaN", "Infinity", "-Infinity", "-0"] }] };
      case "list":
        if (type.element.kind === "u8") return { type: "string", contentEncoding: "base64" };
        return { type: "array", items: this.schema(type.element) };
      case "option":
        if (type.some.kind !== "option") return { anyOf: [this.schema(type.some), { type: "null" }] };
        return this.#cases([{ name: "none" }, { name: "some", type: type.some }]);
      case "result":
        return this.#cases([
          { name: "ok", type: type.ok },
          { name: "err", type: type.err },
        ]);
      case "tuple": {
        const { length } = type.items;
        return {
          type: "array",
          prefixItems: type.items.map((item) => this.schema(item)),
          items: false,
          minItems: length,
        };
      }
      case "map":
        return { type: "object", additionalProperties: this.schema(type.value) };
      case "json":
        return {};
      case "enum": {
        const names = { enum: type.cases.map(({ name }) => name) };
        return { ...docsOf(type), ...(type.open ? { anyOf: [names, integerSchema("s32")] } : names) };
      }
      case "flags": {
        const properties = type.flags.map(({ name, docs }) => [camel(name), { type: "boolean", ...docsOf({ docs }) }]);
        return {
          type: "object",
          properties: Object.fromEntries(properties),
          additionalProperties: false,
          ...docsOf(type),
        };
      }
      case "record":
      case "variant":
        return this.#reference(type);
      case "recursive":
        return this.#reference(type.target);
      case "own":
      case "borrow":
        throw valueReferenceInJson("schemaFromType()", "handle");
      case "stream":
      case "future":
        throw valueReferenceInJson("schemaFromType()", type.kind);
      default:
        return integerSchema(type.kind);
    }
  }

  #reference(type: RecordType | VariantType): Keywords {
    let known = this.#definitions.get(type);
    if (known === undefined) {
      known = { name: this.#names.take(type.name), schema: {} };
      // It may contain itself.
      this.#definitions.set(type, known);
      known.schema = { ...docsOf(type), ...(type.kind === "record" ? this.#record(type) : this.#cases(type.cases)) };
    }
    return { $ref: `#/$defs/${known.name}` };
  }

  #record({ fields }: RecordType): Keywords {
    const properties = fields.map((field) => [camel(field.name), { ...this.schema(field.type), ...docsOf(field) }]);
    const required = fields.filter(({ type }) => type.kind !== "option").map(({ name }) => camel(name));
    return {
      type: "object",
      properties: Object.fromEntries(properties),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    };
  }

  #cases(cases: readonly Case[]): Keywords {
    return {
      oneOf: cases.map((item) => ({
        type: "object",
        properties: { tag: { const: item.name }, ...(item.type === undefined ? {} : { val: this.schema(item.type) }) },
        required: item.type === undefined ? ["tag"] : ["tag", "val"],
        additionalProperties: false,
        ...docsOf(item),
      })),
    };
  }
}

function integerSchema(kind: string): Keywords {
  if (!isInteger(kind)) return {};
  const [least, most] = integerRange(kind);
  return { type: "integer", minimum: Number(least), maximum: Number(most) };
}

function docsOf({ docs }: { readonly docs?: string | undefined }): Keywords {
  return docs === undefined ? {} : { description: docs };
}
