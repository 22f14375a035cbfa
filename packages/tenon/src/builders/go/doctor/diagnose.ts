import { join } from "node:path";
import type { Finding } from "../../../errors/index.js";
import { environmentFindings, goSettings } from "./environment-rules.js";
import { moduleFindings } from "./module-rules.js";
import { repositoryFindings } from "./repository-rules.js";
import { scriptFindings } from "./script-rules.js";
import { sourceFindings } from "./source-rules.js";
import { readSubject } from "./subject.js";

/** What was found in the source of a plugin. */
export interface Diagnosis {
  readonly folder: string;
  /** The folder of go.mod. */
  readonly root: string;
  /** The import path of the package, by which a host tells plugins apart. */
  readonly packagePath: string;
  /** The gravest first. */
  readonly findings: readonly Finding[];
}

const ranks = { error: 0, warning: 1, info: 2 } as const;

/**
 * Looks for what will make trouble in a plugin, without its host: in its sources, go.mod, build scripts, and the author's
 * environment. Nothing of it is built or run, and nothing is changed.
 *
 * @param folder The folder of the plugin's main package.
 * @throws TENON_GO_NO_SOURCE, TENON_GO_MODULE_MISSING
 */
export async function diagnoseGoModule(
  folder: string,
  options: { readonly environment?: Readonly<Record<string, string | undefined>> | undefined } = {},
): Promise<Diagnosis> {
  const environment = Object.fromEntries(
    Object.entries(options.environment ?? process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const subject = await readSubject(folder, environment);
  const settings = await goSettings(environment);
  const findings = [
    ...sourceFindings(subject),
    ...(await moduleFindings(subject, settings?.GOMODCACHE)),
    ...(await scriptFindings([...new Set([subject.shownRoot, join(folder)])])),
    ...(await environmentFindings(subject, settings)),
    ...(await repositoryFindings(subject)),
  ];
  findings.sort((one, other) => ranks[one.severity] - ranks[other.severity]);
  return { folder: subject.folder, root: subject.root, packagePath: subject.packagePath, findings };
}
