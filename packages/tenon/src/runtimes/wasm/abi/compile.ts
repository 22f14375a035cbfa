import { abiViolation, valueMatchesNoCase } from "../../../errors/factories/wasm-call.js";
import type { ComponentState } from "./component-state.js";
import { type GuestMemory, guestMemory } from "./guest-memory.js";
import type { HandleUse } from "./memory-source.js";
import type { CanonicalOptions } from "./options.js";
import { bitsOfF32, bitsOfF64, f32OfBits, f64OfBits } from "./reinterpret.js";
import { textCodecs } from "./text/codec.js";
import type { ValueSource } from "./value-source.js";

/** Generated code before it is bound to an instance. */
export type CompiledSource = (context: Readonly<Record<string, unknown>>) => (...parameters: any[]) => any;

/** The values that generated functions of one instance use, by the names that the source has for them. */
export interface CodeContext {
  readonly memory: GuestMemory;
  readonly state: ComponentState;
  readonly [name: string]: unknown;
}

/** Returns the values that the source of {@link ValueSource} expects. */
export function codeContext(options: CanonicalOptions, state: ComponentState, label: string): CodeContext {
  const { subject } = state;
  const text = textCodecs[options.stringEncoding];
  return {
    memory: guestMemory(options, state),
    state,
    subject,
    readBytes: text.read,
    writeBytes: text.write,
    bitsOfF32,
    bitsOfF64,
    f32OfBits,
    f64OfBits,
    badCase: (given: number, count: number) =>
      abiViolation(subject, `${label}(): expected a case from 0 to ${count - 1}, found ${given}`),
    badCharacter: (code: number) => abiViolation(subject, `${label}(): ${code} is not a valid character`),
    badValue: () => valueMatchesNoCase(label),
  };
}

const prelude = `
function readText(p, n) { return readBytes(memory, p, n, subject); }
function writeText(v) { return writeBytes(memory, v); }
function character(c) {
  if (c > 1114111 || (c >= 55296 && c <= 57343)) throw badCharacter(c);
  return String.fromCodePoint(c);
}`;

/**
 * Evaluates a function expression together with the helpers of its values.
 *
 * @param handles returns the function that passes handles under {@link HandleUse.name}.
 */
export function compile(
  values: ValueSource,
  expression: string,
  context: CodeContext,
  handles: (use: HandleUse) => unknown,
): (...parameters: any[]) => any {
  const names = { ...context, ...Object.fromEntries(values.uses.map((use) => [use.name, handles(use)])) };
  // The source is made of types alone: labels go through JSON.stringify, values never enter it.
  const source = `"use strict";
const { ${Object.keys(names).join(", ")} } = context;
${values.helpers === "" && !expression.includes("Text(") && !expression.includes("character(") ? "" : prelude}
${values.borrows ? "let scope;" : ""}
${values.helpers}
return ${expression};`;
  return evaluated(source, context.state)(names);
}

function evaluated(source: string, { sources }: ComponentState): CompiledSource {
  let found = sources.get(source);
  if (found === undefined) sources.set(source, (found = new Function("context", source) as CompiledSource));
  return found;
}
