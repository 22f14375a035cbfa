/** Codes about JSON Schemas that become contracts. */
export const schemaCodes = {
  TENON_SCHEMA_INVALID: {
    title: "A JSON Schema is not valid",
    cause:
      "A keyword has a value that JSON Schema does not allow, a reference leads nowhere or back to itself, no value can fit the schema, or a list of tools has a tool without a name.",
    fix: "Correct the schema at the path that the message names.",
  },
  TENON_SCHEMA_REFERENCE: {
    title: "A JSON Schema refers to another document",
    cause:
      "A $ref leads out of the document. Tenon reads schemas of plugins that are not trusted, and fetches nothing.",
    fix: "Copy the other schema into $defs of this one, and refer to it as #/$defs/NAME.",
  },
  TENON_SCHEMA_TOO_LARGE: {
    title: "A JSON Schema is too large",
    cause:
      "The schema has too many parts or nests them too deep, or its references multiply: schemas that each use another one twice double at each level.",
    fix: "Split the schema, or convert only the tools that you need.",
  },
  TENON_SCHEMA_NAMES: {
    title: "Two tools have the same name in a contract",
    cause: "Names become kebab-case in a contract, so that read_file and readFile are the same.",
    fix: "Name one of them differently in the contract, with the option names.",
  },
  TENON_SCHEMA_LOSSY: {
    title: "A contract's types cannot say all of a JSON Schema",
    cause:
      "JSON Schema describes which texts are valid, a contract which types values have. What has no type is a t.json, and what limits a value further is checked when it is converted.",
    fix: "Nothing must be done. For a type, use a discriminator in each case of oneOf, names in enum, and objects with properties.",
  },
} as const;
