import {
  type Contract,
  type FunctionType,
  fullType,
  kebab,
  pascal,
  type Signature,
  type Type,
} from "../../../../contract/index.js";
import { callLater, declareLater, enterSynchronously, isAsynchronous, writeAsyncExport } from "./async-functions.js";
import { type FlatType, fieldsOf, flatten, flattenFunction, layoutOf } from "./flat-types.js";
import type { FlatValue, FlatValues } from "./flat-values.js";
import { goParameter, interfaceName } from "./go-names.js";
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

/** Returns `Get`, `NewCounter`, `CounterMaximum`, `Increment`: the name of a function in Go. */
export function goFunction({ kind, name, resource }: Signature): string {
  const plain = pascal(kebab(name));
  const own = resource === undefined ? "" : pascal(resource.name);
  if (kind === "constructor") return `New${own}`;
  return kind === "static" ? own + plain : plain;
}

/** Returns `get`, `[method]counter.increment`. */
export function memberName({ path }: Signature): string {
  return path.slice(path.indexOf("#") + 1);
}

/** Returns the full name of the interface that a function is in, or `undefined` for the world itself. */
export function scopeOf(contract: Contract, side: "imports" | "exports", signature: Signature): string | undefined {
  const key = signature.interface;
  const item = key === undefined ? undefined : contract[side][key];
  return key === undefined || item?.kind !== "interface" ? undefined : interfaceName(contract, key, item);
}

/** Writes the export that serves a function of the contract by calling `target`, an expression such as `tenonStore.Get`. */
export function writeExport(
  writers: Writers,
  name: string,
  signature: Signature,
  number: number,
  target?: string,
): void {
  if (isAsynchronous(signature)) {
    writeAsyncExport(writers, name, signature, number, target);
    return;
  }
  const { text } = writers;
  const type = fullType(signature);
  const flattened = flattenFunction(type);
  const inMemory = flattened.parameters === "memory";
  const flats: FlatValue[] = inMemory ? [] : named(flattened.parameters as readonly FlatType[]);
  const parameters = inMemory ? "p tenonUnsafe.Pointer" : declared(flats);
  const result = flattened.result === "memory" ? "uint32" : flattened.result;
  text.line();
  text.line(`//go:wasmexport ${name}`);
  text.block(`func tenonExport${number}(${parameters})${result === undefined ? "" : ` (out ${result})`} {`, () => {
    text.line("defer tenonGuard()");
    if (writers.asynchronous) enterSynchronously(text);
    const given = liftParameters(writers, type, flats, inMemory, "defer lent.End()");
    callAuthor(writers, type.result, callOf(signature, given, target), signature.label);
    if (writers.asynchronous) text.line("tenonSettle()");
    if (type.result !== undefined) lowerResult(writers, type.result, "result");
    if (result !== undefined) text.line("return");
  });
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

/** Writes the assignment of a result to `out`. */
function lowerResult({ text, flat, memory }: Writers, type: Type, value: string): void {
  if (flatten(type).length <= 1) {
    const [lowered] = flat.lower(type, value, text);
    if (lowered !== undefined) text.line(`out = ${lowered}`);
    return;
  }
  text.line(`area := new([${Math.ceil(layoutOf(type).size / 8)}]uint64)`);
  text.line("tenonBegin()");
  text.line(memory.store(type, "tenonUnsafe.Pointer(area)", value));
  text.line("out = tenonAddress(tenonUnsafe.Pointer(area))");
  text.line("tenonEnd()");
  text.line(`tenonRuntime.KeepAlive(${value})`);
}

/** Writes an imported function: the core import, and the method of `receiver` that calls it. */
export function writeImport(
  writers: Writers,
  module: string,
  signature: Signature,
  number: number,
  receiver: string,
): void {
  const { text, types } = writers;
  const type = fullType(signature);
  const flattened = flattenFunction(type);
  const inMemory = flattened.parameters === "memory";
  const flats = inMemory ? [] : named(flattened.parameters as readonly FlatType[]);
  const list = [
    ...(inMemory ? ["parameters tenonUnsafe.Pointer"] : flats.length === 0 ? [] : [declared(flats)]),
    ...(flattened.result === "memory" ? ["area tenonUnsafe.Pointer"] : []),
  ].join(", ");
  const result = flattened.result === "memory" || flattened.result === undefined ? "" : ` ${flattened.result}`;
  text.line();
  text.line(`//go:wasmimport ${module} ${memberName(signature)}`);
  text.line("//go:noescape");
  text.line(`func tenonImport${number}(${list})${result}`);
  if (signature.type.async) declareLater(writers, module, signature, number);
  text.line();
  text.docs(signature.type.docs);
  const name = goFunction(signature);
  const signatureText = types.signature(signature.kind === "constructor" ? type : signature.type);
  text.block(`func (${receiver}) ${name}${signatureText} {`, () => {
    const self = signature.kind === "method" ? ["tenonSelf"] : [];
    const values = [...self, ...signature.type.parameters.map((each) => goParameter(each.name))];
    if (signature.type.async) {
      text.block("if !tenonBlocks() {", () => callLater(writers, signature, values, number));
    }
    const given = lowerParameters(writers, type, values, inMemory);
    if (flattened.result === "memory") {
      text.line(`area := new([${Math.ceil(layoutOf(type.result as Type).size / 8)}]uint64)`);
      given.push("tenonUnsafe.Pointer(area)");
    }
    const call = `tenonImport${number}(${given.join(", ")})`;
    text.line(result === "" ? call : `flat := ${call}`);
    for (const [index, value] of values.entries())
      if (!isScalar(type.parameters[index]?.type as Type)) text.line(`tenonRuntime.KeepAlive(${value})`);
    text.block("if tenonThrown != 0 {", () => text.line("tenonThrow(tenonThrown)"));
    liftResult(writers, type.result, flattened.result, signature.label);
  });
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
