import { join } from "node:path";
import type { Finding } from "../../../errors/finding.js";
import { environmentFindings, goSettings } from "./environment-rules.js";
import { moduleFindings } from "./module-rules.js";
import { readPluginSource } from "./plugin-source.js";
import { repositoryFindings } from "./repository-rules.js";
import { scriptFindings } from "./script-rules.js";
import { sourceFindings } from "./source-rules.js";

/** The problems that were found in the source of a plugin. */
export interface Diagnosis {
  readonly folder: string;
  /** The folder of go.mod. */
  readonly root: string;
  /** The import path of the package, which identifies the plugin in a host. */
  readonly packagePath: string;
  /** The most severe ones first. */
  readonly findings: readonly Finding[];
}

const ranks = { error: 0, warning: 1, info: 2 } as const;

/**
 * Finds problems in a plugin without its host: in its sources, go.mod and build scripts, and in the author's environment. It
 * builds, runs and changes nothing.
 *
 * @param folder the folder of the plugin's main package.
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
  const plugin = await readPluginSource(folder, environment);
  const settings = await goSettings(environment);
  const findings = [
    ...sourceFindings(plugin),
    ...(await moduleFindings(plugin, settings?.GOMODCACHE)),
    ...(await scriptFindings([...new Set([plugin.shownRoot, join(folder)])])),
    ...(await environmentFindings(plugin, settings)),
    ...(await repositoryFindings(plugin)),
  ];
  findings.sort((one, other) => ranks[one.severity] - ranks[other.severity]);
  return { folder: plugin.folder, root: plugin.root, packagePath: plugin.packagePath, findings };
}
