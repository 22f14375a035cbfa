import { type GoBuildOptions as BuildOptions, buildGoPlugin as build, type GoBuild } from "../builders/go/index.js";
import { checkGoPlugins } from "../skew/index.js";

/** What to build, and how; the result is always verified. */
export interface GoBuildOptions extends Omit<BuildOptions, "verify"> {
  /**
   * The root folder of the system that the host runs on, for the verification. Default: this system for a host that runs
   * here, else none.
   */
  readonly sysroot?: string | undefined;
}

/**
 * Builds a Go plugin so that a given host opens it: with the host's Go release, flags and module versions, each package
 * compiled under the path that it has in the host; then foretells what the host will do with the result, and writes it
 * only if it would be opened. The plugin's go.mod and go.sum stay as they are.
 *
 * @throws TENON_GO_CONFLICT, TENON_GO_TOOLCHAIN_MISSING, TENON_GO_BUILD_FAILED, TENON_GO_MISFIT and the other codes of
 * builds; TENON_GO_HOST_NO_CGO; TENON_BUILD_WRITE; TENON_ARTIFACT_… and TENON_BINARY_… of the host.
 */
export function buildGoPlugin({ sysroot, ...options }: GoBuildOptions): Promise<GoBuild> {
  return build({
    ...options,
    verify: async (host, plugin, { runsHere }) => {
      const root = sysroot ?? (runsHere ? "/" : undefined);
      const { results } = await checkGoPlugins(host, [plugin], root === undefined ? {} : { sysroot: root });
      const [verdict] = results;
      return verdict ?? { outcome: "unknown", packages: [], findings: [] };
    },
  });
}
