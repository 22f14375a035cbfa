import { resolve } from "node:path";
import { withoutRebuild, withRebuild } from "../errors/factories/skew.js";
import type { Code, Finding } from "../errors/index.js";
import {
  cgo,
  compilerFlags,
  coverage,
  coverageElsewhere,
  experiments,
  profiles,
  sanitizers,
  testHost,
} from "./causes/build-flags.js";
import type { Cause, Difference } from "./causes/cause.js";
import { earlierPlugin } from "./causes/earlier-plugin.js";
import { goRelease } from "./causes/go-release.js";
import { dependencyVersions, mainModules } from "./causes/modules.js";
import { chosenFiles, sourceFolders } from "./causes/source-paths.js";
import { trimPath } from "./causes/trim-path.js";
import { unexplained } from "./causes/unexplained.js";
import { unnoticedDifferences } from "./causes/unnoticed.js";
import type { DifferingPackage, ProcessStep } from "./process/go-process.js";
import { buildCommand } from "./program/build-command.js";
import type { GoProgram } from "./program/go-program.js";

/** Causes that change every package come first, because they hide which packages the others change. */
const causes: readonly Cause[] = [
  goRelease,
  trimPath,
  sanitizers,
  compilerFlags,
  experiments,
  profiles,
  coverage,
  testHost,
  cgo,
  mainModules,
  dependencyVersions,
  chosenFiles,
  earlierPlugin,
];

/** Returns the findings of a step: its own, the causes of differing packages, and differences that Go does not notice. */
export function explain(host: GoProgram, step: ProcessStep): readonly Finding[] {
  const { program, differing } = step;
  const own = step.findings.map((each) => withCommand(host, each));
  if (program === undefined) return own;
  if (differing === undefined) return step.outcome === "opens" ? [...own, ...unnoticedDifferences(host, program)] : own;
  const difference: Difference = {
    host,
    plugin: program,
    packages: differing,
    names: new Set(differing.map(({ name }) => name)),
  };
  const found = causes.flatMap((cause) => cause(difference));
  const isUnexplained = ({ name }: DifferingPackage) => !found.some(({ explains }) => explains(name));
  found.push(...coverageElsewhere(only(difference, isUnexplained)));
  // Folders also differ because of many of the causes above.
  found.push(...sourceFolders(only(difference, isUnexplained)));
  const rebuildHelps = !found.some(({ rebuildDoesNotHelp }) => rebuildDoesNotHelp === true);
  const left = differing.filter(isUnexplained).map(({ name }) => name);
  return [
    ...own,
    ...found.map(({ finding }) => (rebuildHelps ? finding : withoutRebuild(finding))),
    ...(left.length === 0 ? [] : [unexplained(difference, left)]),
  ];
}

function only(difference: Difference, isWanted: (each: DifferingPackage) => boolean): Difference {
  const packages = difference.packages.filter(isWanted);
  return { ...difference, packages, names: new Set(packages.map(({ name }) => name)) };
}

/** Findings that a build for this host fixes, however the file was made. */
const fixedByRebuild: ReadonlySet<Code> = new Set([
  "TENON_GO_NOT_SHARED",
  "TENON_GO_NOT_A_PLUGIN",
  "TENON_GO_SYMBOLIC",
  "TENON_GO_PLUGIN_PATH",
  "TENON_GO_SYMBOL_MISSING",
  "TENON_GO_RACE",
]);

function withCommand(host: GoProgram, found: Finding): Finding {
  if (!fixedByRebuild.has(found.code) || found.severity !== "error") return found;
  const command = buildCommand(host, resolve(found.subject));
  return command === undefined ? found : withRebuild(found, command);
}
