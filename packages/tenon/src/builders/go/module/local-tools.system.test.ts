import { appendFile, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { BuildStore } from "../../../build/index.js";
import { findLocalTools } from "./local-tools.js";

let root: string;
let count = 0;
let folder: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "tenon-local-tools-")));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  folder = join(root, String(++count));
  await mkdir(join(folder, "go", "bin"), { recursive: true });
});

/** Writes a go command that says where it is installed, and counts how often it is asked. */
async function writeGo(path: string): Promise<void> {
  const script = `#!/bin/sh\necho asked >> ${folder}/asked\nprintf '%s\\n' go1.26.8 ${folder}/go ${folder}/go/pkg/tool\n`;
  await writeFile(path, script, { mode: 0o700 });
}
const find = (bin: string) =>
  findLocalTools({ PATH: `${bin}:/usr/bin:/bin` }, new BuildStore({ folder: join(folder, "cache"), area: "go" }));
const asked = async () => (await readFile(join(folder, "asked"), "utf8")).trim().split("\n").length;

test("an installation is asked once for its release, until its go command changes", async () => {
  const bin = join(folder, "go", "bin");
  await writeGo(join(bin, "go"));
  for (let round = 0; round < 3; round++) expect((await find(bin))?.release).toBe("go1.26.8");
  const links = join(folder, "links");
  await mkdir(links);
  await symlink(join(bin, "go"), join(links, "go"));
  expect((await find(links))?.release).toBe("go1.26.8");
  expect(await asked()).toBe(1);
  await appendFile(join(bin, "go"), "# another release\n");
  await find(bin);
  expect(await asked()).toBe(2);
});

test("a script that chooses an installation is asked each time", async () => {
  const shims = join(folder, "shims");
  await mkdir(shims);
  await writeGo(join(shims, "go"));
  await find(shims);
  await find(shims);
  expect(await asked()).toBe(2);
});
