import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { needs, times } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect, it } from "vitest";
// The entry of the compiler's process stands only in the built package.
import { createGoModuleBuilder } from "../../../../dist/builders/go/module/index.js";
import { readArtifact } from "../../../runtime/read-artifact.js";

const bundled = fileURLToPath(new URL("../../../../../go-toolchain", import.meta.url));
const withoutBundle = existsSync(join(bundled, "dist", "index.json"))
  ? undefined
  : "the bundled Go toolchain is not built (npm run build:go-toolchain)";

const wit = "package demo:greeter@1.0.0;\nworld greeter { export greet: func(name: string) -> string; }\n";
const greeter = `package main

import "strings"

type Plugin struct{}

func (Plugin) Greet(name string) string { return "Hello, " + strings.ToUpper(name) }
`;

needs(withoutBundle).describe("Go's own compiler and linker as WebAssembly", { timeout: 300_000 }, () => {
  let folder = "";
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "tenon-go-bundled-")));
    await writeFile(join(folder, "plugin.wit"), wit);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const options = () => ({ cacheFolder: join(folder, "cache"), bundled, environment: { PATH: "" } });
  // Two rounds run all of the code that more of them make faster.
  const builder = () => createGoModuleBuilder(options(), times(1) > 1 ? undefined : 2);

  it("build without an installed Go, and show errors like the local Go", async () => {
    const builds = builder();
    await writeFile(join(folder, "greeter.go"), greeter);
    const built = await builds.build(await readArtifact(folder));
    expect(built).toMatchObject({ cached: false, toolchain: expect.stringMatching(/^go1\.\d+.* \(WebAssembly\)$/) });
    const names = WebAssembly.Module.exports(new WebAssembly.Module(built.bytes)).map(({ name }) => name);
    expect(names).toContain("greet");

    await writeFile(join(folder, "greeter.go"), greeter.replace("strings.ToUpper(name)", "name + missing"));
    await expect(builds.build(await readArtifact(folder))).rejects.toMatchObject({
      code: "TENON_SOURCE_INVALID",
      message: expect.stringMatching(/greeter\.go:7:\d+: undefined: missing/),
    });
    await writeFile(join(folder, "greeter.go"), greeter.replace('"strings"', '"strings/absent"'));
    await expect(builds.build(await readArtifact(folder))).rejects.toMatchObject({
      code: "TENON_SOURCE_INVALID",
      message: expect.stringContaining('"strings/absent" is not in the standard library'),
    });
  });

  it("are stopped when the build is cancelled", async () => {
    await writeFile(join(folder, "greeter.go"), `${greeter}// given up\n`);
    const control = new AbortController();
    const build = builder().build(await readArtifact(folder), {
      signal: control.signal,
      progress: (step) => {
        if (step === "linking") control.abort(new Error("enough"));
      },
    });
    await expect(build).rejects.toBeDefined();
  });

  it("are optimised for a plugin that is built repeatedly, and build the same", async () => {
    const builds = builder();
    const build = async (source: string, options = {}) => {
      await writeFile(join(folder, "greeter.go"), source);
      return builds.build(await readArtifact(folder), options);
    };
    const first = await build(`${greeter}// built again\n`);
    for (const edit of [1, 2]) await build(`${greeter}// edit ${edit}\n`);
    // Warming up does not keep the program alive.
    expect(process.getActiveResourcesInfo()).not.toContain("ProcessWrap");
    await builds.warmedUp();
    // A comment at the end changes no code and no line numbers.
    expect((await build(`${greeter}// edited again\n`)).bytes).toEqual(first.bytes);

    await expect(build(greeter.replace("ToUpper", "ToUppr"))).rejects.toMatchObject({
      code: "TENON_SOURCE_INVALID",
      message: expect.stringContaining("undefined: strings.ToUppr"),
    });
    const control = new AbortController();
    const progress = (step: string) => step === "linking" && control.abort(new Error("enough"));
    await expect(build(`${greeter}// stopped\n`, { signal: control.signal, progress })).rejects.toBeDefined();
    expect((await build(`${greeter}// after it\n`)).bytes).toEqual(first.bytes);
  });
});
