import type { GoModule } from "../../binary/go-metadata/build-info.js";
import type { Finding } from "../../errors/index.js";
import type { DifferingPackage } from "../process/go-process.js";
import { buildCommand } from "../program/build-command.js";
import type { GoProgram } from "../program/go-program.js";

/** The input of a search for causes: a host, a plugin that it refused, and the packages that differ. */
export interface Difference {
  readonly host: GoProgram;
  readonly plugin: GoProgram;
  readonly packages: readonly DifferingPackage[];
  /** The names of {@link packages}. */
  readonly names: ReadonlySet<string>;
}

/** A cause and the differing packages that it explains. */
export interface Explanation {
  readonly finding: Finding;
  /** No rebuild of the plugin removes the difference, so findings must not offer a command for it. */
  readonly rebuildDoesNotHelp?: boolean;
  readonly explains: (name: string) => boolean;
}

/** Searches for one cause and returns every instance of it. */
export type Cause = (difference: Difference) => readonly Explanation[];

/** Whether a package belongs to the standard library: the first element of its path has no dot. */
export function isStandard(name: string): boolean {
  return !(name.split("/")[0] ?? "").includes(".") && name !== "main" && !name.startsWith("plugin/unnamed-");
}

/** Whether a package belongs to a module. */
export function isInModule(name: string, modulePath: string): boolean {
  return name === modulePath || name.startsWith(`${modulePath}/`);
}

/** Returns the module that was really used. */
export function used(module: GoModule): GoModule {
  return module.replace ?? module;
}

/** Returns the command that builds a fitting plugin, to run in the folder of its main package; `undefined` if none can. */
export function rebuildCommand({ host, plugin }: Difference, options = ""): string | undefined {
  return buildCommand(host, plugin.location, options);
}

/** Returns the only side with a setting. */
export function onlySide(hostHasIt: boolean): "host" | "plugin" {
  return hostHasIt ? "host" : "plugin";
}
