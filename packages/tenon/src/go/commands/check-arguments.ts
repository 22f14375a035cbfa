import { contractOptionForGo, goPluginsMissing } from "../../errors/factories/command.js";

/** Checks that a command line names a host and plugins, and no option of other plugins. @throws TENON_USAGE */
export function expectGoArguments(
  [host = "", ...plugins]: readonly string[],
  { contract, world, place, runtime }: Readonly<Record<string, unknown>>,
): void {
  const given = Object.entries({ contract, world, place, runtime }).find(([, value]) => value !== undefined)?.[0];
  if (given !== undefined) throw contractOptionForGo(given);
  if (plugins.length === 0) throw goPluginsMissing(host);
}
