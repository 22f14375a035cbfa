import { readWasm } from "../../binary/wasm/index.js";
import { type Contract, compareContracts } from "../../contract/index.js";
import { type Finding, finding, isTenonError } from "../../errors/index.js";
import type { Artifact } from "../../runtime/index.js";
import type { ModuleBuilder } from "../../runtime/module-builder.js";
import { kindOf } from "./artifact-kind.js";
import { contractOfOwnTypes } from "./carried-contract.js";
import { compileShared } from "./compile.js";
import { checkComponentImports } from "./component/check.js";
import { checkCoreModule } from "./core-module/check.js";
import { checkExtism } from "./extism/index.js";
import type { WasmPayload } from "./payload.js";
import { readSource } from "./source.js";

/** Reads, validates and compares; runs nothing of the plugin. */
export async function checkWasm(
  artifact: Artifact,
  contract: Contract | undefined,
  builders: readonly ModuleBuilder[],
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
    const { bytes } = await readSource(artifact, builders);
    const file = readWasm(bytes);
    const payload: WasmPayload = { kind: kindOf(file), given: artifact.given, bytes };
    await compileShared(payload, { memory: 0, table: 0 });
    const carried = artifact.manifest.contract;
    if (payload.kind === "component")
      findings.push(...checkComponentImports(bytes, carried ?? contract, artifact.given));
    else if (payload.kind === "core-module" && file.kind === "module")
      findings.push(...checkCoreModule(file, carried ?? contract, artifact.given));
    else if (payload.kind === "extism" && file.kind === "module")
      findings.push(...checkExtism(file, carried ?? contract, artifact.given));
    if (payload.kind === "component" && carried !== undefined)
      findings.push(...compareWithItself(bytes, carried, artifact.given));
  });
  return findings;
}

/** A contract that comes with a component, in it or beside it, must be what the component's own types say. */
function compareWithItself(bytes: Uint8Array, carried: Contract, given: string): Finding[] {
  const { verdict, differences } = compareContracts(carried, contractOfOwnTypes(bytes, carried));
  if (verdict !== "breaks") return [];
  return differences
    .filter(({ severity }) => severity === "breaks")
    .map(({ path, host, plugin }) =>
      finding("TENON_WASM_EXPORT_TYPE", {
        subject: path,
        message: `${given} carries a contract that is not its own: ${path}: the contract has ${host}, the component ${plugin}`,
      }),
    );
}
