import { environmentGrantInvalid } from "../errors/factories/artifact.js";
import type { Grants } from "./index.js";

// Windows cannot open a socket without it.
const required = process.platform === "win32" ? ["SystemRoot"] : [];

/**
 * Returns the complete environment of a plugin's process: only what was granted, nothing else of the host's environment.
 *
 * A variable that is granted as `true` gets its value from `host`, and is absent if it is absent there.
 *
 * @throws TENON_OPTION_INVALID when an environment cannot have such a name or value.
 */
export function grantedEnvironment(
  grants: Grants["environment"],
  host: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = Object.create(null);
  for (const name of required) if (host[name] !== undefined) environment[name] = host[name];
  for (const [name, granted] of Object.entries(grants ?? {})) {
    if (name === "" || name.includes("=") || name.includes("\0")) {
      throw environmentGrantInvalid(
        name,
        'the name of an environment variable cannot be empty, nor contain "=" or a NUL character',
      );
    }
    const value = granted === true ? host[name] : granted;
    if (value === undefined) continue;
    if (typeof value !== "string")
      throw environmentGrantInvalid(name, `expected a string or true, got ${typeof value}`);
    if (value.includes("\0"))
      throw environmentGrantInvalid(name, "the value of an environment variable cannot contain a NUL character");
    environment[name] = value;
  }
  return environment;
}
