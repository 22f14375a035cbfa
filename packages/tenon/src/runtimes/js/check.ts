import type { Builder } from "../../build/builder.js";
import type { Contract } from "../../contract/core.js";
import { contractNotCarried } from "../../errors/factories/host.js";
import { buildFinding, exportMissing } from "../../errors/factories/javascript.js";
import { type Finding, isTenonError } from "../../errors/index.js";
import type { Artifact } from "../../runtime/index.js";
import { nearest } from "../../runtime/nearest.js";
import { buildToCheck, entryOf } from "./prepare.js";

/** Builds the artifact without running it, and compares its exported names with those of the contract. */
export async function checkScript(
  artifact: Artifact,
  contract: Contract | undefined,
  builder: Builder<"script">,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let silent = false;
  try {
    const built = await buildToCheck(artifact, builder, signal);
    findings.push(...(built.notes ?? []));
    // Named exports can be compared with the contract; a default export can contain anything.
    silent = built.exports === undefined || built.exports.includes("default");
    if (contract !== undefined) findings.push(...missingExports(artifact, contract, built.exports));
  } catch (cause) {
    if (!isTenonError(cause)) throw cause;
    findings.push(buildFinding(cause, artifact.given));
  }
  if (artifact.manifest.contract === undefined) findings.push(contractNotCarried(artifact.given, silent));
  return findings;
}

/** Only a module of named exports shows before it runs what it lacks: a default export can contain anything. */
function missingExports(artifact: Artifact, contract: Contract, names: readonly string[] | undefined): Finding[] {
  if (names === undefined || names.includes("default")) return [];
  return Object.entries(contract.exports)
    .filter(([name, item]) => !names.includes(name) && !mayBeAbsent(item))
    .map(([name, item]) =>
      exportMissing(
        artifact.given,
        entryOf(artifact),
        name,
        item.kind === "function" ? "function" : "object",
        nearest(name, names),
        names,
      ),
    );
}

function mayBeAbsent(item: Contract["exports"][string]): boolean {
  if (item.kind === "function") return item.optional;
  if (item.kind === "resource") return false;
  return Object.values(item.members).every((member) => member.kind === "function" && member.optional);
}
