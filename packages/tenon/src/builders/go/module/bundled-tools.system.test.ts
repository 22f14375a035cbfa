import { createHash } from "node:crypto";
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
// The entry of the compiler's process stands only in the built package.
import { BuildStore } from "../../../../dist/build/index.js";
import { bundledTools } from "../../../../dist/builders/go/module/bundled-tools.js";
import { refused } from "../../testing/refused.mjs";

// (module (memory (export "memory") 1) (func (export "_start")))
const tool = Buffer.from(
  "0061736d01000000010401600000030201000503010001071302066d656d6f72790200065f737461727400000a040102000b",
  "hex",
);
const archive = Buffer.from("an archive");

let root: string;
let count = 0;
let folder: string;
let packed: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tenon-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  folder = join(root, `${count++}`);
  packed = join(folder, "package", "dist");
  await mkdir(packed, { recursive: true });
  const pack = async (file: string, content: Uint8Array) => {
    await writeFile(join(packed, file), brotliCompressSync(content));
    return { file, hash: createHash("sha256").update(content).digest("hex") };
  };
  const tools = { compile: await pack("compile.wasm.br", tool), link: await pack("link.wasm.br", tool) };
  const packages = { runtime: { ...(await pack("runtime.a.br", archive)), imports: [] } };
  await writeFile(join(packed, "index.json"), JSON.stringify({ release: "go1.26.8", tools, packages }));
});

const { signal } = new AbortController();
const open = async () => {
  const tools = await bundledTools(
    new BuildStore({ folder: join(folder, "cache"), area: "go-toolchain" }),
    join(folder, "package"),
  );
  if (tools === undefined) throw new Error("the package was not found");
  return tools;
};
const run = (tools: Awaited<ReturnType<typeof open>>) =>
  tools.run({ tool: "compile", words: ["compile"], reads: [], writes: folder, signal });
/** The path of the file in the cache with this content. */
async function unpacked(content: Buffer): Promise<string> {
  const cache = join(folder, "cache", "go-toolchain");
  for (const name of await readdir(cache))
    if (name.endsWith(".file") && content.equals(await readFile(join(cache, name)))) return join(cache, name);
  return "";
}
const ran = { end: { kind: "exit", code: 0 }, output: "" };

describe("of the tools that were unpacked", () => {
  test("those that are as they were are run", async () => {
    expect(await run(await open())).toEqual(ran);
    const path = await unpacked(tool);
    const { ino } = await stat(path);
    expect(await run(await open())).toEqual(ran);
    expect((await stat(path)).ino).toBe(ino);
  });

  test("one that was changed or removed is not run, but unpacked again", async () => {
    await run(await open());
    const path = await unpacked(tool);
    await chmod(path, 0o700);
    await appendFile(path, Buffer.of(0, 1, 0));
    expect(await run(await open())).toEqual(ran);
    expect(await readFile(path)).toEqual(tool);
    await rm(path);
    expect(await run(await open())).toEqual(ran);
    expect(await readFile(path)).toEqual(tool);
  });

  test("an archive that was changed is not linked, also if it was checked before", async () => {
    const tools = await open();
    const [file = ""] = [...(await tools.archives([], signal)).values()];
    expect(await readFile(file)).toEqual(archive);
    await chmod(file, 0o700);
    await writeFile(file, "other code");
    const [again = ""] = [...(await tools.archives([], signal)).values()];
    expect(await readFile(again)).toEqual(archive);
  });
});

test("a package whose files are not those of its index is refused", async () => {
  await writeFile(join(packed, "compile.wasm.br"), brotliCompressSync(archive));
  await writeFile(join(packed, "runtime.a.br"), "cut short");
  const tools = await open();
  expect((await refused("TENON_TOOLCHAIN_FAILED", run(tools))).message).toContain("compile.wasm.br");
  expect((await refused("TENON_TOOLCHAIN_FAILED", tools.archives([], signal))).message).toContain("runtime.a.br");
  for (const text of ["{", "{}", '{"release":"go1.26.8","packages":{}}']) {
    await writeFile(join(packed, "index.json"), text);
    await refused("TENON_TOOLCHAIN_FAILED", open());
  }
});
