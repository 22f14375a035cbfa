import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly files: readonly string[];
};

/** What copy-pages.mjs copies into the package: entries of `files` that exist at the root. */
const shipped = manifest.files.filter((name) => existsSync(join(repository, name)));

const pages = shipped.flatMap((name) => {
  if (name.endsWith(".md")) return [name];
  if (!statSync(join(repository, name)).isDirectory()) return [];
  return readdirSync(join(repository, name), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `${name}/${path.split(sep).join("/")}`);
});

test("the package contains the README and the pages", () => {
  expect(pages).toContain("README.md");
  expect(pages).toContain("docs/contract.md");
  expect(pages).toContain("guest/c/README.md");
});

test.each(pages)("the relative links of %s lead to files that the package contains as well", (page) => {
  const text = readFileSync(join(repository, page), "utf8").replace(/^```.*?^```$/gms, "");
  const problems = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
    if (/^(?:[a-z]+:|#)/.test(link)) return [];
    const target = posix.join(posix.dirname(page), link.replace(/#.*$/, ""));
    const isShipped = shipped.some((name) => target === name || target.startsWith(`${name}/`));
    if (!existsSync(join(repository, target))) return [`${link} does not exist`];
    return isShipped ? [] : [`${link} is not in the package`];
  });
  expect(problems).toEqual([]);
});
