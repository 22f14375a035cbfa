import { mapKeys, primitives } from "../model/model.js";

const name = { type: "string", minLength: 1 } as const;
const docs = { type: "string" } as const;
const type = { $ref: "#/$defs/type" } as const;
const payload = { anyOf: [type, { type: "null" }] } as const;
const reference = { type: "string", minLength: 1 } as const;

function object(properties: Record<string, unknown>, ...optional: string[]) {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: "object", properties, required, additionalProperties: false };
}

function array(items: unknown, minItems = 0) {
  return { type: "array", items, minItems };
}

const functionMembers = {
  parameters: array(object({ name, type })),
  result: type,
  async: { const: true },
  optional: { const: true },
  docs,
};
const functionOptional = ["result", "async", "optional", "docs"];
const namedFunction = object({ name, ...functionMembers }, ...functionOptional);
const declared = (kind: string, members: Record<string, unknown>, ...optional: string[]) =>
  object({ kind: { const: kind }, name, owner: name, docs, ...members }, "owner", "docs", ...optional);
const label = object({ name, docs }, "docs");
const functionItem = object({ kind: { const: "function" }, name, ...functionMembers }, ...functionOptional);
const resourceItem = object({ kind: { const: "resource" }, name, type: reference });
const interfaceItem = object(
  {
    kind: { const: "interface" },
    name,
    id: { type: "string" },
    docs,
    members: array({ anyOf: [functionItem, resourceItem] }),
  },
  "id",
  "docs",
);
const items = array({ anyOf: [functionItem, resourceItem, interfaceItem] });

/**
 * The JSON Schema (draft 2020-12) of {@link ContractDocument}, for editors and other tools. `contractFromJson` checks more:
 * names, references, and where a type is allowed.
 */
export const contractDocumentSchema: Readonly<Record<string, unknown>> = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Tenon contract",
  ...object(
    {
      $schema: { type: "string" },
      tenon: { const: 1 },
      id: { type: "string" },
      docs,
      types: array({
        anyOf: [
          declared("record", { fields: array(object({ name, type, docs }, "docs"), 1) }),
          declared("variant", { cases: array(object({ name, type, docs }, "type", "docs"), 1) }),
          declared("enum", { cases: array(label, 1), open: { const: true } }, "open"),
          declared("flags", { flags: array(label, 1) }),
          declared("resource", {
            constructs: { anyOf: [object(functionMembers, ...functionOptional), { type: "null" }] },
            methods: array(namedFunction),
            statics: array(namedFunction),
          }),
        ],
      }),
      imports: items,
      exports: items,
    },
    "$schema",
    "docs",
  ),
  $defs: {
    type: {
      anyOf: [
        { enum: [...primitives, "json"] },
        object({ list: type }),
        object({ option: type }),
        object({ result: object({ ok: payload, err: payload }) }),
        object({ tuple: array(type, 1) }),
        object({ map: object({ key: { enum: [...mapKeys] }, value: type }) }),
        object({ stream: payload }),
        object({ future: payload }),
        object({ own: { anyOf: [reference, object({ list: { const: "u8" } })] } }),
        object({ borrow: reference }),
        object({ ref: reference }),
      ],
    },
  },
};
