import { finding } from "../../errors/index.js";
import { type Cause, listed } from "./cause.js";

/** A plugin that failed earlier stays in memory, and its packages stand in for those that the host does not have. */
export const poison: Cause = ({ host, plugin, packages }) => {
  const foreign = packages.filter(
    ({ comparedWith }) => comparedWith.elf !== host.elf && comparedWith.elf !== plugin.elf,
  );
  const [first] = foreign;
  if (first === undefined) return [];
  const culprits = [...new Set(foreign.map(({ comparedWith }) => comparedWith.path))];
  const names = new Set(foreign.map(({ name }) => name));
  return [
    {
      finding: finding("TENON_GO_POISONED", {
        subject: plugin.path,
        message: `${listed(names)} of ${plugin.path} are compared with those of ${listed(culprits)}, which was loaded earlier`,
        fix: { text: `Start the host again and leave out ${listed(culprits)}, or open it after this plugin.` },
      }),
      explains: (name) => names.has(name),
    },
  ];
};
