import { fingerprint } from "../formats/fingerprint.js";
import type { Contract } from "../model.js";
import { compareContracts, type Difference } from "./compare.js";
import { documentation } from "./documentation.js";
import { type Bump, isEnough, raise } from "./version.js";

/** A difference between two versions of a contract, and whom it concerns. */
export interface AdviceReason {
  /** `hosts` call the exports and offer the imports, `plugins` the reverse. */
  readonly concerns: "hosts" | "plugins";
  readonly difference: Difference;
}

/** The smallest change of a contract's version that tells its users what they must know. */
export interface VersionAdvice {
  /** What the change is by itself: `major` breaks someone, `minor` adds, `patch` is documentation, `none` is no change. */
  readonly change: Bump;
  /** Which part of the version to raise. As in Cargo, `0.x.y` raises one part lower, and `0.0.x` always the last. */
  readonly bump: Bump;
  /** The version that follows; absent when the contract has no version, or one that is not `x.y.z`. */
  readonly version: string | undefined;
  /** Whether the version that the new contract bears already suffices; absent when that cannot be told. */
  readonly enough: boolean | undefined;
  readonly reasons: readonly AdviceReason[];
}

/**
 * Advises which version a changed contract must bear.
 *
 * A contract has two kinds of users, who move at their own pace. Hosts written for the contract before meet plugins
 * written for it after, and plugins written before meet hosts written after: if either pair breaks, the change is major.
 * So a new function that one side must offer is major, and minor when it is optional.
 */
export function adviseVersion(before: Contract, after: Contract): VersionAdvice {
  const reasons: AdviceReason[] = [];
  // An old host meets a new plugin, and an old plugin a new host.
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
