/** Returns the name and version of the engine if it is not Node: `Bun 1.4.5`, `Deno 2.9.6`. */
export function otherEngine(): string | undefined {
  const { bun, deno } = process.versions;
  if (bun !== undefined) return `Bun ${bun}`;
  return deno === undefined ? undefined : `Deno ${deno}`;
}
