import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { lineAt, readPages, repository, withoutFences } from "./fixtures/pages.mjs";

const pages = readPages(
  ...["README.md", "ARCHITECTURE.md", "RATIONALE.md", "CONTRIBUTING.md"],
  ...["docs/*.md", "guest/*/README.md"],
);

interface Link {
  /** As written: `contract.md#wit`. */
  readonly target: string;
  readonly line: number;
}

/** The links of a page that lead into the repository. */
function relativeLinks(text: string): Link[] {
  const prose = withoutFences(text).replace(/`[^`\n]*`/g, (code) => "x".repeat(code.length));
  const inline = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
  const definition = /^\[[^\]]+\]:\s*(\S+)/gm;
  return [...prose.matchAll(inline), ...prose.matchAll(definition)]
    .map((match) => ({ target: match[1] ?? "", line: lineAt(prose, match.index) }))
    .filter(({ target }) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of withoutFences(text).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let unique = anchor;
    for (let number = 1; anchors.has(unique); number += 1) unique = `${anchor}-${number}`;
    anchors.add(unique);
  }
  return anchors;
}

function problemOfLink(page: string, { target, line }: Link): string[] {
  const [path = "", anchor] = decodeURI(target).split("#");
  const file = path === "" ? join(repository, page) : join(repository, dirname(page), path);
  const where = `${page}:${line}: ${target}`;
  if (relative(repository, file).startsWith("..")) return [`${where} leads out of the repository`];
  if (!existsSync(file)) return [`${where}: there is no such file`];
  if (anchor === undefined || statSync(file).isDirectory()) return [];
  return anchorsOf(readFileSync(file, "utf8")).has(anchor) ? [] : [`${where}: the page has no such heading`];
}

describe("the check itself", () => {
  test("finds links in prose, and none in code or to other sites", () => {
    const text = "[a](b.md#c), [d](https://example.com)\n`[e](f)`\n```md\n[g](h)\n```\n[i]: j.md";
    expect(relativeLinks(text).map(({ target }) => target)).toEqual(["b.md#c", "j.md"]);
  });

  test("makes anchors as GitHub does", () => {
    const text = "# `plugin.sync`, and more\n## A [link](b.md)\n## A link\n```sh\n# no heading\n```";
    expect([...anchorsOf(text)]).toEqual(["pluginsync-and-more", "a-link", "a-link-1"]);
  });

  test.each([
    ["missing.md", "there is no such file"],
    ["../missing/", "there is no such file"],
    ["../../outside.md", "leads out of the repository"],
    ["contract.md#no-such-heading", "the page has no such heading"],
    ["#no-such-heading", "the page has no such heading"],
  ])("rejects %s", (target, problem) => {
    expect(problemOfLink("docs/wire.md", { target, line: 1 })).toEqual([expect.stringContaining(problem)]);
  });
});

test.each(pages.map((page) => [page.path, page.text] as const))(
  "the relative links of %s lead somewhere",
  (path, text) => {
    expect(relativeLinks(text).flatMap((link) => problemOfLink(path, link))).toEqual([]);
  },
);
