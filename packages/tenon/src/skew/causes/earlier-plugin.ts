import { comparedWithEarlierPlugin } from "../../errors/factories/skew.js";
import type { Cause } from "./cause.js";

/** A plugin that failed earlier stays in memory, and its packages are compared if the host does not contain them. */
export const earlierPlugin: Cause = ({ host, plugin, packages }) => {
  const foreign = packages.filter(
    ({ comparedWith }) => comparedWith.elf !== host.elf && comparedWith.elf !== plugin.elf,
  );
  if (foreign.length === 0) return [];
  const earlier = [...new Set(foreign.map(({ comparedWith }) => comparedWith.path))];
  const names = new Set(foreign.map(({ name }) => name));
  return [
    {
      finding: comparedWithEarlierPlugin(plugin.path, [...names], earlier),
      explains: (name) => names.has(name),
    },
  ];
};
