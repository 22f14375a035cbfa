import type { JsonSchema } from "../../runtime/index.js";

/** The options of the WebAssembly runtime: how a plugin sees time and chance, and what a command is started with. */
export const wasmOptions: JsonSchema = {
  type: "object",
  properties: {
    clock: {
      description: "Freezes all clocks at this time, in milliseconds since 1970; only sleeping advances them.",
      type: "number",
      minimum: 0,
      maximum: 8.64e15,
    },
    seed: { description: "The seed for random numbers.", type: ["string", "number"] },
    arguments: {
      description: "Arguments of a command, after its own name.",
      type: "array",
      items: { type: "string" },
    },
    input: {
      description: "What a command reads from its standard input: text, or bytes.",
      type: "string",
      format: "binary",
    },
  },
  additionalProperties: false,
};
