import type { WasmModule } from "../../../binary/wasm/index.js";
import { type Contract, type Signature, signatures } from "../../../contract/core.js";
import { type Finding, finding, isTenonError } from "../../../errors/index.js";
import { type Codec, codecOf } from "./codec.js";
import { memberOf, spellings } from "./names.js";

/** A function of the plugin, and how its values are passed. */
export interface ExportPlan {
  readonly signature: Signature;
  /** As the module has it. */
  readonly name: string;
  readonly input: Codec | undefined;
  /** Of the answer: of a `result` its ok side. */
  readonly output: Codec | undefined;
  /** Of the error case of a `result`. */
  readonly error: Codec | undefined;
}

/** Exports that languages' run times have for themselves, and that look like functions of a plugin. */
const runtimeExports = new Set([
  "_initialize",
  "_start",
  "hs_init",
  "hs_exit",
  "__wasm_call_ctors",
  "__wasm_call_dtors",
]);

/** Names of what an Extism host can call: functions without parameters, which answer with a code or with nothing. */
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

/** Finds the functions of a contract in a module, and says what does not fit. Functions of interfaces are found by their own names. */
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
      if (signature.kind === "drop") findings.push(noResources(signature, given));
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
  if (type.parameters.length > 1) {
    return finding("TENON_EXTISM_SIGNATURE", {
      subject: label,
      message: `${given}: ${label}() has more than one parameter, and functions of Extism plugins take at most one value`,
    });
  }
  if (name === undefined) {
    return finding("TENON_WASM_EXPORT_MISSING", {
      subject: label,
      message: `${given} exports no function ${spellings(memberOf(signature)).join(", ")} without parameters, for ${label}() of its contract`,
    });
  }
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
    return finding("TENON_EXTISM_SIGNATURE", { subject: label, message: `${given}: ${label}(): ${thrown.message}` });
  }
}

/** Told once for each resource, by what every resource has. */
function noResources({ label }: Signature, given: string): Finding {
  const subject = label.replace("[drop]", "");
  return finding("TENON_EXTISM_SIGNATURE", {
    subject,
    message: `${given}: ${subject} is a resource, and Extism plugins have none`,
  });
}
