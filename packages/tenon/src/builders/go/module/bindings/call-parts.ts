import type { Contract, FunctionType, Signature, Type } from "../../../../contract/index.js";
import { type FlatType, fieldsOf } from "./flat-types.js";
import type { FlatValue, FlatValues } from "./flat-values.js";
import { goFunction } from "./function-names.js";
import type { GoText } from "./go-text.js";
import type { GoTypes } from "./go-types.js";
import { at, lends, type MemoryValues } from "./memory-values.js";

/** What the functions that write Go functions share. */
export interface Writers {
  readonly contract: Contract;
  readonly types: GoTypes;
  readonly memory: MemoryValues;
  readonly flat: FlatValues;
  readonly text: GoText;
  /** Whether any function of the contract is asynchronous. */
  readonly asynchronous: boolean;
  /** Whether the author's method for an asynchronous function takes a context first. */
  readonly takesContext: (signature: Signature) => boolean;
}

/** @param returnLoans the statement that returns what was lent. */
export function liftParameters(
  writers: Writers,
  type: FunctionType,
  flats: FlatValue[],
  inMemory: boolean,
  returnLoans?: string,
): string[] {
  const { text, flat, memory } = writers;
  const types = type.parameters.map((parameter) => parameter.type);
  const simple = types.every(isScalar);
  if (types.some(lends)) {
    text.line("var loans tenonLoans");
    text.line("lent := &loans");
    if (returnLoans !== undefined) text.line(returnLoans);
  }
  if (!simple) text.line("tenonBegin()");
  const { offsets } = fieldsOf(types);
  const given = types.map((each, index) => {
    const lifted = inMemory ? memory.load(each, at("p", offsets[index] ?? 0)) : flat.lift(each, flats, text);
    if (simple) return lifted;
    const variable = text.variable();
    text.line(`${variable} := ${lifted}`);
    return variable;
  });
  if (!simple) text.line("tenonEnd()");
  return given;
}

/** Returns the call of the author's method with the lifted parameters. */
export function callOf(
  signature: Signature,
  given: readonly string[],
  target: string | undefined,
  context: readonly string[] = [],
): string {
  const [self, rest] = target === undefined ? [given[0], given.slice(1)] : [undefined, given];
  return `${target ?? `${self}.${goFunction(signature)}`}(${[...context, ...rest].join(", ")})`;
}

/** Writes the call. Its result is in the variable `result`. */
export function callAuthor(writers: Writers, result: Type | undefined, call: string, label: string): void {
  const { text, types } = writers;
  if (result === undefined) {
    text.line(call);
    return;
  }
  if (result.kind !== "result") {
    text.line(`result := ${call}`);
    return;
  }
  text.line(`var result ${types.of(result)}`);
  text.line(result.ok === undefined ? `err := ${call}` : `ok, err := ${call}`);
  text.block("if err != nil {", () => {
    text.line("result.Failed = true");
    const payload = failurePayload(types, result.err, label);
    if (payload !== undefined) text.line(`result.Err = ${payload}`);
  });
  if (result.ok !== undefined) text.block("if err == nil {", () => text.line("result.Ok = ok"));
}

/** Returns an expression that converts a Go error to the contract's error case. */
function failurePayload(types: GoTypes, type: Type | undefined, label: string): string | undefined {
  if (type === undefined) return undefined;
  if (type.kind === "string") return "err.Error()";
  const of = types.of(type);
  return "name" in type ? `tenonFailure[${of}](err, "${label}")` : `tenonFailureValue[${of}](err, "${label}")`;
}

export function lowerParameters(
  writers: Writers,
  type: FunctionType,
  values: readonly string[],
  inMemory: boolean,
): string[] {
  const { text, flat, memory } = writers;
  const types = type.parameters.map((parameter) => parameter.type);
  const simple = types.every(isScalar);
  if (!simple) text.line("tenonBegin()");
  let given: string[];
  if (inMemory) {
    const { offsets, layout } = fieldsOf(types);
    text.line(`parameters := new([${Math.ceil(layout.size / 8)}]uint64)`);
    text.line("base := tenonUnsafe.Pointer(parameters)");
    for (const [index, each] of types.entries())
      text.line(memory.store(each, at("base", offsets[index] ?? 0), values[index] ?? ""));
    given = ["base"];
  } else {
    given = types.flatMap((each, index) => flat.lower(each, values[index] ?? "", text));
    if (!simple) {
      // Handles are created before the memory of the other parameters may be freed.
      given = given.map((expression) => {
        if (/^v\d+$/.test(expression)) return expression;
        const variable = text.variable();
        text.line(`${variable} := ${expression}`);
        return variable;
      });
    }
  }
  if (!simple) text.line("tenonEnd()");
  return given;
}

export function liftResult(
  writers: Writers,
  type: Type | undefined,
  flattened: FlatType | "memory" | undefined,
  label: string,
  read?: string,
): void {
  const { text, flat, memory } = writers;
  if (type === undefined) return;
  const isSimple = isScalar(type);
  if (!isSimple) text.line("tenonBegin()");
  const lifted =
    flattened === "memory"
      ? memory.load(type, "tenonUnsafe.Pointer(area)")
      : flat.lift(type, [{ expression: "flat", type: flattened ?? "uint32" }], text);
  if (isSimple) {
    text.line(`return ${lifted}`);
    return;
  }
  text.line(`answer := ${lifted}`);
  text.line("tenonEnd()");
  if (read !== undefined) text.line(read);
  if (type.kind !== "result") {
    text.line("return answer");
    return;
  }
  text.line("var err error");
  text.block("if answer.Failed {", () => text.line(`err = ${failureOf(type.err, label)}`));
  text.line(type.ok === undefined ? "return err" : "return answer.Ok, err");
}

/** Returns an expression that converts the contract's error case to a Go error. */
function failureOf(type: Type | undefined, label: string): string {
  if (type === undefined) return `tenonText("${label} failed")`;
  if (type.kind === "string") return "tenonText(answer.Err)";
  return "name" in type ? "answer.Err" : "tenonCarried(answer.Err)";
}

export function named(types: readonly FlatType[]): FlatValue[] {
  return types.map((type, index) => ({ expression: `p${index}`, type }));
}

export function declared(flats: readonly FlatValue[]): string {
  return flats.map(({ expression, type }) => `${expression} ${type}`).join(", ");
}

/** Whether values of a type need no further memory. */
export function isScalar(type: Type): boolean {
  switch (type.kind) {
    case "string":
    case "list":
    case "record":
    case "tuple":
    case "variant":
    case "option":
    case "result":
    case "own":
    case "borrow":
    case "stream":
    case "future":
      return false;
    default:
      return true;
  }
}
