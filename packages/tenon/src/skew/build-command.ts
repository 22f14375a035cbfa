import type { GoProgram } from "./go-program.js";
import { shellWord } from "./shell-word.js";

/**
 * The command that builds a plugin for a host, or `undefined` for a host that none can be built for: one that does not say
 * how it was built, or that was built in a way that no plugin can have in common with it.
 *
 * @param output Absolute.
 */
export function buildCommand(host: GoProgram, output: string, options = ""): string | undefined {
  const isOutOfReach =
    host.buildInfo === undefined ||
    host.setting("-asan") === "true" ||
    /-trimpath\b/.test(host.setting("-gcflags") ?? "");
  if (isOutOfReach) return undefined;
  // Build information has the profile's name only: where it is, the publisher of the host knows.
  const profile = host.setting("-pgo");
  const withProfile = profile === undefined || profile === "off" ? "" : " --pgo HOST_PROFILE";
  return `tenon go build --for ${shellWord(host.location)} .${options}${withProfile} -o ${shellWord(output)}`;
}
