/** A requirement in a go.mod. */
export interface Requirement {
  readonly path: string;
  readonly version: string;
  readonly isIndirect: boolean;
}

/** A replacement in a go.mod. Without a version, `by` is a folder. */
export interface ModuleReplacement {
  readonly path: string;
  readonly by: string;
  readonly version: string | undefined;
}

export interface ModuleText {
  readonly path: string | undefined;
  readonly go: string | undefined;
  readonly toolchain: string | undefined;
  readonly requirements: readonly Requirement[];
  readonly replacements: readonly ModuleReplacement[];
}

/** Reads a go.mod. Skips lines that it does not know. Source: Go modules reference, "go.mod files". */
export function readModuleText(text: string): ModuleText {
  const single = new Map<string, string>();
  const requirements: Requirement[] = [];
  const replacements: ModuleReplacement[] = [];
  let block = "";
  for (const line of text.split("\n")) {
    const [code = "", comment = ""] = line.split(/\/\/(.*)/s);
    const words = [...code.matchAll(/"([^"]*)"|`([^`]*)`|=>|[()]|[^\s"`()]+/g)].map(
      ([whole, quoted, raw]) => quoted ?? raw ?? whole,
    );
    if (words.length === 0) continue;
    if (words[0] === ")") block = "";
    else if (words[1] === "(") block = words[0] ?? "";
    else {
      const [keyword = "", ...rest] = block === "" ? words : [block, ...words];
      const [first = "", second] = rest;
      if (keyword === "require" && second !== undefined)
        requirements.push({ path: first, version: second, isIndirect: /^\s*indirect\b/.test(comment) });
      else if (keyword === "replace") {
        const [by, version] = rest.slice(rest.indexOf("=>") + 1);
        if (rest.includes("=>") && by !== undefined) replacements.push({ path: first, by, version });
      } else if (!single.has(keyword)) single.set(keyword, first);
    }
  }
  return {
    path: single.get("module"),
    go: single.get("go"),
    toolchain: single.get("toolchain"),
    requirements,
    replacements,
  };
}
