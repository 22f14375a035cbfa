import { Option } from "commander";
import type { Configuration } from "../../presets/configuration.js";

export const configurationOption = () =>
  new Option("--config <FILE>", "module with runtimes, places and contributions to add (which is run)");

/**
 * Returns what the file that `--config` names exports, or nothing without the option. It decides which commands there are, so it
 * is loaded before the command line is parsed. Nothing is loaded that the user does not name.
 *
 * @throws TENON_USAGE, TENON_OPTION_INVALID
 */
export async function configurationOf(words: readonly string[]): Promise<Configuration> {
  const path = configurationPath(words);
  if (path === undefined) return {};
  const { loadConfiguration } = await import("./load-configuration.js");
  return loadConfiguration(path);
}

function configurationPath(words: readonly string[]): string | undefined {
  const end = words.indexOf("--");
  const before = end === -1 ? words : words.slice(0, end);
  const index = before.findLastIndex((word) => word === "--config" || word.startsWith("--config="));
  const word = before[index];
  return word === "--config" ? before[index + 1] : word?.slice("--config=".length);
}
