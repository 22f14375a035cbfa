import type { TextWriter } from "../../../contract/formats/text-writer.js";
import { fullType, type ResourceType } from "../../../contract/index.js";
import type { CTypes } from "./c-types.js";
import { flatten, hasPointers, passing } from "./flat.js";
import { coreTypes } from "./flat-values.js";
import type { CFunction } from "./functions.js";
import { declareImport } from "./imports.js";
import { type ParameterWriter, parameterNames } from "./parameters.js";
import type { ValueWalk } from "./value-walk.js";

/** Asynchronous calls pass more parameters than this in memory. */
const mostFlatParameters = 4;

/** The writers that generate the glue of a contract, function by function. */
export interface GlueParts {
  readonly types: CTypes;
  readonly text: TextWriter;
  readonly walk: ValueWalk;
  readonly parameters: ParameterWriter;
  /** For each of the host's resources, the C function that drops a handle to it. */
  readonly drops: ReadonlyMap<ResourceType, string>;
}

/**
 * Writes the exports that serve an asynchronous function, and the function with which the author returns its result.
 *
 * Source: Component Model, CanonicalABI.md, "canon lift", "canon task.return".
 */
export function writeTaskExport(
  parts: GlueParts,
  { signature, name, coreName, module, asynchronous }: CFunction,
  number: number,
) {
  const { text, parameters, walk, drops } = parts;
  const type = fullType(signature);
  const types = type.parameters.map((parameter) => parameter.type);
  const { parameters: flat } = passing({ ...type, result: undefined });
  const core = flat === "memory" ? ["void *parameters"] : flat.map((each, at) => `${coreTypes[each]} p${at}`);
  writeReturn(parts, module, coreName.slice(coreName.indexOf("#") + 1), number, { signature, asynchronous });
  text.line(`__attribute__((export_name("[async-lift]${coreName}")))`);
  text.block(`int32_t tenon_export_${number}(${core.join(", ") || "void"}) {`, () => {
    text.line(`TenonTask task = tenon_begin_task(&tenon_function_${number});`);
    parameters.take(types, flat);
    for (const [at, each] of types.entries()) {
      walk.borrowed(each, `a${at}`, (resource, handle) =>
        text.line(`tenon_task_borrows(task, ${drops.get(resource)}, ${handle});`),
      );
    }
    text.line(`${name}(${["task", ...parameterNames(types)].join(", ")});`);
    text.line("return tenon_end_turn();");
  });
  text.line(`__attribute__((export_name("[callback][async-lift]${coreName}")))`);
  text.block(`int32_t tenon_callback_${number}(int32_t event, int32_t waitable, int32_t payload) {`, () =>
    text.line("return tenon_callback(event, waitable, payload);"),
  );
}

function writeReturn(
  { types, text, parameters }: GlueParts,
  module: string,
  member: string,
  number: number,
  { signature, asynchronous }: Pick<CFunction, "signature" | "asynchronous">,
): void {
  const { result } = fullType(signature);
  const given = result === undefined ? [] : [{ name: "result", type: result }];
  const { parameters: flat } = passing({ ...fullType(signature), parameters: given, result: undefined });
  const core = flat === "memory" ? ["const void *"] : flat.map((each) => coreTypes[each]);
  text.gap();
  declareImport(
    text,
    `[export]${module}`,
    `[task-return]${member}`,
    `void tenon_return_${number}(${core.join(", ") || "void"})`,
  );
  text.line(`static const char tenon_function_${number};`);
  text.block(`${asynchronous!.head} {`, () => {
    text.line(`tenon_begin_answer(task, &tenon_function_${number}, "${asynchronous!.name}");`);
    if (flat === "memory")
      text.line(`${types.declaration(result!, "answer")} = a0;`).line(`tenon_return_${number}(&answer);`);
    else
      text.line(`tenon_return_${number}(${parameters.give(result === undefined ? [] : [result], false).join(", ")});`);
    text.line("tenon_end_answer();");
  });
}

/**
 * Writes the asynchronous form of a host function: a callback receives the result.
 *
 * Source: Component Model, CanonicalABI.md, "canon lower".
 */
export function writeAsyncCall(
  { types, text, parameters, walk }: GlueParts,
  { signature, module, coreName, asynchronous }: CFunction,
  number: number,
) {
  const type = fullType(signature);
  const given = type.parameters.map((parameter) => parameter.type);
  const flat = given.flatMap(flatten);
  const inMemory = flat.length > mostFlatParameters;
  const core = inMemory ? ["const void *"] : flat.map((each) => coreTypes[each] as string);
  const { result } = type;
  if (result !== undefined) core.push("void *");
  const callback = asynchronous!.callback!.name;
  const resultType = result && types.name(result);
  text.gap();
  declareImport(
    text,
    module,
    `[async-lower]${coreName}`,
    `int32_t tenon_later_${number}(${core.join(", ") || "void"})`,
  );
  text.block(`static void tenon_answered_${number}(TenonCall *call, TenonOutcome outcome) {`, () => {
    const list = ["call->state"];
    if (result !== undefined) {
      text.line(`${types.declaration(result, "result")};`);
      text.line("__builtin_memset(&result, 0, sizeof result);");
      text.block("if (!outcome.is_error) {", () => {
        text.line("__builtin_memcpy(&result, call->result, sizeof result);");
        if (hasPointers(result)) walk.received(result, "result");
      });
      list.push("result");
    }
    text.line(`((${callback} *)call->callback)(${[...list, "outcome"].join(", ")});`);
  });
  text.block(`${asynchronous!.head} {`, () => {
    const size = resultType === undefined ? "0" : `sizeof(${resultType})`;
    text.line(`TenonCall *call = tenon_new_call(${size}, tenon_answered_${number}, (void (*)(void))callback, state);`);
    const values = parameters.give(given, inMemory);
    if (result !== undefined) values.push("call->result");
    text.line(`tenon_called(call, tenon_later_${number}(${values.join(", ")}));`);
  });
}
