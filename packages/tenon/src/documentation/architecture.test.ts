import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));
const source = join(repository, "packages/tenon/src");
const text = readFileSync(join(repository, "ARCHITECTURE.md"), "utf8");
const [tree = ""] = /^```\n.*?^```$/ms.exec(text) ?? [];

test("every path in ARCHITECTURE.md exists", () => {
  const inProse = [...text.replace(tree, "").matchAll(/`([a-z][\w./-]*\/[\w./-]*)`/g)].map(([, path = ""]) => path);
  const inTree = [...tree.matchAll(/^((?:packages|guest|examples)[\w./-]*)/gm)].map(([, path = ""]) => path);
  expect(inProse).toContain("host/cell.ts");
  expect(inTree).toContain("packages/conformance");
  const missing = [...inProse, ...inTree].filter(
    (path) => !existsSync(join(source, path)) && !existsSync(join(repository, path)),
  );
  expect(missing).toEqual([]);
});

test("the layers in ARCHITECTURE.md are the folders of the source", () => {
  const described = [...tree.matchAll(/^ {2}(\w+)\//gm)].map(([, folder = ""]) => folder);
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(described.sort()).toEqual(folders.map(({ name }) => name).sort());
});

test("every package of the repository is in ARCHITECTURE.md", () => {
  const missing = readdirSync(join(repository, "packages")).filter((name) => !tree.includes(`packages/${name}`));
  expect(missing).toEqual([]);
});
