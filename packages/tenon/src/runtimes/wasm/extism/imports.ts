import type { FunctionType as CoreFunctionType, WasmModule } from "../../../binary/wasm/index.js";
import type { Contract, Signature, Type } from "../../../contract/core.js";
import { extismImportDiffers } from "../../../errors/factories/extism.js";
import { importUnknown } from "../../../errors/factories/wasm.js";
import { type Finding, isTenonError } from "../../../errors/index.js";
import { preview1Names } from "../../../wasi/index.js";
import { type Codec, codecOf } from "./codec.js";
import { environmentNames } from "./kernel/kernel.js";
import { environmentModule, importedFunction, isPreview1, memberOf } from "./names.js";
import { type NumberConversion, numberConversion } from "./number-conversion.js";

/** How a value of a host function is passed: a number as it is, anything else in a block of the shared memory. */
export type ValuePassing = { readonly number: NumberConversion } | { readonly codec: Codec };

/** A host function that the plugin imports, and how its values are passed. */
export interface ImportPlan {
  readonly module: string;
  readonly name: string;
  readonly signature: Signature;
  /** The function's name without its interface. */
  readonly member: string;
  readonly parameters: readonly ValuePassing[];
  readonly result: ValuePassing | undefined;
  /** The core value that is returned if the contract's function returns nothing. */
  readonly nothing: 0 | 0n | undefined;
}

/** Finds the imports of a module in the contract, and those that nothing provides or that do not fit. */
export function planImports(
  module: WasmModule,
  contract: Contract,
  given: string,
): { readonly plans: readonly ImportPlan[]; readonly findings: readonly Finding[] } {
  const plans: ImportPlan[] = [];
  const findings: Finding[] = [];
  for (const { module: from, name, external } of module.imports) {
    if (external.kind === "function" && isBuiltInImport(from, name)) continue;
    const signature = external.kind === "function" ? importedFunction(contract, from, name) : undefined;
    const type = external.kind === "function" ? module.types[external.type] : undefined;
    if (signature === undefined || type?.kind !== "function") {
      const what = `the ${external.kind} "${from}" "${name}"`;
      findings.push(importUnknown(given, what, ["its contract", "Extism", "WASI"], `${from}#${name}`).finding());
      continue;
    }
    const planned = planImport(signature, type, given);
    if ("code" in planned) findings.push(planned);
    else plans.push({ module: from, name, signature, member: memberOf(signature), ...planned });
  }
  return { plans, findings };
}

/** Whether the runtime itself provides an import. */
export function isBuiltInImport(module: string, name: string): boolean {
  if (module === environmentModule) return environmentNames.has(name);
  return isPreview1(module) && preview1Names.has(name);
}

function planImport(
  { label, type }: Signature,
  core: CoreFunctionType,
  given: string,
): Pick<ImportPlan, "parameters" | "result" | "nothing"> | Finding {
  const misfit = (why: string) => extismImportDiffers(given, label, coreText(core), why);
  if (core.parameters.length !== type.parameters.length)
    return misfit(`it has ${type.parameters.length} parameters in the contract`);
  const answered = type.result?.kind === "result" ? type.result.ok : type.result;
  if (core.results.length > 1 || (answered !== undefined && core.results.length === 0))
    return misfit(answered === undefined ? "it has no result in the contract" : "it has one result in the contract");
  try {
    const parameters = type.parameters.map((each, index) => passing(each.type, core.parameters[index]!, label, given));
    const [coreResult] = core.results;
    const result = answered === undefined ? undefined : passing(answered, coreResult!, label, given);
    const odd = [...parameters, ...(answered === undefined ? [] : [result])].indexOf(undefined);
    if (odd >= 0)
      return misfit(
        `the contract's type of its ${odd < parameters.length ? `parameter ${odd + 1}` : "result"} cannot be passed like that`,
      );
    return {
      parameters: parameters as ValuePassing[],
      result,
      nothing: coreResult === undefined ? undefined : coreResult === "i64" ? 0n : 0,
    };
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return misfit(thrown.message);
  }
}

/** Numbers are passed as they are if the core type fits, everything else in a block, whose offset is an `i64`. */
function passing(type: Type, core: string, label: string, given: string): ValuePassing | undefined {
  const number = numberConversion(type, core);
  if (number !== undefined) return { number };
  return core === "i64" ? { codec: codecOf(type, label, given) } : undefined;
}

/** The type as text: `(i64, i32) -> (i64)`. */
function coreText({ parameters, results }: CoreFunctionType): string {
  return `(${parameters.join(", ")}) -> (${results.join(", ")})`;
}
