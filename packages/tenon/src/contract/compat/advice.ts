import { fingerprint } from "../formats/fingerprint.js";
import type { Contract } from "../model/model.js";
import { compareContracts, type Difference } from "./compare.js";
import { documentation } from "./documentation.js";
import { type Bump, isEnough, raise } from "./version.js";

/** A difference between two versions of a contract, and who is affected. */
export interface AdviceReason {
  /** `hosts` call the exports and implement the imports; `plugins` do the reverse. */
  readonly concerns: "hosts" | "plugins";
  readonly difference: Difference;
}

/** The smallest version bump that a change of a contract needs. */
export interface VersionAdvice {
  /** The kind of change: `major` breaks a host or a plugin, `minor` adds, `patch` is documentation, `none` is no change. */
  readonly change: Bump;
  /** Which part of the version to raise. As in Cargo, that is one part lower for `0.x.y`, and always the last for `0.0.x`. */
  readonly bump: Bump;
  /** The next version. Absent if the contract has no version, or one that is not `x.y.z`. */
  readonly version: string | undefined;
  /** Whether the version of the new contract is already high enough. Absent if that is not known. */
  readonly enough: boolean | undefined;
  readonly reasons: readonly AdviceReason[];
}

/**
 * Returns which version a changed contract must have.
 *
 * Hosts and plugins are updated independently. An old host may open a new plugin, and a new host an old plugin. If either
 * pair breaks, the change is major. So a new function that one side must implement is major, and minor if it is optional.
 */
export function adviseVersion(before: Contract, after: Contract): VersionAdvice {
  const reasons: AdviceReason[] = [];
  // An old host opens a new plugin, and a new host an old plugin.
  collect(reasons, "hosts", compareContracts(before, after).differences);
  collect(reasons, "plugins", compareContracts(after, before).differences);
  const change = changeOf(before, after, reasons);
  const bump = raise(before.version, change);
  return {
    change,
    bump: bump.bump,
    version: bump.version,
    enough: isEnough(before.version, after.version, bump),
    reasons,
  };
}

function collect(
  reasons: AdviceReason[],
  concerns: AdviceReason["concerns"],
  differences: readonly Difference[],
): void {
  for (const difference of differences)
    if (difference.rule !== "contract-version") reasons.push({ concerns, difference });
}

function changeOf(before: Contract, after: Contract, reasons: readonly AdviceReason[]): Bump {
  if (reasons.some(({ difference }) => difference.severity === "breaks")) return "major";
  if (reasons.length > 0 || fingerprint(before) !== fingerprint(after)) return "minor";
  return documentation(before) === documentation(after) ? "none" : "patch";
}
