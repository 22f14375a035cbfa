import { Option } from "commander";
import { configFileUnused } from "../../errors/factories/command.js";
import type { Configuration } from "../../presets/configuration.js";

export const configurationOption = () =>
  new Option(
    "--config <FILE>",
    "config file with plugins (.yaml, .yml, .json), or module with runtimes, places and contributions to add (which is run); both can be given",
  );

/** What `--config` names: a module that adds to the command line, and a config file with plugins. */
export interface Configured {
  readonly configuration: Configuration;
  readonly configFile: string | undefined;
}

/** The commands that read a config file. */
const readers = ["check", "list"];

/**
 * Returns what the files that `--config` names say; nothing without the option. A module decides which commands there are, so it
 * is loaded before the command line is parsed. Nothing is loaded that the user does not name.
 *
 * @throws TENON_USAGE, TENON_OPTION_INVALID
 */
export async function configurationOf(words: readonly string[]): Promise<Configured> {
  const given = valuesOf(words);
  const path = given.findLast((value) => !isConfigFile(value));
  const configFile = given.findLast(isConfigFile);
  if (path === undefined) return { configuration: {}, configFile };
  const { loadConfiguration } = await import("./load-configuration.js");
  return { configuration: await loadConfiguration(path), configFile };
}

/** @throws TENON_USAGE for a command that does not read a config file */
export function expectReader(command: string, configFile: string | undefined): void {
  if (configFile !== undefined && !readers.includes(command)) throw configFileUnused(configFile, command, readers);
}

function isConfigFile(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path);
}

function valuesOf(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  const before = end === -1 ? words : words.slice(0, end);
  return before.flatMap((word, index) => {
    if (word.startsWith("--config=")) return [word.slice("--config=".length)];
    const next = before[index + 1];
    return word === "--config" && next !== undefined ? [next] : [];
  });
}
