/** A module whose packages are in `vendor/`. */
export interface VendoredModule {
  /** The Go release whose language it is written in: `1.24`. */
  readonly language: string;
  /** Import paths. */
  readonly packages: readonly string[];
}

/**
 * Reads `vendor/modules.txt`: a line `# path version` for each module, `## explicit; go 1.24` below it, then its packages.
 *
 * Source: Go modules reference, "Vendoring". A module without a release uses Go 1.16.
 */
export function readVendoredModules(text: string): readonly VendoredModule[] {
  const modules: { language: string; packages: string[] }[] = [];
  for (const line of text.split("\n").map((each) => each.trim())) {
    const last = modules.at(-1);
    const language = /^## .*\bgo (\d\S*)/.exec(line)?.[1];
    if (line.startsWith("# ")) modules.push({ language: "1.16", packages: [] });
    else if (last === undefined) continue;
    else if (language !== undefined) last.language = language;
    else if (line !== "" && !line.startsWith("#")) last.packages.push(line);
  }
  return modules;
}
