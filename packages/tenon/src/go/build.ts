import { type GoBuildOptions as BuildOptions, buildGoPlugin as build, type GoBuild } from "../builders/go/index.js";
import { checkGoPlugins } from "../skew/index.js";

/** What to build and how. The result is always verified. */
export interface GoBuildOptions extends Omit<BuildOptions, "verify"> {
  /**
   * The root folder of the system that the host runs on, for the verification. Default: this system if the host can run
   * here, otherwise none.
   */
  readonly sysroot?: string | undefined;
}

/**
 * Builds a Go plugin that a given host can open: with the host's Go release, flags and module versions, and each package
 * compiled under the path that it has in the host. Then predicts whether the host opens the result, and writes it only if
 * so. The plugin's go.mod and go.sum do not change.
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
