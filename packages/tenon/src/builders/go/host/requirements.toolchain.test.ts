import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { GoLab } from "../fixtures/go-lab.mjs";
import { dockerfileText } from "../formats/dockerfile-text.js";
import { moduleFileText } from "../formats/module-file-text.js";
import { compilingFlags, goVariables, selectingFlags, withoutOverruled } from "../toolchain/build-settings.js";
import { goDependencies } from "./dependencies.js";
import type { HostFacts } from "./host-facts.js";
import { describeHost } from "./requirements.js";

const { test } = needs(missing.goPlugins());

const minutes = 60_000;

function host(settings: Record<string, string>, more: Partial<HostFacts> = {}): HostFacts {
  return {
    path: "server",
    goVersion: "go1.26.8",
    mainPackage: "example.com/host",
    main: { path: "example.com/host", version: "(devel)" },
    modules: [],
    settings: { GOOS: "linux", GOARCH: "amd64", GOAMD64: "v1", CGO_ENABLED: "1", ...settings },
    files: () => [],
    filesOfPackage: () => [],
    ...more,
  };
}

let lab: GoLab;
beforeAll(async () => {
  lab = new GoLab();
  lab.hostFolder("host", {
    "go.mod":
      "module example.com/host\n\ngo 1.19\n\nrequire example.com/lib v1.0.0\n\nreplace example.com/lib => example.com/fork v1.0.5\n",
  });
  await lab.host("host", "server", "-trimpath", "-tags=special");
  await lab.go("host", "build", "-o", lab.path("server.plain"), ".");
}, 10 * minutes);
afterAll(() => lab.remove());

test("the description of a real host has everything that go version -m prints", async () => {
  const required = await goDependencies(lab.path("server"));
  const told = execFileSync("go", ["version", "-m", lab.path("server")], { encoding: "utf8" });
  expect(told).toContain(`: ${required.goVersion}\n`);
  expect(required).toMatchObject({
    os: "linux",
    cgo: true,
    trimpath: true,
    tags: ["special"],
    libc: { kind: "glibc", minimum: expect.stringMatching(/^2\.\d+$/) },
    mainPackage: "example.com/host",
    folders: { main: undefined, moduleCache: undefined },
  });
  const [module] = required.modules;
  expect(module).toMatchObject({ path: "example.com/lib", version: "v1.0.0", replace: { path: "example.com/fork" } });
  expect(told).toContain(`${module?.replace?.path}\t${module?.replace?.version}\t${module?.replace?.sum}`);
});

test("a host without -trimpath has its folders in the description", async () => {
  const { folders } = await goDependencies(lab.path("server.plain"));
  expect(folders).toEqual({ main: lab.path("host"), moduleCache: lab.path("mod") });
});

test("a file without build information is rejected", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tenon-go-"));
  const file = join(folder, "file");
  try {
    await expect(goDependencies("/bin/sh")).rejects.toMatchObject({ code: "TENON_GO_BUILD_INFO_MISSING" });
    await expect(goDependencies(folder)).rejects.toMatchObject({ code: "TENON_ARTIFACT_UNREADABLE" });
    await expect(goDependencies(file)).rejects.toMatchObject({ code: "TENON_ARTIFACT_MISSING" });
    writeFileSync(file, "\x7fELF");
    await expect(goDependencies(file)).rejects.toMatchObject({ code: expect.stringMatching(/^TENON_BINARY_/) });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ["go1.26.8", "go1.26.8", ""],
  ["go1.24.3 X:boringcrypto", "go1.24.3", "boringcrypto"],
  ["go1.26.8-X:nodwarf5", "go1.26.8", "nodwarf5"],
  ["go1.27rc1", "go1.27rc1", ""],
  ["go1.22.3 (Red Hat 1.22.3-1.el9)", "go1.22.3", ""],
  ["devel go1.28-4f2a3c1 Mon Nov 2 2026", undefined, ""],
])("%s is the release %s", (goVersion, release, experiments) => {
  expect(describeHost(host({}, { goVersion }))).toMatchObject({ goVersion, release, experiments });
});

test("flags of the host that apply to every package are used, others are not", () => {
  const flags = (settings: Record<string, string>) => compilingFlags(describeHost(host(settings)), undefined);
  expect(flags({ "-gcflags": "all=-N -l" })).toEqual(["-gcflags=all=-N -l", "-pgo=off"]);
  expect(flags({ "-gcflags": "-N -l", "-ldflags": "-X main.x=y -extld=evil" })).toEqual(["-pgo=off"]);
  expect(flags({ "-asmflags": "all=-D=X" })).toEqual(["-asmflags=all=-D=X", "-pgo=off"]);
  const selecting = selectingFlags(describeHost(host({ "-race": "true", "-tags": "a,b", "-trimpath": "true" })), [
    "b",
    "c",
  ]);
  expect(selecting).toEqual(["-trimpath", "-race", "-tags=a,b,c"]);
});

