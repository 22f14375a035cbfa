import { resolve } from "node:path";
import type { Code, Finding } from "../errors/index.js";
import { buildCommand } from "./build-command.js";
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
import { goRelease } from "./causes/go-release.js";
import { harmless } from "./causes/harmless.js";
import { dependencyVersions, mainModules } from "./causes/modules.js";
import { poison } from "./causes/poison.js";
import { chosenFiles, sourceFolders } from "./causes/source-paths.js";
import { trimPath } from "./causes/trim-path.js";
import { unexplained } from "./causes/unexplained.js";
import type { DifferingPackage, ProcessStep } from "./go-process.js";
import type { GoProgram } from "./go-program.js";

/** Those that concern every package come first: while one of them holds, the others cannot be told apart by packages. */
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
  poison,
];

/** The findings of a step: those that it brings, the causes of what differs, and what differs without harm. */
export function explain(host: GoProgram, step: ProcessStep): readonly Finding[] {
  const { program, differing } = step;
  const own = step.findings.map((each) => withRebuild(host, each));
  if (program === undefined) return own;
  if (differing === undefined) return step.outcome === "opens" ? [...own, ...harmless(host, program)] : own;
  const difference: Difference = {
    host,
    plugin: program,
    packages: differing,
    names: new Set(differing.map(({ name }) => name)),
  };
  const found = causes.flatMap((cause) => cause(difference));
  const isLeft = ({ name }: DifferingPackage) => !found.some(({ explains }) => explains(name));
  found.push(...coverageElsewhere(only(difference, isLeft)));
  // Folders differ for many of the reasons above, too.
  found.push(...sourceFolders(only(difference, isLeft)));
  const isBeyondBuild = found.some((each) => each.isBeyondBuild === true);
  const left = differing.filter(isLeft).map(({ name }) => name);
  return [
    ...own,
    ...found.map(({ finding }) => (isBeyondBuild ? withoutCommand(finding) : finding)),
    ...(left.length === 0 ? [] : [unexplained(difference, left)]),
  ];
}

function only(difference: Difference, isWanted: (each: DifferingPackage) => boolean): Difference {
  const packages = difference.packages.filter(isWanted);
  return { ...difference, packages, names: new Set(packages.map(({ name }) => name)) };
}

/** What a build for this very host mends, whatever made the file. */
const mendedByBuild: ReadonlySet<Code> = new Set([
  "TENON_GO_NOT_SHARED",
  "TENON_GO_NOT_A_PLUGIN",
  "TENON_GO_SYMBOLIC",
  "TENON_GO_PLUGIN_PATH",
  "TENON_GO_SYMBOL_MISSING",
  "TENON_GO_RACE",
]);

function withRebuild(host: GoProgram, found: Finding): Finding {
  if (!mendedByBuild.has(found.code) || found.severity !== "error") return found;
  const command = buildCommand(host, resolve(found.subject));
  if (command === undefined) return found;
  return { ...found, fix: { text: `${found.fix.text} In the folder of the plugin's main package:`, command } };
}

function withoutCommand(found: Finding): Finding {
  return { ...found, fix: { text: found.fix.text.replace(/ In the folder of the plugin's main package:$/, "") } };
}
