import { errors } from "../errors/index.js";
import type { Grants } from "./index.js";

// Without it, Windows cannot open a socket.
const required = process.platform === "win32" ? ["SystemRoot"] : [];

/**
 * The whole environment of a plugin's process: what was granted, and nothing that the host itself was started with.
 *
 * A variable granted as `true` is passed on from `host`, and stays absent when it is absent there.
 *
 * @throws TENON_OPTION_INVALID when a name or value is not one that an environment can hold.
 */
export function grantedEnvironment(
  grants: Grants["environment"],
  host: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = Object.create(null);
  for (const name of required) if (host[name] !== undefined) environment[name] = host[name];
  for (const [name, granted] of Object.entries(grants ?? {})) {
    if (name === "" || name.includes("=") || name.includes("\0")) {
      throw invalid(name, 'is not a name that an environment variable can have: it is empty or holds "=" or a NUL');
    }
    const value = granted === true ? host[name] : granted;
    if (value === undefined) continue;
    if (typeof value !== "string") throw invalid(name, `expected a string or true, got ${typeof value}`);
    if (value.includes("\0")) throw invalid(name, "its value holds a NUL, which no environment can hold");
    environment[name] = value;
  }
  return environment;
}

function invalid(name: string, reason: string) {
  return errors.TENON_OPTION_INVALID({
    message: `grants.environment: ${JSON.stringify(name)}: ${reason}`,
    subject: name,
  });
}
