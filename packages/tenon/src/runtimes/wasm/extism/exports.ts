import type { WasmModule } from "../../../binary/wasm/index.js";
import { type Contract, type Signature, signatures } from "../../../contract/core.js";
import {
  extismExportMissing,
  extismResourceUnsupported,
  extismSignatureUnsupported,
  extismTooManyParameters,
} from "../../../errors/factories/extism.js";
import { type Finding, isTenonError } from "../../../errors/index.js";
import { type Codec, codecOf } from "./codec.js";
import { memberOf, spellings } from "./names.js";

/** A function of the plugin, and the codecs for its values. */
export interface ExportPlan {
  readonly signature: Signature;
  /** The name of the export. */
  readonly name: string;
  readonly input: Codec | undefined;
  /** For the returned value; for a `result`, its ok case. */
  readonly output: Codec | undefined;
  /** For the error case of a `result`. */
  readonly error: Codec | undefined;
}

/** Exports of language runtimes that look like functions of a plugin. */
const runtimeExports = new Set([
  "_initialize",
  "_start",
  "hs_init",
  "hs_exit",
  "__wasm_call_ctors",
  "__wasm_call_dtors",
]);

/** Returns the names of the exports that an Extism host can call: functions without parameters that return a code or nothing. */
export function callableExports(module: WasmModule): ReadonlySet<string> {
  const names = module.exports.filter(({ name, kind, index }) => {
    if (kind !== "function" || runtimeExports.has(name)) return false;
    const type = module.functionType(index);
    const result = type?.results[0];
    return (
      type?.parameters.length === 0 &&
      type.results.length <= 1 &&
      (result === undefined || result === "i32" || result === "i64")
    );
  });
  return new Set(names.map(({ name }) => name));
}

/** Finds the functions of a contract in a module, and what does not fit. Functions of interfaces are found by their own names. */
export function planExports(
  module: WasmModule,
  contract: Contract,
  given: string,
): { readonly plans: readonly ExportPlan[]; readonly findings: readonly Finding[] } {
  const callable = callableExports(module);
  const plans: ExportPlan[] = [];
  const findings: Finding[] = [];
  for (const signature of signatures(contract.exports)) {
    if (signature.resource !== undefined) {
      // Every resource has exactly one drop: report it once.
      if (signature.kind === "drop")
        findings.push(extismResourceUnsupported(given, signature.label.replace("[drop]", "")));
      continue;
    }
    const names = spellings(memberOf(signature));
    const name = names.find((each) => callable.has(each));
    const planned = planExport(signature, name, given);
    if ("input" in planned) plans.push(planned);
    else if (!signature.type.optional || name !== undefined) findings.push(planned);
  }
  return { plans, findings };
}

function planExport(signature: Signature, name: string | undefined, given: string): ExportPlan | Finding {
  const { label, type } = signature;
  if (type.parameters.length > 1) return extismTooManyParameters(given, label, type.parameters.length);
  if (name === undefined) return extismExportMissing(given, label, [...new Set(spellings(memberOf(signature)))]);
  try {
    const codec = (of: typeof type.result) => of && codecOf(of, label, given);
    const result = type.result?.kind === "result" ? type.result : { ok: type.result, err: undefined };
    return {
      signature,
      name,
      input: codec(type.parameters[0]?.type),
      output: codec(result.ok),
      error: codec(result.err),
    };
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return extismSignatureUnsupported(given, label, thrown.message);
  }
}
