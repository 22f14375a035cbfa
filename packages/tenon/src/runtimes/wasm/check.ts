import { readWasm } from "../../binary/wasm/index.js";
import type { Builder } from "../../build/builder.js";
import { type Contract, compareContracts } from "../../contract/index.js";
import { recursionIn } from "../../contract/model/component-types.js";
import { recursionUnsupported } from "../../errors/factories/contract.js";
import { carriedContractDiffers, sourceNotBuilt } from "../../errors/factories/wasm.js";
import { type Finding, finding, isTenonError } from "../../errors/index.js";
import type { Artifact } from "../../runtime/index.js";
import { contractOfOwnTypes } from "./carried-contract.js";
import { checkCommand } from "./command/check.js";
import { checkComponentImports } from "./component/check.js";
import { checkCoreModule } from "./core-module/check.js";
import { checkExtism } from "./extism/index.js";
import { kindOf } from "./modules/artifact-kind.js";
import { compileShared } from "./modules/compile.js";
import type { WasmPayload } from "./modules/payload.js";
import { builderThatRunsCode } from "./recognise.js";
import { readSource } from "./source.js";

/** Reads and validates the plugin and compares its contract. Runs none of its code. */
export async function checkWasm(
  artifact: Artifact,
  contract: Contract | undefined,
  builders: readonly Builder<"wasm">[],
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const attempt = async (step: () => unknown): Promise<void> => {
    try {
      await step();
    } catch (thrown) {
      if (!isTenonError(thrown)) throw thrown;
      findings.push(
        ...(thrown.findings.length > 0
          ? thrown.findings
          : [
              finding(thrown.code, {
                subject: thrown.subject ?? artifact.given,
                message: thrown.message,
                fix: thrown.fix,
              }),
            ]),
      );
    }
  };
  await attempt(async () => {
    const builder = await builderThatRunsCode(artifact, builders);
    if (builder === undefined) {
      const { bytes } = await readSource(artifact, builders, signal);
      findings.push(...(await checkModule(bytes, artifact, contract)));
      return;
    }
    await builder.contract(artifact);
    findings.push(...((await builder.check?.(artifact, signal)) ?? []), sourceNotBuilt(artifact.given));
  });
  return findings;
}

/**
 * Checks a module or component that was read or built.
 *
 * @throws TENON_BINARY_MALFORMED and others if it is not valid WebAssembly
 */
export async function checkModule(
  bytes: Uint8Array,
  { given, manifest }: Artifact,
  contract: Contract | undefined,
): Promise<readonly Finding[]> {
  const file = readWasm(bytes);
  const payload: WasmPayload = { kind: kindOf(file), given, bytes };
  await compileShared(payload, { memory: 0, table: 0 });
  const carried = manifest.contract;
  const known = carried ?? contract;
  const recursion = known && recursionIn(known);
  if (known !== undefined && recursion !== undefined)
    throw recursionUnsupported(known.id, recursion.label, recursion.type.target.name);
  if (payload.kind === "component")
    return [
      ...checkComponentImports(bytes, known, given),
      ...(carried === undefined ? [] : compareCarriedContract(bytes, carried, given)),
    ];
  if (file.kind !== "module") return [];
  if (payload.kind === "core-module") return checkCoreModule(file, known, given);
  if (payload.kind === "command") return checkCommand(file, given);
  return payload.kind === "extism" ? checkExtism(file, known, given) : [];
}

/** Compares the contract in or beside a component with the component's own types. */
function compareCarriedContract(bytes: Uint8Array, carried: Contract, given: string): Finding[] {
  const { verdict, differences } = compareContracts(carried, contractOfOwnTypes(bytes, carried));
  if (verdict !== "breaks") return [];
  return differences
    .filter(({ severity }) => severity === "breaks")
    .map(({ path, host, plugin }) => carriedContractDiffers(given, path, host, plugin));
}
