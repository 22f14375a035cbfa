import { importFrom } from "./packages.js";

/** wasm-tools: parses the text format of modules and components, and makes components from core modules. */
export interface TextFormat {
  parse(text: string): Promise<Uint8Array>;
  print(bytes: Uint8Array): Promise<string>;
  componentNew(
    module: Uint8Array,
    adapters: readonly (readonly [name: string, bytes: Uint8Array])[],
  ): Promise<Uint8Array>;
}

export async function textFormat(): Promise<TextFormat> {
  return importFrom("jco-transpile", "@bytecodealliance/jco-transpile/dist/wasm-tools.js");
}

/**
 * Parses a file of the text format.
 *
 * @throws an Error with line and column.
 */
export async function parseText(text: string, subject: string): Promise<Uint8Array> {
  const { parse } = await textFormat();
  try {
    return await parse(text);
  } catch (thrown) {
    // The tool throws the payload of a WIT result.
    const { payload } = thrown as { payload?: unknown };
    throw new Error(`${subject}: ${payload ?? thrown}`);
  }
}
