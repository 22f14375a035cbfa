import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { belongsToBuild } from "../../tenon/dist/builders/go/module/build-constraints.js";
import { readSourceFile } from "../../tenon/dist/builders/go/module/source-file.js";

/** Folders of Go's tests that hold single files. Source: cmd/internal/testdir. */
const folders = [
  ".",
  "ken",
  "chan",
  "interface",
  "internal/runtime/sys",
  "syntax",
  "dwarf",
  "fixedbugs",
  "abi",
  "typeparam",
  "typeparam/mdempsky",
  "arenas",
];

/** The tests that are one file of package main, to be run, and that wasip1/wasm is not excluded from. */
export function findTests(root, minor) {
  return folders.flatMap((folder) => {
    if (!existsSync(join(root, folder))) return [];
    return readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".go"))
      .sort()
      .flatMap((name) => testOf(root, folder, name, minor));
  });
}

function testOf(root, folder, file, minor) {
  const path = join(root, folder, file);
  const source = readFileSync(path, "utf8");
  const [action, ...words] = actionOf(source);
  // The names of tests are no names of systems: only the line in the file counts.
  if (action !== "run" || !belongsToBuild("test.go", source, minor)) return [];
  const flags = words.filter((word) => word.startsWith("-"));
  const compiler = flags.flatMap(
    (flag) =>
      /^-gcflags=(.*)$/
        .exec(flag)?.[1]
        .replace(/^['"]|['"]$/g, "")
        .split(" ") ?? [],
  );
  if (flags.some((flag) => flag.startsWith("-goexperiment"))) return [];
  const output = path.replace(/\.go$/, ".out");
  return [
    {
      name: join(folder, file),
      imports: readSourceFile(path, source).imports,
      compiler,
      // Further files of the package stand among the words: `run other.go`.
      files: [path, ...words.filter((word) => word.endsWith(".go")).map((word) => join(root, folder, word))],
      words: words.filter((word) => !word.startsWith("-") && !word.endsWith(".go")),
      title: basename(path),
      expected: existsSync(output) ? readFileSync(output, "utf8") : "",
    },
  ];
}

/** The words of the first comment that is no build constraint: `run -gcflags=-l`. */
function actionOf(source) {
  for (const line of source.split("\n")) {
    if (line.trim() === "" || line.startsWith("//go:build") || line.startsWith("// +build")) continue;
    return line.startsWith("//") ? line.slice(2).trim().split(/\s+/) : [];
  }
  return [];
}
