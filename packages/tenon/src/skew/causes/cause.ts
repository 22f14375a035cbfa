import type { GoModule } from "../../binary/go-metadata/build-info.js";
import type { Finding, Fix } from "../../errors/index.js";
import { buildCommand } from "../build-command.js";
import type { DifferingPackage } from "../go-process.js";
import type { GoProgram } from "../go-program.js";

/** What a cause is sought in: a host, a plugin that it turned down, and the packages that differ. */
export interface Difference {
  readonly host: GoProgram;
  readonly plugin: GoProgram;
  readonly packages: readonly DifferingPackage[];
  /** Names of {@link packages}. */
  readonly names: ReadonlySet<string>;
}

/** A cause that was found, and which of the differing packages it accounts for. */
export interface Explanation {
  readonly finding: Finding;
  /** No build of the plugin mends it, so that none of the commands that build it would. */
  readonly isBeyondBuild?: boolean;
  readonly explains: (name: string) => boolean;
}

/** Looks for one cause; answers every instance of it. */
export type Cause = (difference: Difference) => readonly Explanation[];

/** Whether a package belongs to the standard library: the first element of its path has no dot. */
export function isStandard(name: string): boolean {
  return !(name.split("/")[0] ?? "").includes(".") && name !== "main" && !name.startsWith("plugin/unnamed-");
}

/** Whether a package lies in a module. */
export function isInModule(name: string, modulePath: string): boolean {
  return name === modulePath || name.startsWith(`${modulePath}/`);
}

/** The module that was really used. */
export function used(module: GoModule): GoModule {
  return module.replace ?? module;
}

/** The command that builds the plugin so that it fits; to be run in the folder of its main package. */
export function rebuildPlugin({ host, plugin }: Difference, text: string, options = ""): Fix {
  const command = buildCommand(host, plugin.location, options);
  return command === undefined ? { text } : { text: `${text} In the folder of the plugin's main package:`, command };
}

/** "net and os/user", "runtime, internal/abi and 28 more". */
export function listed(names: Iterable<string>, most = 3): string {
  const all = [...names];
  const shown = all.slice(0, most);
  const rest = all.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}
