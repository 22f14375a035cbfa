import { fullType, type Signature, type Type } from "../../../../contract/index.js";
import { callLater, declareLater, enterSynchronously, isAsynchronous, writeAsyncExport } from "./async-functions.js";
import {
  callAuthor,
  callOf,
  declared,
  isScalar,
  liftParameters,
  liftResult,
  lowerParameters,
  named,
  type Writers,
} from "./call-parts.js";
import { type FlatType, flatten, flattenFunction, layoutOf } from "./flat-types.js";
import type { FlatValue } from "./flat-values.js";
import { goFunction, memberName } from "./function-names.js";
import { goParameter } from "./go-names.js";

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
