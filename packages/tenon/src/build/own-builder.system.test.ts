import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
// Only what strangers may use.
import {
  type Builder,
  type BuildOptions,
  BuildStore,
  type Built,
  digestOf,
  filesIn,
  keyOf,
  runCommand,
  temporaryIn,
  type Work,
} from "tenon/build";
import { errors } from "tenon/errors";
import type { Artifact } from "tenon/runtime";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readArtifact } from "../runtime/read-artifact.js";

/** Makes a program of the files `*.part` of a folder, by a command. */
class PartsBuilder<Kind extends "executable" | "library"> implements Builder<Kind> {
  readonly kind: Kind;
  readonly language = "Parts";
  readonly entries = { sources: [/\.part$/] };
  readonly #builds;
  /** What the command is, for the tests. */
  script = 'cat "$@" > program; echo "$#" parts >&2';

  constructor(kind: Kind, folder: string) {
    this.kind = kind;
    this.#builds = filesIn(new BuildStore({ folder, area: "parts" }));
  }

  async recognise({ kind, path }: Artifact) {
    const isSource = kind === "folder" && (await readdir(path)).some((name) => name.endsWith(".part"));
    return isSource ? { confidence: 2 as const, description: "folder of parts" } : undefined;
  }

  async contract({ manifest }: Artifact) {
    return manifest.contract;
  }

  async build(artifact: Artifact, options: BuildOptions = {}): Promise<Built<Kind>> {
    const names = (await readdir(artifact.path)).filter((name) => name.endsWith(".part")).sort();
    const inputs = names.map((name) => join(artifact.path, name));
    const contents = await Promise.all(inputs.map((path) => readFile(path)));
    const key = keyOf(this.kind, this.script, ...contents);
    const kept = await this.#builds.kept(key);
    const make = async ({ folder, signal, progress }: Work) => {
      const { code, stderr } = await runCommand("sh", ["-c", this.script, "sh", ...inputs], {
        folder,
        environment: { PATH: "/usr/bin:/bin", ...temporaryIn(folder) },
        signal,
        errorOutput: progress,
      });
      if (code !== 0) throw errors.TENON_TOOLCHAIN_FAILED({ message: stderr.trim(), subject: artifact.given });
      return { output: join(folder, "program") };
    };
    const { path, digest } = kept ?? (await this.#builds.make(key, artifact.given, options, make));
    const built: Built<"executable" | "library"> = {
      kind: this.kind,
      path,
      digest,
      fingerprint: `sha256:${key}`,
      contract: await this.contract(artifact),
      inputs,
      toolchain: "cat",
      cached: kept !== undefined,
    };
    return built as Built<Kind>;
  }
}

const { TMPDIR } = process.env;
let root: string;
let folder: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tenon-own-builder-"));
  await mkdir((process.env.TMPDIR = join(root, "temporary")));
});
afterAll(async () => {
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  folder = join(root, String(++count));
  await mkdir(folder);
  await writeFile(join(folder, "a.part"), "#!/bin/sh\n");
  await writeFile(join(folder, "b.part"), "echo hello\n");
});
const artifact = () => readArtifact(folder, { names: [], sources: [/\.part$/] });
const cache = () => join(folder, ".cache");
const leftBehind = () => readdir(join(root, "temporary"));

test("an executable is built by a command, stored, and found by the next process", async () => {
  const builder: Builder<"executable"> = new PartsBuilder("executable", cache());
  expect(await builder.recognise(await artifact())).toMatchObject({ description: "folder of parts" });
  const steps: string[] = [];
  const built = await builder.build(await artifact(), { progress: (step) => steps.push(step) });
  expect(built).toMatchObject({ kind: "executable", cached: false, digest: digestOf("#!/bin/sh\necho hello\n") });
  expect(steps).toEqual(["2 parts"]);
  expect((await stat(built.path)).mode & 0o777).toBe(0o500);
  expect(execFileSync(built.path, { encoding: "utf8" })).toBe("hello\n");
  expect(await new PartsBuilder("executable", cache()).build(await artifact())).toEqual({ ...built, cached: true });
  expect(await leftBehind()).toEqual([]);
});

test("a changed source is built into another file, and the first stays what it was", async () => {
  const builder = new PartsBuilder("executable", cache());
  const first = await builder.build(await artifact());
  await writeFile(join(folder, "b.part"), "echo goodbye\n");
  const second = await builder.build(await artifact());
  expect(second.cached).toBe(false);
  expect([first, second].map(({ path }) => execFileSync(path, { encoding: "utf8" }))).toEqual(["hello\n", "goodbye\n"]);
});

test("a library is held like an executable, under its own key", async () => {
  const library = await new PartsBuilder("library", cache()).build(await artifact());
  const program = await new PartsBuilder("executable", cache()).build(await artifact());
  expect(library).toMatchObject({ kind: "library", digest: program.digest, cached: false });
  expect(library.path).not.toBe(program.path);
});

test("a file that was changed after it was built is built again", async () => {
  const builder = new PartsBuilder("executable", cache());
  const { path } = await builder.build(await artifact());
  await rm(path);
  await writeFile(path, "#!/bin/sh\necho evil\n", { mode: 0o700 });
  const again = await builder.build(await artifact());
  expect(again.cached).toBe(false);
  expect(execFileSync(again.path, { encoding: "utf8" })).toBe("hello\n");
});

test("a command that fails or is cancelled stores nothing and leaves nothing behind", async () => {
  const builder = new PartsBuilder("executable", cache());
  builder.script = "echo no such part >&2; exit 1";
  await expect(builder.build(await artifact())).rejects.toMatchObject({
    code: "TENON_TOOLCHAIN_FAILED",
    message: "no such part",
  });
  builder.script = "echo started >&2; sleep 600 & wait";
  const controller = new AbortController();
  const building = builder.build(await artifact(), { signal: controller.signal, progress: () => controller.abort() });
  await expect(building).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE" });
  expect(await leftBehind()).toEqual([]);
  expect(await readdir(join(cache(), "parts"))).toEqual([]);
});

test("a file cannot be built where the store cannot be made", async () => {
  await writeFile(cache(), "");
  await expect(new PartsBuilder("executable", cache()).build(await artifact())).rejects.toMatchObject({
    code: "TENON_BUILD_WRITE",
  });
});
