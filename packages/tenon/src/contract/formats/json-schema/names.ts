import { isWitName } from "../../model/names.js";

const longest = 100;

/** Makes a name of a contract from any text: `readFile` and `read_file` become `read-file`. `undefined` if nothing is left. */
export function nameFrom(text: string): string | undefined {
  const words = text
    .slice(0, 1000)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  // A word begins with a letter: `step 2` becomes `step2`, and `2fa` becomes `n2fa`.
  const name = words
    .map((word, index) => (index === 0 ? word.replace(/^(?=[0-9])/, "n") : word.replace(/^(?=[^0-9])/, "-")))
    .join("")
    .slice(0, longest)
    .replace(/-$/, "");
  return isWitName(name) ? name : undefined;
}
