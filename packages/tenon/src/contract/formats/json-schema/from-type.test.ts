import { times } from "@tenon/fixtures/tests";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryContract } from "../../../../../conformance/src/arbitrary-contract.js";
import { arbitraryValue } from "../../../../../conformance/src/arbitrary-value.js";
import { t } from "../../building/builder.js";
import type { Type } from "../../model/model.js";
import { functionTypes, holdsReferences } from "../../model/reach.js";
import { signatures } from "../../model/signature.js";
import { valueToJson } from "../value-json/index.js";
import { contractFromJsonSchema, schemaFromType } from "./index.js";

const tree = t.recursive((self) => t.record("tree", { label: t.string, kids: t.list(self) }));
const mode = t.enum("mode", ["on", "off"], { open: true });
const newer: readonly Type[] = [
  tree,
  mode,
  t.json,
  t.map(t.u8, t.option(tree)),
  t.record("all", { tree, mode, json: t.json }),
];

test("what valueToJson writes is valid for the schema of its type, and the schema becomes a contract again", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  fc.assert(
    fc.property(arbitraryContract(), fc.integer(), (contract, seed) => {
      const used = [...signatures(contract.exports)].flatMap(({ type }) => functionTypes(type));
      for (const type of [...used.filter((each) => !holdsReferences(each)), ...newer].slice(0, 8)) {
        const schema = schemaFromType(type);
        const isValid = ajv.compile(schema);
        for (const value of fc.sample(arbitraryValue(type), { numRuns: 3, seed })) {
          const json = JSON.parse(JSON.stringify(valueToJson(type, value)));
          expect([isValid(json), isValid.errors, json]).toEqual([true, null, json]);
        }
        expect(() => contractFromJsonSchema(schema, { id: "test:again" })).not.toThrow();
      }
    }),
    { numRuns: times(40) },
  );
});

test("the schema of a record", () => {
  const person = t.record(
    "person",
    { firstName: t.string, age: t.option(t.u8), photo: t.bytes, id: t.u64 },
    { docs: "One of us." },
  );
  expect(schemaFromType(t.list(person))).toEqual({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "array",
    items: { $ref: "#/$defs/person" },
    $defs: {
      person: {
        description: "One of us.",
        type: "object",
        properties: {
          firstName: { type: "string" },
          age: { anyOf: [{ type: "integer", minimum: 0, maximum: 255 }, { type: "null" }] },
          photo: { type: "string", contentEncoding: "base64" },
          id: { type: ["integer", "string"], pattern: "^[0-9]{1,20}$" },
        },
        required: ["firstName", "photo", "id"],
        additionalProperties: false,
      },
    },
  });
});

test.each([t.stream(t.u8), t.list(t.future()), t.own(t.resource("file", {}))])("there is none for type %j", (type) => {
  expect(() => schemaFromType(type)).toThrow(expect.objectContaining({ code: "TENON_CONTRACT_UNSUPPORTED" }));
});
