import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { arbitraryValue } from "../../../conformance/src/arbitrary-value.js";
import { type Random, randomInstance } from "../../../conformance/src/random-schema.js";
import { contractFromJsonSchema, type JsonCodec, type JsonSchemaContract } from "../../../tenon/src/contract/index.js";
import { type JsonValue, readJson } from "../../../tenon/src/contract/json/index.js";
import { isTenonError } from "../../../tenon/src/errors/index.js";

/** What was tried, and how it ended. */
export class Counts {
  schemas = 0;
  refusedSchemas = 0;
  values = 0;
  refusedValues = 0;
  instances = 0;
  valid = 0;
  accepted = 0;
  readonly refusals = new Map<string, number>();

  /** Adds the refusal of an instance that is valid: what kind of thing was refused. */
  refuse(message: string): void {
    const kind = /names no such property|Base64|whole number that fits|JSON can hold/.exec(message)?.[0] ?? message;
    this.refusals.set(kind, (this.refusals.get(kind) ?? 0) + 1);
  }
}

/** A value or an instance that did not do what it must. */
export class Wrong extends Error {}

// Without a precision, ajv takes no number that is written with an exponent for a multiple.
const options = {
  multipleOfPrecision: 12,
  strict: false,
  validateFormats: false,
  logger: false,
  allowUnionTypes: true,
} as const;

/**
 * Converts a schema and tries values of its type, and instances of the schema: beside ajv, everything that is made is valid,
 * everything that is invalid is refused, and what is accepted comes back equal. @throws Wrong
 */
export function tryNamedSchema(schema: object, count: number, random: Random, counts: Counts): void {
  counts.schemas++;
  let converted: JsonSchemaContract;
  try {
    converted = contractFromJsonSchema(schema, { id: "test:schema" });
  } catch (error) {
    if (!isTenonError(error)) throw new Wrong(`${JSON.stringify(schema)}: ${(error as Error).stack}`);
    counts.refusedSchemas++;
    return;
  }
  const [first] = converted.functions.values();
  const isChecked = !converted.findings.some(({ message }) => /is not checked/.test(message));
  // A document that says nothing beside its definitions has no function of its own.
  const isRoot = first !== undefined && !Object.hasOwn((schema as { $defs: object }).$defs, first.name);
  if (isRoot && isChecked) tryCodec(first.input, schema, count, random, counts);
}

export function tryCodec(codec: JsonCodec, schema: object, count: number, random: Random, counts: Counts): void {
  const isValid = compiled(schema);
  if (isValid === undefined) return;
  tryValues(codec, schema, isValid, count, random, counts);
  const told = JSON.stringify(schema);
  for (let index = 0; index < count; index++) {
    const instance = randomInstance(random, schema as any, schema as any);
    counts.instances++;
    const expected = isValid(instance);
    if (expected === undefined) return;
    if (expected) counts.valid++;
    let value: unknown;
    try {
      value = codec.fromJson(instance);
    } catch (error) {
      if (!isTenonError(error)) throw new Wrong(`${told}: ${JSON.stringify(instance)}: ${(error as Error).stack}`);
      if (expected) counts.refuse(error.message);
      continue;
    }
    if (!expected) throw new Wrong(`${told}: ${JSON.stringify(instance)} is not valid, and was accepted`);
    counts.accepted++;
    const back = codec.toJson(value);
    if (!isSame(instance, back, told.includes('"default":null')))
      throw new Wrong(`${told}: ${JSON.stringify(instance)} came back as ${JSON.stringify(back)}`);
  }
}

function tryValues(
  codec: JsonCodec,
  schema: object,
  isValid: (json: JsonValue) => boolean | undefined,
  count: number,
  random: Random,
  counts: Counts,
): void {
  if (codec.type === undefined) return;
  const told = JSON.stringify(schema);
  for (const value of fc.sample(arbitraryValue(codec.type, 2), { numRuns: count, seed: random(1e9) })) {
    counts.values++;
    let json: JsonValue;
    try {
      json = codec.toJson(value);
    } catch (error) {
      if (!isTenonError(error)) throw new Wrong(`${told}: ${(error as Error).stack}`);
      counts.refusedValues++;
      continue;
    }
    const text = JSON.stringify(json);
    if (isValid(json) === false) throw new Wrong(`${told}: made ${text}, which is not valid`);
    const again = codec.toJson(codec.fromJson(readJson(text, { levels: 2000, bytes: 1e7 })));
    if (!isSame(JSON.parse(text), again, false))
      throw new Wrong(`${told}: ${text} came back as ${JSON.stringify(again)}`);
  }
}

function compiled(schema: object): ((json: JsonValue) => boolean | undefined) | undefined {
  const isDraft7 = String((schema as { $schema?: unknown }).$schema).includes("draft-07");
  try {
    const validate = isDraft7 ? new Ajv(options).compile(schema) : new Ajv2020(options).compile(schema);
    return (json) => {
      try {
        return validate(json) as boolean;
      } catch {
        // References that lead back to themselves.
        return undefined;
      }
    };
  } catch {
    return undefined;
  }
}

/** @param mayAddNull a property whose default is null may be written where it was absent */
function isSame(one: unknown, other: unknown, mayAddNull: boolean): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [before, after] = [one, other] as Record<string, unknown>[] as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const added = Object.keys(after).filter((key) => !Object.hasOwn(before, key));
  return (
    Object.keys(before).every((key) => Object.hasOwn(after, key) && isSame(before[key], after[key], mayAddNull)) &&
    added.every((key) => mayAddNull && after[key] === null)
  );
}
