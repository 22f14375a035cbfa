import type { ListedPackage } from "./package-list.js";

/** Turns a line that the go command prints into a step for people: `downloading example.com/lib v1.2.0`. */
export function downloadIn(line: string): string | undefined {
  const [, module, version] = /^go: downloading (\S+) (\S+)$/.exec(line) ?? [];
  return module === undefined ? undefined : `downloading ${module} ${version}`;
}

/** Finds the import paths that `go build -v` prints, each on its own line, among what else it prints. */
export function compiledPackages(packages: readonly ListedPackage[]) {
  const paths: ReadonlySet<string> = new Set(packages.map(({ ImportPath }) => ImportPath));
  return {
    /** Returns the import path if the line is one. */
    in: (line: string): string | undefined => (paths.has(line) ? line : undefined),
    /** Returns the output without the lines that are import paths. */
    without: (output: string): string =>
      output
        .split("\n")
        .filter((line) => !paths.has(line))
        .join("\n"),
  };
}
