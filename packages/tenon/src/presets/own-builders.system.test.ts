import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost } from "tenon";
import { type Builder, BuildStore, bytesIn, keyOf, runCommand, temporaryIn, type Work } from "tenon/build";
import { errors } from "tenon/errors";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
let plugin: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-own-builders-"));
  plugin = join(folder, "two.octets");
  await writeFile(join(folder, "two.wit"), "package demo:kit@1.0.0;\nworld kit { export two: func() -> s32; }\n");
  // (module (func (export "two") (result i32) i32.const 2))
  const module = "0061736d010000000105016000017f030201000707010374776f00000a0601040041020b";
  await writeFile(
    plugin,
    (module.match(/../g) ?? []).map((hex) => `\\0${Number.parseInt(hex, 16).toString(8)}`).join(""),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Builds WebAssembly from a text of octal escapes, with the command printf. */
function octets(): Builder<"wasm"> {
  const builds = bytesIn(new BuildStore({ folder: join(folder, "cache"), area: "octets" }));
  return {
    kind: "wasm",
    language: "Octets",
    entries: { sources: [/\.octets$/] },
    async recognise({ path }) {
      return path.endsWith(".octets") ? { confidence: 2, description: "octets" } : undefined;
    },
    contract: async ({ manifest }) => manifest.contract,
    async build(artifact, options = {}) {
      const source = await readFile(artifact.path);
      const key = keyOf("octets 1", source);
      const kept = await builds.kept(key);
      const make = async ({ folder: work, signal, progress }: Work) => {
        progress?.("writing octets");
        const { code, stderr } = await runCommand("sh", ["-c", `printf '%b' "$(cat)" > out`], {
          folder: work,
          environment: { PATH: "/usr/bin:/bin", ...temporaryIn(work) },
          input: source,
          signal,
        });
        if (code !== 0) throw errors.TENON_TOOLCHAIN_FAILED({ message: stderr, subject: artifact.given });
        return { output: await readFile(join(work, "out")) };
      };
      const { bytes, digest } = kept ?? (await builds.make(key, artifact.given, options, make));
      return {
        ...{ kind: "wasm", bytes, digest, fingerprint: `sha256:${key}`, contract: artifact.manifest.contract },
        ...{ inputs: [artifact.path], toolchain: "printf", cached: kept !== undefined },
      };
    },
  };
}

test("a host opens what a builder of its own makes, and keeps it for the next host", async () => {
  for (const expected of [["writing octets"], []]) {
    const steps: string[] = [];
    await using host = createHost({ builders: [octets()], progress: (step) => steps.push(step) });
    const report = await host.check(plugin);
    expect([report.verdict, report.description]).toEqual(["fits", "octets"]);
    await using opened = await host.open(plugin, undefined, { place: "worker" });
    expect(await opened.exports.two!()).toBe(2);
    expect(steps).toEqual(expected);
  }
});

test("what is no builder is refused", () => {
  expect(() => createHost({ builders: octets() as never })).toThrow("expected an array of builders");
});
