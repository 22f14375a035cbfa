import { type Code, unsigned, type ValueType, valueType } from "./instructions.js";

/** The core type of a function. */
export interface CoreShape {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function that the module imports. */
export interface ImportedFunction extends CoreShape {
  readonly name: string;
}

/** A function that the module defines. */
export interface DefinedFunction extends CoreShape {
  readonly name: string;
  /** Types of the locals that follow the parameters. */
  readonly locals: readonly ValueType[];
  /** @param index the number of a function by its name. */
  readonly body: (index: (name: string) => number) => Code;
}

/**
 * Returns a core module that imports the memory and functions of the module `host`, and exports all functions that it defines.
 * Source: WebAssembly, "Binary Format", Modules.
 */
export function moduleBytes(imported: readonly ImportedFunction[], defined: readonly DefinedFunction[]): Uint8Array {
  const names = [...imported, ...defined].map(({ name }) => name);
  const index = (name: string) => names.indexOf(name);
  const memory = [...text("host"), ...text("memory"), 0x02, 0x00, 0x00];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([...imported, ...defined].map(functionType))),
    ...section(
      2,
      vector([memory, ...imported.map(({ name }, type) => [...text("host"), ...text(name), 0, ...unsigned(type)])]),
    ),
    ...section(3, vector(defined.map((_, number) => unsigned(imported.length + number)))),
    ...section(7, vector(defined.map(({ name }) => [...text(name), 0, ...unsigned(index(name))]))),
    ...section(10, vector(defined.map((each) => sized(functionCode(each, index))))),
  ]);
}

function functionType({ parameters, results }: CoreShape): number[] {
  return [
    0x60,
    ...vector(parameters.map((type) => [valueType(type)])),
    ...vector(results.map((type) => [valueType(type)])),
  ];
}

function functionCode({ locals, body }: DefinedFunction, index: (name: string) => number): number[] {
  return [...vector(locals.map((type) => [1, valueType(type)])), ...body(index), 0x0b];
}

const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);
const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: readonly number[]): number[] => [id, ...sized(content)];
