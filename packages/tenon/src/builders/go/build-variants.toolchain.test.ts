import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { GoLab, smallHost } from "./fixtures/go-lab.mjs";

const { test } = needs(missing.goPlugins());

const minutes = 60_000;
const api = { imports: ["example.com/host/api"], requires: ["example.com/host v1.0.0"] };

let lab: GoLab;
let folder: string;
beforeAll(() => {
  lab = new GoLab();
  lab.hostFolder("host");
  folder = lab.plugin("guest", "api.Count.Add()", api);
});
afterAll(() => lab.remove());

/** Returns the root of another Go release: an installed one, or one that the go on PATH can download. */
function otherGo(release: string): string | undefined {
  try {
    const environment = { ...process.env, GOTOOLCHAIN: release };
    return execFileSync("go", ["env", "GOROOT"], { encoding: "utf8", env: environment, stdio: "pipe" }).trim();
  } catch {
    return undefined;
  }
}

test("a host built with another Go release gets a plugin built with that release", {
  timeout: 10 * minutes,
}, async (context) => {
  const root = otherGo("go1.24.13");
  if (root === undefined) return context.skip("go1.24.13 is not installed and cannot be downloaded");
  await lab.go("host", "mod", "tidy");
  execFileSync(join(root, "bin", "go"), ["build", "-trimpath", "-o", lab.path("host.other"), "."], {
    cwd: lab.path("host"),
    env: { ...lab.environment, GOROOT: root },
    stdio: "pipe",
  });
  const made = await lab.build(lab.path("host.other"), folder, "other.so");
  expect(made.toolchain.release).toBe("go1.24.13");
  expect(await lab.open(lab.path("host.other"), "other.so")).toMatchObject({ result: "2" });
});

test("experiments of the host are used", { timeout: 10 * minutes }, async () => {
  const experimental = new GoLab({ GOEXPERIMENT: "nodwarf5" });
  try {
    experimental.hostFolder("host", smallHost);
    const host = await experimental.host("host", "host.experimental");
    const guest = experimental.plugin("guest", "api.Count.Add()", api);
    const made = await experimental.build(host, guest, "guest.so", { environment: lab.environment });
    expect(made.command.environment).toMatchObject({ GOEXPERIMENT: "nodwarf5" });
    expect(await experimental.open(host, "guest.so")).toMatchObject({ result: "2" });
  } finally {
    experimental.remove();
  }
});

test("the host's profile is used, and required if it is not found", { timeout: 10 * minutes }, async () => {
  lab.hostFolder("profiled", smallHost);
  // A profile that is always the same is compiled with only once.
  const root = (await lab.go("host", "env", "GOROOT")).trim();
  copyFileSync(join(root, "src", "cmd", "compile", "default.pgo"), lab.path("profiled", "default.pgo"));
  const host = await lab.host("profiled", "host.profiled", "-trimpath");
  await expect(lab.build(host, folder, "profiled.so")).rejects.toMatchObject({ code: "TENON_GO_PROFILE_MISSING" });
  const made = await lab.build(host, folder, "profiled.so", { hostSource: lab.path("profiled") });
  expect(made.command.words).toContain(`-pgo=${lab.path("profiled", "default.pgo")}`);
  expect(await lab.open(host, "profiled.so")).toMatchObject({ result: "2" });
});

test("a host that the go command installed has its packages under their version", {
  timeout: 5 * minutes,
}, async () => {
  const environment = { ...lab.environment, GOBIN: lab.path("bin") };
  execFileSync("go", ["install", "-trimpath", "example.com/host@v1.0.0"], {
    env: environment,
    cwd: lab.folder,
    stdio: "pipe",
  });
  const host = lab.path("bin", "host");
  const made = await lab.build(host, folder, "installed.so");
  expect(made.paths).toEqual([]);
  expect(await lab.open(host, "installed.so")).toMatchObject({ result: "2" });
});

test("a host for another processor is linked by that processor's compiler", {
  timeout: 10 * minutes,
}, async (context) => {
  if (!existsSync("/usr/bin/aarch64-linux-gnu-gcc")) return context.skip("aarch64-linux-gnu-gcc is not installed");
  const environment = { ...lab.environment, GOARCH: "arm64", CGO_ENABLED: "1", CC: "aarch64-linux-gnu-gcc" };
  await lab.go("host", "mod", "tidy");
  execFileSync("go", ["build", "-trimpath", "-o", lab.path("host.arm64"), "."], {
    cwd: lab.path("host"),
    env: environment,
    stdio: "pipe",
  });
  const made = await lab.build(lab.path("host.arm64"), folder, "arm64.so");
  expect(made.command.environment).toMatchObject({ GOARCH: "arm64", CC: "aarch64-linux-gnu-gcc" });
  expect(["opens", "unknown"]).toContain(made.verdict?.outcome);
  const emulator = "/usr/bin/qemu-aarch64-static";
  if (!existsSync(emulator)) return context.skip("qemu-aarch64-static is not installed");
  const words = ["-L", "/usr/aarch64-linux-gnu", lab.path("host.arm64"), lab.path("arm64.so")];
  expect(JSON.parse(execFileSync(emulator, words, { encoding: "utf8" }))).toMatchObject({ result: "2" });
});

test("a musl host gets a plugin linked by musl-gcc", { timeout: 10 * minutes }, async (context) => {
  if (!existsSync("/usr/bin/musl-gcc")) return context.skip("musl-gcc is not installed");
  await lab.go("host", "mod", "tidy");
  execFileSync("go", ["build", "-trimpath", "-o", lab.path("host.musl"), "."], {
    cwd: lab.path("host"),
    env: { ...lab.environment, CC: "musl-gcc" },
    stdio: "pipe",
  });
  const made = await lab.build(lab.path("host.musl"), folder, "musl.so");
  expect(made.command.environment).toMatchObject({ CC: "musl-gcc" });
  expect(await lab.open(lab.path("host.musl"), "musl.so")).toMatchObject({ result: "2" });
});

test(
  "a plugin is no host",
  async () => {
    await lab.host("host", "host.simple", "-trimpath");
    await lab.build(lab.path("host.simple"), folder, "plugin.so");
    await expect(lab.build(lab.path("plugin.so"), folder, "again.so")).rejects.toMatchObject({
      code: "TENON_GO_HOST_NO_PLUGIN",
    });
  },
  5 * minutes,
);
