import type { Contract, InterfaceType } from "../../../contract/core.js";
import { kebab } from "../../../contract/model/names.js";

/** The parts of a name such as `demo:kit/store@1.0.0`. */
export interface InterfaceName {
  /** Without the version: `demo:kit/store`. */
  readonly path: string;
  readonly version: string | undefined;
}

export function parseInterfaceName(name: string): InterfaceName {
  const at = name.indexOf("@");
  return at < 0 ? { path: name, version: undefined } : { path: name.slice(0, at), version: name.slice(at + 1) };
}

/** Returns the full name of a contract's interface in a component: its id, or a name in the contract's package. */
export function interfaceId(contract: Contract, key: string, item: InterfaceType): string {
  if (item.id !== undefined) return item.id;
  const version = contract.version === undefined ? "" : `@${contract.version}`;
  return `${contract.namespace}:${contract.package}/${kebab(key)}${version}`;
}

/**
 * Whether a component's import or export of one name can stand for an interface of another: the paths are equal and the
 * versions compatible (equal major, or equal minor below 1.0). The types are compared elsewhere.
 */
export function namesMatch(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [parseInterfaceName(one), parseInterfaceName(other)];
  return a.path === b.path && compatibleTrack(a.version) === compatibleTrack(b.version);
}

/** Returns `1`, `0.2` or `0.0.3`, or the whole version of a pre-release. */
function compatibleTrack(version: string | undefined): string {
  const match = version === undefined ? null : /^(\d+)\.(\d+)\.(\d+)$/.exec(version.replace(/\+.*$/, ""));
  if (match === null) return version ?? "";
  const [, major, minor, patch] = match;
  if (major !== "0") return major!;
  return minor !== "0" ? `0.${minor}` : `0.0.${patch}`;
}
