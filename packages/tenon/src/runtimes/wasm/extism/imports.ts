import type { FunctionType as CoreFunctionType, WasmModule } from "../../../binary/wasm/index.js";
import type { Contract, Signature, Type } from "../../../contract/core.js";
import { type Finding, finding, isTenonError } from "../../../errors/index.js";
import { preview1Names } from "../../../wasi/index.js";
import { type Codec, codecOf } from "./codec.js";
import { environmentNames } from "./kernel/kernel.js";
import { environmentModule, importedFunction, isPreview1, memberOf } from "./names.js";
import { type NumberForm, numberForm } from "./number-form.js";

/** A value of a host function: a number as it is, or a block of the memory that both share. */
export type Passing = { readonly number: NumberForm } | { readonly codec: Codec };

/** A host function that the plugin imports, and how its values are passed. */
export interface ImportPlan {
  readonly module: string;
  readonly name: string;
  readonly signature: Signature;
  /** Its name without its interface. */
  readonly member: string;
  readonly parameters: readonly Passing[];
  readonly result: Passing | undefined;
  /** What is given back where the contract's function answers with nothing. */
  readonly nothing: 0 | 0n | undefined;
}

/** Finds what a module imports in the contract, and says what nobody offers or does not fit. */
export function planImports(
  module: WasmModule,
  contract: Contract,
  given: string,
): { readonly plans: readonly ImportPlan[]; readonly findings: readonly Finding[] } {
  const plans: ImportPlan[] = [];
  const findings: Finding[] = [];
  for (const { module: from, name, external } of module.imports) {
    if (external.kind === "function" && isOwn(from, name)) continue;
    const signature = external.kind === "function" ? importedFunction(contract, from, name) : undefined;
    const type = external.kind === "function" ? module.types[external.type] : undefined;
    if (signature === undefined || type?.kind !== "function") {
      findings.push(unknown(from, name, external.kind, given));
      continue;
    }
    const planned = planImport(signature, type, given);
    if ("code" in planned) findings.push(planned);
    else plans.push({ module: from, name, signature, member: memberOf(signature), ...planned });
  }
  return { plans, findings };
}

/** Whether the runtime itself offers an import. */
export function isOwn(module: string, name: string): boolean {
  if (module === environmentModule) return environmentNames.has(name);
  return isPreview1(module) && preview1Names.has(name);
}

function planImport(
  { label, type }: Signature,
  core: CoreFunctionType,
  given: string,
): Pick<ImportPlan, "parameters" | "result" | "nothing"> | Finding {
  const misfit = (why: string) =>
    finding("TENON_EXTISM_SIGNATURE", {
      subject: label,
      message: `${given} imports ${label}() as ${coreText(core)}, and ${why}`,
    });
  if (core.parameters.length !== type.parameters.length)
    return misfit(`the contract gives it ${type.parameters.length} parameters`);
  const answered = type.result?.kind === "result" ? type.result.ok : type.result;
  if (core.results.length > 1 || (answered !== undefined && core.results.length === 0))
    return misfit("the contract gives it one result");
  try {
    const parameters = type.parameters.map((each, index) => passing(each.type, core.parameters[index]!, label, given));
    const [coreResult] = core.results;
    const result = answered === undefined ? undefined : passing(answered, coreResult!, label, given);
    const odd = [...parameters, ...(answered === undefined ? [] : [result])].indexOf(undefined);
    if (odd >= 0)
      return misfit(
        `a value of its ${odd < parameters.length ? `parameter ${odd + 1}` : "result"} cannot be passed so`,
      );
    return {
      parameters: parameters as Passing[],
      result,
      nothing: coreResult === undefined ? undefined : coreResult === "i64" ? 0n : 0,
    };
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return misfit(thrown.message);
  }
}

/** Numbers of the core type that they have go as they are; everything else in a block, whose offset is an `i64`. */
function passing(type: Type, core: string, label: string, given: string): Passing | undefined {
  const number = numberForm(type, core);
  if (number !== undefined) return { number };
  return core === "i64" ? { codec: codecOf(type, label, given) } : undefined;
}

function unknown(from: string, name: string, kind: string, given: string): Finding {
  return finding("TENON_WASM_IMPORT_UNKNOWN", {
    subject: `${from}#${name}`,
    message: `${given} imports the ${kind} "${from}" "${name}", which neither its contract nor Extism nor WASI has`,
  });
}

/** As the text format has it: `(i64, i32) -> (i64)`. */
function coreText({ parameters, results }: CoreFunctionType): string {
  return `(${parameters.join(", ")}) -> (${results.join(", ")})`;
}
