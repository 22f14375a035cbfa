import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { checkGoPlugins } from "./check.js";
import { buildHost, buildPlugin, type Opened, pluginSource, reallyOpen } from "./fixtures/opener.mjs";

const { describe, test } = needs(missing.goPlugins());

const patience = { timeout: 300_000 };

describe("predictions match what plugin.Open really does", () => {
  let folder: string;
  let host: string;
  /** What plugin.Open did with each sequence. All are opened at the same time: some hang. */
  const opened = new Map<readonly string[], Promise<Opened[]>>();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tenon-skew-"));
    host = buildHost();
    const place = (name: string, file: string) => copyFileSync(file, join(folder, name));
    place("good.so", buildPlugin());
    place("other.so", buildPlugin("other"));
    place("stripped.so", buildPlugin("plugin", ["-trimpath", "-ldflags=-s -w"]));
    place("plain.so", buildPlugin("plain", []));
    place("late-plain.so", buildPlugin("plain", []));
    place(
      "renamed.so",
      buildPlugin(
        "renamed",
        ["-trimpath", "-ldflags=-pluginpath=example.com/elsewhere"],
        "package main\n\nfunc Only() {}\n",
      ),
    );
    place("program", host);
    const c = join(folder, "library.c");
    writeFileSync(c, "int answer(void) { return 42; }\n");
    execFileSync("gcc", ["-shared", "-fPIC", "-o", join(folder, "library.so"), c]);
    writeFileSync(c, "int missing(void); int answer(void) { return missing(); }\n");
    execFileSync("gcc", ["-shared", "-fPIC", "-o", join(folder, "undefined.so"), c]);
    writeFileSync(c, "__thread char much[4096]; char *answer(void) { return much; }\n");
    execFileSync("gcc", ["-shared", "-fPIC", "-ftls-model=initial-exec", "-o", join(folder, "thread.so"), c]);
    linkSync(join(folder, "good.so"), join(folder, "hard.so"));
    linkSync(join(folder, "plain.so"), join(folder, "hard-plain.so"));
    symlinkSync("good.so", join(folder, "soft.so"));
    symlinkSync("circle.so", join(folder, "circle.so"));
    mkdirSync(join(folder, "folder.so"));
    writeFileSync(join(folder, "empty.so"), "");
    writeFileSync(join(folder, "script.so"), `#!/bin/sh\necho ${"hello ".repeat(20)}\n`);
    for (const [name, length] of [
      ["header.so", 40],
      ["headers.so", 100],
      ["page.so", 4096],
      ["half.so", readFileSync(join(folder, "good.so")).length >> 1],
    ] as const) {
      place(name, join(folder, "good.so"));
      truncateSync(join(folder, name), length);
    }
    for (const plugins of sequences) opened.set(plugins, reallyOpen(host, plugins, folder));
  }, patience.timeout);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const sequences = [
    ["good.so"],
    ["stripped.so"],
    ["good.so", "other.so"],
    ["good.so", "good.so"],
    ["soft.so", "good.so"],
    ["good.so", "hard.so"],
    ["good.so", "stripped.so"],
    ["plain.so", "plain.so"],
    ["plain.so", "good.so"],
    ["plain.so", "late-plain.so"],
    ["plain.so", "hard-plain.so"],
    ["renamed.so", "good.so", "renamed.so"],
    ["library.so", "good.so"],
    ["good.so", "library.so", "other.so"],
    ["good.so", "plain.so", "library.so"],
    ["undefined.so", "good.so"],
    ["thread.so", "good.so"],
    [
      "program",
      "empty.so",
      "script.so",
      "folder.so",
      "missing.so",
      "circle.so",
      "",
      "header.so",
      "headers.so",
      "good.so",
    ],
    ["page.so"],
    ["half.so", "good.so"],
    ["missing/../good.so", "./good.so"],
    ["/dev/null", "good.so"],
  ];
  test("a plugin that was built without -trimpath gets the cause and the command that fixes it", async () => {
    const { results } = await checkGoPlugins(host, [join(folder, "plain.so")]);
    expect(results[0]?.packages.length).toBeGreaterThan(10);
    expect(results[0]?.findings[0]).toMatchObject({
      code: "TENON_GO_TRIMPATH",
      severity: "error",
      fix: { command: expect.stringContaining("tenon go build --for") },
    });
  });

  test("each unusual outcome has its own code", async () => {
    const codes = async (...plugins: string[]) => {
      const { results } = await checkGoPlugins(host, plugins, { sysroot: "/", cwd: folder });
      return results.map(({ findings }) => findings[0]?.code);
    };
    expect(await codes("missing.so", "folder.so", "program", "undefined.so", "thread.so")).toEqual([
      "TENON_GO_FILE",
      "TENON_GO_FILE",
      "TENON_GO_NOT_SHARED",
      "TENON_GO_SYMBOL_UNDEFINED",
      "TENON_GO_TLS",
    ]);
    expect(await codes("library.so", "good.so")).toEqual(["TENON_GO_NOT_A_PLUGIN", "TENON_GO_AFTER_CRASH"]);
    expect(await codes("half.so")).toEqual(["TENON_BINARY_TRUNCATED"]);
    expect(await codes("renamed.so", "renamed.so")).toEqual(["TENON_GO_PLUGIN_PATH", "TENON_GO_PREVIOUS_FAILURE"]);
    expect(await codes("plain.so", "plain.so")).toEqual(["TENON_GO_TRIMPATH", "TENON_GO_PREVIOUS_FAILURE"]);
    expect(await codes("good.so", "stripped.so")).toEqual([undefined, "TENON_GO_ALREADY_LOADED"]);
  });

  test("a host without cgo opens no plugin and does not even notice a missing file", patience, async () => {
    const bare = buildHost(["-trimpath"], { CGO_ENABLED: "0" });
    const plugins = ["good.so", "missing.so"];
    const { results } = await checkGoPlugins(bare, plugins, { cwd: folder });
    expect(results.map(({ outcome, error }) => ({ outcome, error }))).toEqual(await reallyOpen(bare, plugins, folder));
    expect(results[0]?.findings[0]?.code).toBe("TENON_GO_HOST_NO_CGO");
  });

  test("a host that exports no symbols crashes on every plugin", patience, async () => {
    const silent = buildHost(["-trimpath", "-ldflags=-linkmode=external -extldflags=-Wl,--no-export-dynamic"]);
    const { results } = await checkGoPlugins(silent, ["good.so"], { cwd: folder });
    expect(results[0]?.outcome).toBe((await reallyOpen(silent, ["good.so"], folder))[0]?.outcome);
    expect(results[0]?.findings[0]?.code).toBe("TENON_GO_HOST_NO_SYMBOLS");
  });

  describe("hosts that cannot be predicted", () => {
    const hosts: [name: string, make: (path: string) => void, code: string][] = [
      ["a script", (path) => writeFileSync(path, "#!/bin/sh\necho\n"), "TENON_BINARY_UNKNOWN"],
      ["an empty file", (path) => writeFileSync(path, ""), "TENON_ARTIFACT_EMPTY"],
      ["a folder", (path) => mkdirSync(path), "TENON_ARTIFACT_UNREADABLE"],
      ["a circle of links", (path) => symlinkSync(path, path), "TENON_ARTIFACT_UNREADABLE"],
      ["a C program", (path) => compileProgram(path), "TENON_BINARY_NOT_GO"],
      ["half a program", (path) => cut(host, path), "TENON_BINARY_TRUNCATED"],
      ["a plugin", (path) => copyFileSync(join(folder, "good.so"), path), "TENON_GO_HOST_NO_PLUGIN"],
    ];
    for (const [name, make, code] of hosts) {
      test(name, async () => {
        const path = join(folder, `host-${name.replaceAll(" ", "-")}`);
        make(path);
        const { results } = await checkGoPlugins(path, ["good.so"], { cwd: folder });
        expect(results[0]?.outcome).toBe("unknown");
        expect(results[0]?.findings.map((each) => each.code)).toEqual([code]);
      });
    }

    test("a host that does not exist is an error", async () => {
      await expect(checkGoPlugins(join(folder, "nowhere"), ["good.so"])).rejects.toMatchObject({
        code: "TENON_ARTIFACT_MISSING",
      });
    });
  });

  test("damaged plugins get a verdict and never cause an exception", patience, async () => {
    const whole = readFileSync(buildPlugin("plugin", ["-trimpath", "-ldflags=-s -w"], pluginSource));
    let seed = 7;
    const random = (limit: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % limit;
    };
    const path = join(folder, "damaged.so");
    for (let round = 0; round < 150; round++) {
      const bytes = Buffer.from(whole);
      // Mostly where the headers and the loader's tables are.
      for (let count = 1 + random(4); count > 0; count--)
        bytes[random(3) === 0 ? random(bytes.length) : random(0x1000)] = random(256);
      writeFileSync(path, bytes);
      const { results } = await checkGoPlugins(host, [path], { sysroot: "/" });
      expect(results[0]?.outcome).toMatch(/^(opens|error|crash|hang|unknown)$/);
    }
  });

  // Last: by now those that hang have been waited for.
  for (const plugins of sequences) {
    test(plugins.map((name) => name || "(empty name)").join(", then "), patience, async () => {
      const real = await opened.get(plugins);
      const { results } = await checkGoPlugins(host, plugins, { sysroot: "/", cwd: folder });
      expect(results.map(({ outcome, error }) => ({ outcome, ...(outcome === "error" ? { error } : {}) }))).toEqual(
        real?.map((each) => (each.outcome === "not reached" ? { outcome: "unknown" } : each)),
      );
      for (const { outcome, findings } of results) {
        if (outcome === "opens") continue;
        expect(findings.length).toBeGreaterThan(0);
        for (const each of findings) expect(each.fix.text).not.toBe("");
      }
    });

    test(`${plugins.join(", ")}: no prediction is wrong without the system's libraries`, patience, async () => {
      const real = await opened.get(plugins);
      const { results } = await checkGoPlugins(host, plugins, { cwd: folder });
      for (const [index, { outcome, error }] of results.entries()) {
        // Plugins after an unpredictable one are predicted as if that one did not exist.
        if (outcome === "unknown") break;
        expect({ outcome, ...(outcome === "error" ? { error } : {}) }).toEqual(real?.[index]);
      }
    });
  }
});

function compileProgram(path: string): void {
  writeFileSync(`${path}.c`, "int main(void) { return 0; }\n");
  execFileSync("gcc", ["-o", path, `${path}.c`]);
}

function cut(from: string, to: string): void {
  copyFileSync(from, to);
  truncateSync(to, readFileSync(from).length >> 1);
}