test.each([
  "all=-o=/etc/passwd",
  "all=-N -cpuprofile /tmp/x",
  "all=-json=0,/tmp",
  "all=-linkobj=/tmp/x",
  "all=-N '-asmhdr=/x'",
])("a compiler flag that writes files is refused: %s", (flags) => {
  expect(() => compilingFlags(describeHost(host({ "-gcflags": flags })), undefined)).toThrow(
    expect.objectContaining({ code: "TENON_GO_HOST_UNSUPPORTED" }),
  );
});

test("the author's variables do not change what is compiled", () => {
  const toolchain = { release: "go1.26.8", root: "/go", go: "/go/bin/go", origin: "path" } as const;
  const author = { GOFLAGS: "-mod=vendor", GOEXPERIMENT: "x", GOOS: "plan9", GOPROXY: "off", PATH: "/bin" };
  expect(withoutOverruled(author)).toEqual({ GOPROXY: "off", PATH: "/bin" });
  const required = describeHost(host({ GOFIPS140: "v1.0.0" }, { goVersion: "go1.26.8-X:nodwarf5" }));
  expect(goVariables(required, toolchain)).toMatchObject({
    GOOS: "linux",
    GOARCH: "amd64",
    GOAMD64: "v1",
    GOEXPERIMENT: "nodwarf5",
    GOFIPS140: "v1.0.0",
    GOROOT: "/go",
    GOTOOLCHAIN: "local",
  });
});

test("go accepts the go.mod for authors, and builds with it", async () => {
  const required = await goDependencies(lab.path("server"));
  lab.write("author", {
    "go.mod": moduleFileText(required, "example.com/author"),
    "main.go": 'package main\n\nimport "example.com/lib"\n\nfunc Run() string { return lib.Version }\n',
  });
  const { Require, Replace, Toolchain } = JSON.parse(await lab.go("author", "mod", "edit", "-json"));
  expect(Require).toEqual([{ Path: "example.com/lib", Version: "v1.0.0" }]);
  expect(Replace).toEqual([{ Old: { Path: "example.com/lib" }, New: { Path: "example.com/fork", Version: "v1.0.5" } }]);
  expect(Toolchain).toBe(required.release);
  await lab.go("author", "mod", "tidy");
  await lab.go("author", "build", "-buildmode=plugin", "-trimpath", "-tags=special", "-o", lab.path("author.so"), ".");
  expect(await lab.open(lab.path("server"), "author.so")).toMatchObject({ result: "v1.0.5-fork" });
});

test("the go.mod says which replacements are not published", () => {
  const modules = [
    { path: "example.com/lib", version: "v1.0.0", replace: { path: "../lib", version: "(devel)" } },
    { path: "example.com/quoted,path", version: "v1.0.0" },
  ];
  const text = moduleFileText(describeHost(host({}, { modules })));
  expect(text).not.toMatch(/^replace/m);
  expect(text).toContain("// example.com/lib: the host replaces it with its folder ../lib");
  expect(text).toContain('\t"example.com/quoted,path" v1.0.0');
  expect(moduleFileText(describeHost(host({}, { goVersion: "go1.20.14" })))).toMatch(/^go 1\.20$/m);
});

test("the Dockerfile has the host's release, C library, variables and flags", () => {
  const settings = { "-trimpath": "true", "-tags": "a,b", "-gcflags": "all=-N -l", GOEXPERIMENT: "$x" };
  const glibc = dockerfileText(describeHost(host(settings, { libc: { kind: "glibc", minimum: "2.34" } })));
  expect(glibc).toMatch(/^FROM --platform=linux\/amd64 golang:1\.26\.8-bookworm AS build$/m);
  expect(glibc).toContain("glibc 2.34");
  expect(glibc).toContain('GOEXPERIMENT="\\$x"');
  const run = /^RUN (\[.*\])$/m.exec(glibc)?.[1] ?? "";
  expect(JSON.parse(run)).toEqual(
    expect.arrayContaining(["-buildmode=plugin", "-trimpath", "-tags=a,b", "-gcflags=all=-N -l", "-pgo=off"]),
  );
  const musl = dockerfileText(describeHost(host({}, { libc: { kind: "musl" }, goVersion: "go1.22.3" })));
  expect(musl).toMatch(/golang:1\.22\.3-alpine/);
  expect(musl).toContain("apk add --no-cache build-base");
  expect(() => dockerfileText(describeHost(host({}, { goVersion: "devel go1.28-x" })))).toThrow(
    expect.objectContaining({ code: "TENON_GO_TOOLCHAIN_MISSING" }),
  );
});
