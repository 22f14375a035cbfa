import { mapParts, mostValueLevels } from "../../../../contract/core.js";
import { readJson, writeJson } from "../../../../contract/json/index.js";
import type { GuardSource } from "../../../../contract/validate/guard.js";
import {
  abiViolation,
  jsonUnwritable,
  mapKeyRepeated,
  valueMatchesNoCase,
} from "../../../../errors/factories/wasm-call.js";
import type { HandleUse } from "../code/memory-source.js";
import type { CanonicalOptions } from "../code/options.js";
import { bitsOfF32, bitsOfF64, f32OfBits, f64OfBits } from "../code/reinterpret.js";
import type { ValueSource } from "../code/value-source.js";
import type { CompiledSource, ComponentState } from "../state/component-state.js";
import { type GuestMemory, guestMemory } from "../state/guest-memory.js";
import { textCodecs } from "../text/codecs.js";

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
    repeatedKey: (key: unknown) => mapKeyRepeated(label, key),
    mapParts,
    readJson(text: string) {
      const bytes = state.limit === 0 ? Number.POSITIVE_INFINITY : state.limit;
      return readJson(text, { bytes, levels: mostValueLevels }, `${label}(): JSON from the plugin`);
    },
    jsonText(value: unknown) {
      const text = writeJson(value);
      if (text === undefined) throw jsonUnwritable(label);
      return text;
    },
  };
}

const prelude = `
function readText(p, n) { return readBytes(memory, p, n, subject); }
function writeText(v) { return writeBytes(memory, v); }
function readJsonText(p, n) { return readJson(readText(p, n)); }
function writeJsonText(v) { return writeText(jsonText(v)); }
function character(c) {
  if (c > 1114111 || (c >= 55296 && c <= 57343)) throw badCharacter(c);
  return String.fromCodePoint(c);
}`;

/** Generated code, and what it needs to know of its values. */
export interface GeneratedCode {
  readonly values: ValueSource;
  /** A function expression. */
  readonly expression: string;
  /** What a guard in the expression calls. */
  readonly links?: GuardSource["links"];
}

/** {@link GeneratedCode} that is kept with its type, to be bound to one instance after the other. */
export interface Program extends GeneratedCode {
  source: string | undefined;
}

const programs = new WeakMap<object, Map<string, Program>>();

/**
 * Returns the code for a type. It is generated once, so that instances that share their types (see `LinkRecord`) share it too.
 *
 * @param variant everything but the type that the code depends on.
 */
export function programOf(type: object, variant: string, generate: () => GeneratedCode): Program {
  let variants = programs.get(type);
  if (variants === undefined) programs.set(type, (variants = new Map()));
  let program = variants.get(variant);
  if (program === undefined) variants.set(variant, (program = { ...generate(), source: undefined }));
  return program;
}

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
  return bind({ values, expression, source: undefined }, { ...context }, handles);
}

/** {@link compile} for code that was generated before. Adds the functions that pass handles to the context. */
export function bind(
  program: Program,
  context: CodeContext,
  handles: (use: HandleUse) => unknown,
): (...parameters: any[]) => any {
  const names: Record<string, unknown> = context;
  if (program.links !== undefined) names.links = program.links;
  for (const use of program.values.uses) names[use.name] = handles(use);
  program.source ??= sourceOf(program, Object.keys(names));
  return evaluated(program.source, context.state)(names);
}

// The source is made of types alone: labels go through JSON.stringify, values never enter it.
function sourceOf({ values, expression }: GeneratedCode, names: readonly string[]): string {
  return `"use strict";
const { ${names.join(", ")} } = context;
${values.helpers === "" && !expression.includes("Text(") && !expression.includes("character(") ? "" : prelude}
${values.borrows ? "let scope;" : ""}
${values.helpers}
return ${expression};`;
}

function evaluated(source: string, { sources }: ComponentState): CompiledSource {
  let found = sources.get(source);
  if (found === undefined) sources.set(source, (found = new Function("context", source) as CompiledSource));
  return found;
}
