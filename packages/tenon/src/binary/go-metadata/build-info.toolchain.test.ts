import { readFileSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import { readImage } from "../index.js";
import { type BuildInfo, findModuleText, readBuildInfo } from "./build-info.js";
import { buildGo, type GoToolchain, newestGo, toolchains } from "./fixtures/go-builds.mjs";
import { imageOfData } from "./fixtures/images.mjs";
import { askGo, type Oracle } from "./fixtures/oracle.mjs";
import { hostFiles } from "./fixtures/sources.mjs";

const { describe, test } = needs(missing.goPlugins());

/** Two modules, one of which a folder replaces. */
const workspace = {
  "go.mod": `module example.com/made

go 1.20

require example.com/greet v1.2.3

replace example.com/greet v1.2.3 => ./greet
`,
  "main.go": `package main

import "example.com/greet"

func main() { println(greet.Hello()) }
`,
  "greet/go.mod": "module example.com/greet\n\ngo 1.20\n",
  "greet/greet.go": 'package greet\n\nfunc Hello() string { return "hello" }\n',
};

const recent = toolchains.filter(({ minor }) => minor >= 18);

describe("with real Go", () => {
  test.each(recent.map((one): [string, GoToolchain] => [one.version, one]))(
    "%s: the same as Go's own reader, stripped or not",
    (version, toolchain) => {
      for (const flags of [[], ["-trimpath", "-ldflags=-s -w", "-tags=one,two"], ["-buildmode=pie"]]) {
        const path = buildGo(toolchain, { files: hostFiles, flags });
        const info = readBuildInfo(readImage(readFileSync(path))!);
        expect(info?.goVersion).toBe(`go${version}`);
        expect(asOracle(info!)).toEqual(ordered(askGo(path).BuildInfo));
        expect(info?.settings.get("-tags")).toBe(flags.length > 1 ? "one,two" : undefined);
      }
    },
    600_000,
  );

  test.each(toolchains.filter(({ minor }) => minor < 18).map((one): [string, GoToolchain] => [one.version, one]))(
    "%s: the older form, which points to its texts",
    (version, toolchain) => {
      for (const flags of [[], ["-ldflags=-s -w"], ["-buildmode=pie"]]) {
        const info = readBuildInfo(readImage(readFileSync(buildGo(toolchain, { files: hostFiles, flags })))!);
        expect(info).toMatchObject({
          goVersion: `go${version}`,
          path: "example.com/made",
          main: { path: "example.com/made", version: "(devel)" },
        });
      }
    },
    600_000,
  );

  test.each([
    ["darwin", "amd64"],
    ["darwin", "arm64"],
    ["windows", "amd64"],
    ["windows", "386"],
    ["linux", "386"],
    ["linux", "s390x"],
    ["linux", "mips"],
  ])(
    "%s/%s",
    (os, arch) => {
      const environment = { GOOS: os, GOARCH: arch, CGO_ENABLED: "0" };
      const path = buildGo(newestGo!, { files: workspace, environment, flags: ["-ldflags=-s -w"] });
      const info = readBuildInfo(readImage(readFileSync(path))!);
      expect(info).toMatchObject({
        main: { path: "example.com/made" },
        dependencies: [
          { path: "example.com/greet", version: "v1.2.3", replace: { path: "./greet", version: "(devel)" } },
        ],
      });
      expect(info?.settings.get("GOOS")).toBe(os);
      expect(info?.settings.get("GOARCH")).toBe(arch);
    },
    600_000,
  );

  test("wasip1/wasm has no build information but contains the module text", () => {
    const environment = { GOOS: "wasip1", GOARCH: "wasm", CGO_ENABLED: "0" };
    const path = buildGo(newestGo!, { files: workspace, environment, flags: ["-ldflags=-s -w"] });
    const image = readImage(readFileSync(path))!;
    expect(readBuildInfo(image)).toBeUndefined();
    const info = findModuleText(image);
    expect(info).toMatchObject({
      main: { path: "example.com/made" },
      dependencies: [{ path: "example.com/greet", version: "v1.2.3", replace: { path: "./greet" } }],
    });
    expect(info?.settings.get("GOOS")).toBe("wasip1");
  }, 600_000);

  test("plugins of Go 1.20 and older have none", () => {
    for (const toolchain of toolchains) {
      const path = buildGo(toolchain, {
        files: { "main.go": "package main\n\nvar Answer = 42\n" },
        flags: ["-buildmode=plugin"],
      });
      expect(readBuildInfo(readImage(readFileSync(path))!) !== undefined).toBe(toolchain.minor > 20);
    }
  }, 600_000);
});

test("a program that only contains the magic of build information has none", () => {
  const data = Buffer.alloc(4096);
  data.write("\xff Go buildinf:\x08\x02", 64, "latin1");
  expect(readBuildInfo(imageOfData(data))).toBeUndefined();
  data.fill(0xff, 96, 128);
  expect(readBuildInfo(imageOfData(data))).toBeUndefined();
});

test("a search through 100 MB is fast", () => {
  const data = Buffer.alloc(100 << 20, 0x20);
  const place = data.length - 4096;
  data.write("\xff Go buildinf:\x08\x02", place, "latin1");
  data.write("\x08go1.26.8\x00", place + 32, "latin1");
  const image = imageOfData(data);
  const start = performance.now();
  expect(readBuildInfo(image)?.goVersion).toBe("go1.26.8");
  expect(performance.now() - start).toBeLessThan(1000);
});

/** Go's JSON leaves out what is empty. */
function ordered(info: Oracle["BuildInfo"]) {
  return { ...info, Deps: info?.Deps ?? [], Settings: info?.Settings ?? [] };
}

function asOracle(info: BuildInfo) {
  type Module = NonNullable<BuildInfo["main"]>;
  type Shown = { Path: string; Version: string; Sum?: string; Replace?: Shown };
  const module = (one: Module): Shown => ({
    Path: one.path,
    Version: one.version,
    ...(one.sum === undefined ? {} : { Sum: one.sum }),
    ...(one.replace === undefined ? {} : { Replace: module(one.replace) }),
  });
  return {
    GoVersion: info.goVersion,
    Path: info.path,
    Main: module(info.main!),
    Deps: info.dependencies.map(module),
    Settings: [...info.settings].map(([Key, Value]) => (Value === "" ? { Key } : { Key, Value })),
  };
}
