import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, describe as suite, test } from "vitest";

const run = promisify(execFile);
const tenonPackage = fileURLToPath(new URL("../..", import.meta.url));

/** A runtime that fails in a way that shows that the place has found it. */
const runtime = `
export const runtime = {
  name: "demo",
  module: import.meta.url,
  offers: () => true,
  recognise: async ({ path }) => path.endsWith(".demo") ? { confidence: 1, description: "demo" } : undefined,
  check: async () => [],
  prepare: async ({ path }) => ({ path, fingerprint: "sha256:0", payload: "" }),
  load: async () => { throw new Error("the runtime is here"); },
};
export default runtime;
`;

const host = `
import { createHost } from "tenon";
import { contract } from "tenon/contract";
import { runtime } from "demo-runtime";
async function main() {
  const host = createHost({ runtimes: [runtime] });
  for (const place of ["inline", "worker", "process"]) {
    const error = await host.open("plugin.demo", contract("demo:plugin@1.0.0", {}), { place }).catch((thrown) => thrown);
    console.log(JSON.stringify([place, error.code, error.message, error.fix?.text]));
  }
  await host.close();
}
void main();
`;

suite("a runtime of the host's own", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenon-bundled-runtimes-"));
    await mkdir(join(folder, "node_modules/demo-runtime"), { recursive: true });
    await symlink(tenonPackage, join(folder, "node_modules/tenon"), "junction");
    for (const [path, content] of [
      ["host.mjs", host],
      ["plugin.demo", "demo"],
      ["node_modules/demo-runtime/index.js", runtime],
      ["node_modules/demo-runtime/package.json", JSON.stringify({ type: "module", exports: "./index.js" })],
    ] as const)
      await writeFile(join(folder, path), content);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const formats = [
    { format: "esm", output: "host-esm.mjs", found: /the default export of file:\S+host-esm\.mjs is not a runtime$/ },
    { format: "cjs", output: "host-cjs.cjs", found: /expected its property module to be a URL, found undefined$/ },
  ] as const;

  test.each(formats)("is found in every place if its package is external ($format)", async ({ format, output }) => {
    expect(await results(folder, format, output, ["tenon", "demo-runtime"])).toEqual(
      ["inline", "worker", "process"].map((place) => [
        place,
        "TENON_LOAD_FAILED",
        expect.stringContaining("the runtime is here"),
        expect.any(String),
      ]),
    );
  });

  test.each(formats)("fails in threads and processes with a fix if it is bundled ($format)", async (of) => {
    const refused = [
      "TENON_RUNTIME_UNAVAILABLE",
      expect.stringMatching(of.found),
      expect.stringMatching(/^Export the runtime as the default of its own module.*docs\/bundlers\.md\.$/),
    ];
    expect(await results(folder, of.format, of.output, ["tenon"])).toEqual([
      ["inline", "TENON_LOAD_FAILED", expect.stringContaining("the runtime is here"), expect.any(String)],
      ["worker", ...refused],
      ["process", ...refused],
    ]);
  });
});

async function results(folder: string, format: "esm" | "cjs", output: string, external: string[]): Promise<unknown> {
  await build({
    absWorkingDir: folder,
    entryPoints: ["host.mjs"],
    outfile: output,
    bundle: true,
    platform: "node",
    format,
    external,
    logLevel: "error",
    logOverride: { "empty-import-meta": "silent" },
  });
  const { stdout } = await run(process.execPath, [output], { cwd: folder });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}
