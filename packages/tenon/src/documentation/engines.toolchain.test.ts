import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { type PackageName, packageFolder } from "../../../wasm-fixtures/src/packages.js";
import { adderModule } from "./fixtures/adder.mjs";

const run = promisify(execFile);
const tenonPackage = fileURLToPath(new URL("../..", import.meta.url));

/** Opens plugins in every place, and prints a line of JSON for each. */
const host = `
import { createHost } from "tenon";
import { contract, t } from "tenon/contract";
const adder = contract("demo:adder@1.0.0", { exports: { add: t.func([["a", t.s32], ["b", t.s32]], t.s32) } });
const host = createHost();
for (const artifact of ["adder.ts", "adder.wasm"])
  for (const place of ["inline", "worker", "worker-pool", "process"]) {
    try {
      const plugin = await host.open(artifact, adder, { place });
      console.log(JSON.stringify([artifact, place, await plugin.exports.add(2, 3)]));
      await plugin.close();
    } catch ({ code, message, fix }) {
      console.log(JSON.stringify([artifact, place, { code, message, fix: fix?.text }]));
    }
  }
await host.close();
console.log(JSON.stringify("closed"));
`;

interface Engine {
  readonly name: string;
  readonly package: PackageName;
  readonly program: string;
  readonly words: readonly string[];
}

const engines: readonly Engine[] = [
  { name: "Bun", package: "bun", program: "@oven/bun-linux-x64-baseline/bin/bun", words: [] },
  { name: "Deno", package: "deno", program: "@deno/linux-x64-glibc/deno", words: ["run", "--allow-all"] },
];

for (const engine of engines) {
  const found = await find(engine);
  needs(found.missing).describe(`a host that runs on ${engine.name}`, () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "tenon-engines-"));
      await mkdir(join(folder, "node_modules"));
      await symlink(tenonPackage, join(folder, "node_modules/tenon"), "junction");
      for (const [path, content] of [
        ["host.mjs", host],
        ["adder.ts", "export const add = (a: number, b: number) => a + b;\n"],
        ["adder.wasm", adderModule],
        ["package.json", JSON.stringify({ private: true, dependencies: { tenon: "*" } })],
      ] as const)
        await writeFile(join(folder, path), content);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    needs(undefined).test.each([["adder.ts"], ["adder.wasm"]])(
      "runs %s in threads, and rejects the process place with a fix",
      async (artifact) => {
        const { stdout } = await run(found.program, [...engine.words, "host.mjs"], { cwd: folder });
        const lines = stdout
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as unknown);
        expect(lines.at(-1)).toBe("closed");
        const ofArtifact = lines.filter((line) => Array.isArray(line) && line[0] === artifact);
        expect(ofArtifact).toEqual([
          [artifact, "inline", 5],
          [artifact, "worker", 5],
          [artifact, "worker-pool", 5],
          [
            artifact,
            "process",
            {
              code: "TENON_PLACE_START",
              message: expect.stringMatching(
                new RegExp(`${artifact}: the process place needs Node\\.js, and the host runs on ${engine.name} \\d`),
              ),
              fix: "Run the host with Node.js 20.19 or later, or open the plugin in the place worker, worker-pool or inline.",
            },
          ],
        ]);
      },
    );
  });
}

async function find(engine: Engine): Promise<{ readonly program: string; readonly missing: string | undefined }> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return { program: "", missing: `the tests have ${engine.name} for Linux on x64 only` };
  try {
    const program = join(await packageFolder(engine.package), "node_modules", engine.program);
    await run(program, ["--version"]);
    return { program, missing: undefined };
  } catch {
    return { program: "", missing: `${engine.name} cannot be installed or does not run on this machine` };
  }
}
