import type { Contract } from "../../contract/core.js";
import { type Finding, finding, isTenonError } from "../../errors/index.js";
import type { Artifact } from "../../runtime/index.js";
import { didYouMean } from "../../runtime/nearest.js";
import type { ScriptBuilder } from "../../runtime/script.js";
import { entryOf } from "./prepare.js";

/** Builds the artifact without running it, and compares the names that it exports with those of the contract. */
export async function checkScript(
  artifact: Artifact,
  contract: Contract | undefined,
  build: ScriptBuilder,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let silent = false;
  try {
    const built = await build(entryOf(artifact));
    // Names that are all there speak for the plugin; a default export can hold anything, and says nothing.
    silent = built.exports === undefined || built.exports.includes("default");
    if (contract !== undefined) findings.push(...missingExports(artifact, contract, built.exports));
  } catch (cause) {
    if (!isTenonError(cause)) throw cause;
    findings.push(
      finding(cause.code, { subject: cause.subject ?? artifact.given, message: cause.message, fix: cause.fix }),
    );
  }
  if (artifact.manifest.contract === undefined) {
    findings.push(
      finding("TENON_CONTRACT_NOT_CARRIED", {
        severity: silent ? "warning" : "info",
        subject: artifact.given,
        message: `${artifact.given} carries no contract, so ${silent ? "what it exports is known only when it is opened" : "types are compared only as values pass"}`,
      }),
    );
  }
  return findings;
}

/** A default export can hold anything; only a module of named exports tells before it runs what it lacks. */
function missingExports(artifact: Artifact, contract: Contract, names: readonly string[] | undefined): Finding[] {
  if (names === undefined || names.includes("default")) return [];
  return Object.entries(contract.exports)
    .filter(([name, item]) => !names.includes(name) && !mayBeAbsent(item))
    .map(([name, item]) =>
      finding("TENON_EXPORT_MISSING", {
        subject: name,
        message: `${artifact.given} does not export ${item.kind === "function" ? `${name}()` : `"${name}"`}${didYouMean(name, names) || exportsText(names)}`,
        fix: {
          text: `Export ${item.kind === "function" ? "a function" : "an object"} named "${name}" from ${entryOf(artifact)}.`,
        },
      }),
    );
}

function mayBeAbsent(item: Contract["exports"][string]): boolean {
  if (item.kind === "function") return item.optional;
  if (item.kind === "resource") return false;
  return Object.values(item.members).every((member) => member.kind === "function" && member.optional);
}

function exportsText(names: readonly string[]): string {
  return names.length === 0 ? "; it exports nothing" : `; it exports ${names.slice(0, 20).join(", ")}`;
}
