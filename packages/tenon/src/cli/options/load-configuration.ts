import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { configurationFailed, configurationMissing, configurationNotExported } from "../../errors/factories/command.js";
import { isTenonError } from "../../errors/index.js";
import { anObject, checkOptions, type OptionCheck } from "../../host/option-checks.js";
import type { Configuration } from "../../presets/configuration.js";

const fields: Readonly<Record<keyof Configuration, OptionCheck>> = {
  runtimes: { expected: "an array of runtimes", fits: Array.isArray },
  builders: { expected: "an array of builders", fits: Array.isArray },
  sources: { expected: "an array of sources", fits: Array.isArray },
  places: anObject,
  contributions: {
    expected: "an array of contributions, each with a name",
    fits: (value) => Array.isArray(value) && value.every((item) => typeof item?.name === "string"),
  },
};

/** Runs a module and returns its default export, checked. @throws TENON_USAGE, TENON_OPTION_INVALID */
export async function loadConfiguration(path: string): Promise<Configuration> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) throw configurationMissing(path);
  const exported = await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    if (isTenonError(cause)) throw cause;
    throw configurationFailed(path, cause instanceof Error ? cause.message : String(cause), cause);
  });
  if (exported.default === undefined) throw configurationNotExported(path);
  checkOptions(exported.default, fields, { noun: "field of the configuration", subject: path });
  return exported.default as Configuration;
}
