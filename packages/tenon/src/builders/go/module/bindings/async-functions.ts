import { fullType, type Signature, streamTypes, type Type } from "../../../../contract/index.js";
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
import { type FlatType, flatten, flattenFunction, layoutOf, mostFlatParameters } from "./flat-types.js";
import type { FlatValue } from "./flat-values.js";
import { memberName } from "./function-names.js";
import type { GoText } from "./go-text.js";
import { lends } from "./memory-values.js";

/** Asynchronous calls of host functions pass more parameters than this in memory. */
const mostFlatAsyncParameters = 4;

/** Whether a function is asynchronous: declared so, or with a stream or future in its type. */
export function isAsynchronous(signature: Signature): boolean {
  return signature.type.async || streamTypes(fullType(signature)).length > 0;
}

/** Writes the start of a synchronous function in a plugin that also has asynchronous ones. */
export function enterSynchronously(text: GoText): void {
  text.line("tenonSync++");
  text.line("defer tenonLeave()");
}

/** Writes the export that serves an asynchronous function: it starts a goroutine, and `task.return` returns its result. */
export function writeAsyncExport(
  writers: Writers,
  name: string,
  signature: Signature,
  number: number,
  target?: string,
): void {
  const { text } = writers;
  const type = fullType(signature);
  const { parameters } = flattenFunction(type);
  const inMemory = parameters === "memory";
  const flats: FlatValue[] = inMemory ? [] : named(parameters as readonly FlatType[]);
  const hash = name.indexOf("#");
  const [scope, member] = hash < 0 ? ["$root", name] : [name.slice(0, hash), name.slice(hash + 1)];
  const answer = type.result === undefined ? [] : flatten(type.result);
  const answerInMemory = answer.length > mostFlatParameters;
  text.line();
  text.line(`//go:wasmimport [export]${scope} [task-return]${member}`);
  text.line(`func tenonReturn${number}(${answerInMemory ? "p tenonUnsafe.Pointer" : declared(named(answer))})`);
  text.line();
  text.line(`//go:wasmexport [callback][async-lift]${name}`);
  text.line(
    `func tenonCallback${number}(event, index, payload uint32) uint32 { return tenonCallback(event, index, payload) }`,
  );
  text.line();
  text.line(`//go:wasmexport [async-lift]${name}`);
  text.block(`func tenonExport${number}(${inMemory ? "p tenonUnsafe.Pointer" : declared(flats)}) uint32 {`, () => {
    const given = liftParameters(writers, type, flats, inMemory);
    text.block(
      "return tenonStart(func(task *tenonTask) func() {",
      () => {
        if (type.parameters.some((each) => lends(each.type))) text.line("defer lent.End()");
        const context = writers.takesContext(signature) ? ["task.context()"] : [];
        callAuthor(writers, type.result, callOf(signature, given, target, context), signature.label);
        text.block("return func() {", () => giveAnswer(writers, type.result, answerInMemory, number));
      },
      "})",
    );
  });
}

function giveAnswer(writers: Writers, result: Type | undefined, inMemory: boolean, number: number): void {
  const { text, flat, memory } = writers;
  if (result === undefined) {
    text.line(`tenonReturn${number}()`);
    return;
  }
  const simple = isScalar(result);
  if (!simple) text.line("tenonBegin()");
  if (inMemory) {
    text.line(`area := new([${Math.ceil(layoutOf(result).size / 8)}]uint64)`);
    text.line(memory.store(result, "tenonUnsafe.Pointer(area)", "result"));
    text.line(`tenonReturn${number}(tenonUnsafe.Pointer(area))`);
  } else text.line(`tenonReturn${number}(${flat.lower(result, "result", text).join(", ")})`);
  if (!simple) {
    text.line("tenonEnd()");
    text.line("tenonRuntime.KeepAlive(result)");
  }
}

/** Declares the asynchronous form of an imported function. */
export function declareLater({ text }: Writers, module: string, signature: Signature, number: number): void {
  const type = fullType(signature);
  const flats = type.parameters.flatMap((each) => flatten(each.type));
  const list = [
    ...(flats.length > mostFlatAsyncParameters
      ? ["parameters tenonUnsafe.Pointer"]
      : flats.length === 0
        ? []
        : [declared(named(flats))]),
    ...(type.result === undefined ? [] : ["area tenonUnsafe.Pointer"]),
  ];
  text.line();
  text.line(`//go:wasmimport ${module} [async-lower]${memberName(signature)}`);
  text.line(`func tenonLater${number}(${list.join(", ")}) uint32`);
}

/** Writes the call of an imported function, during which other goroutines can run. */
export function callLater(writers: Writers, signature: Signature, values: readonly string[], number: number): void {
  const { text } = writers;
  const type = fullType(signature);
  const flats = type.parameters.flatMap((each) => flatten(each.type));
  const given = lowerParameters(writers, type, values, flats.length > mostFlatAsyncParameters);
  const { result } = type;
  const kept = result !== undefined && !isScalar(result);
  if (result !== undefined) {
    text.line(`area := new([${Math.ceil(layoutOf(result).size / 8)}]uint64)`);
    given.push("tenonUnsafe.Pointer(area)");
  }
  if (kept) text.line("tenonAwaited++");
  text.line(`tenonCalled(tenonLater${number}(${given.join(", ")}), ${kept ? 1 : 0})`);
  for (const [index, value] of values.entries())
    if (!isScalar(type.parameters[index]?.type as Type)) text.line(`tenonRuntime.KeepAlive(${value})`);
  if (result === undefined) text.line("return");
  else liftResult(writers, result, "memory", signature.label, kept ? "tenonAwaited--" : undefined);
}
