import type { GoProgram } from "./go-program.js";

/** Returns the release that a program was built with, as precisely as possible: "go1.26.8", "Go 1.18 to 1.19". */
export function versionText(program: GoProgram): string {
  if (program.goVersion !== undefined) return program.goVersion;
  const { minors } = program.layout ?? {};
  if (minors === undefined) return "an unknown Go version";
  const names = minors.map((minor) => `1.${minor}`);
  return names.length === 1 ? `Go ${names[0]}` : `Go ${names[0]} to ${names.at(-1)}`;
}
