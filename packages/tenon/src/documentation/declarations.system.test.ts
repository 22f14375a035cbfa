import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);
const compiler = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-declarations-"));
  await mkdir(join(folder, "node_modules/@types"), { recursive: true });
  await symlink(packageFolder, join(folder, "node_modules/tenon"), "junction");
  const types = dirname(require.resolve("@types/node/package.json"));
  await symlink(types, join(folder, "node_modules/@types/node"), "junction");
  const { exports } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
  const entries = Object.keys(exports).filter((name) => name !== "./package.json");
  const imports = entries.map((name, at) => `export * as entry${at} from "tenon${name.slice(1)}";\n`);
  await writeFile(join(folder, "consumer.ts"), imports.join(""));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([[["es2022"]], [["es2022", "dom"]]])(
  "the package's declarations compile as they are, with lib %s",
  async (lib) => {
    const options = {
      target: "es2022",
      module: "nodenext",
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: ["node"],
    };
    const config = { compilerOptions: { ...options, lib }, files: ["consumer.ts"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    const printed = await new Promise<string>((resolve) =>
      execFile(process.execPath, [compiler, "-p", folder], (_error, stdout, stderr) => resolve(stdout + stderr)),
    );
    expect(printed).toBe("");
  },
);
