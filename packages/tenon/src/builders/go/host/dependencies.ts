import { readHost } from "./read-host.js";
import { describeHost, type HostRequirements } from "./requirements.js";

/**
 * Returns what a plugin must have in common with a Go host, read from the host's file: Go release, platform, flags, and every
 * module with its version, checksum and replacement. Does not run the host.
 *
 * @param host The path of the program that calls `plugin.Open`.
 * @throws TENON_GO_BUILD_INFO_MISSING, TENON_ARTIFACT_MISSING, TENON_ARTIFACT_UNREADABLE, TENON_BINARY_…
 */
export async function goDependencies(host: string): Promise<HostRequirements> {
  return describeHost(await readHost(host));
}
