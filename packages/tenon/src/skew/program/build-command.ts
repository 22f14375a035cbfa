import type { GoProgram } from "./go-program.js";
import { shellWord } from "./shell-word.js";

/**
 * Returns the command that builds a plugin for a host; `undefined` if none can be built: the host has no build information,
 * or was built in a way that no plugin can match.
 *
 * @param output An absolute path.
 */
export function buildCommand(host: GoProgram, output: string, options = ""): string | undefined {
  const isImpossible =
    host.buildInfo === undefined ||
    host.setting("-asan") === "true" ||
    /-trimpath\b/.test(host.setting("-gcflags") ?? "");
  if (isImpossible) return undefined;
  // Build information contains only the profile's name. The host's publisher has the file.
  const profile = host.setting("-pgo");
  const withProfile = profile === undefined || profile === "off" ? "" : " --pgo HOST_PROFILE";
  return `tenon go build --for ${shellWord(host.location)} .${options}${withProfile} -o ${shellWord(output)}`;
}
