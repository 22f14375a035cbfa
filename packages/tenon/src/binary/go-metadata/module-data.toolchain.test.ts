import { readFileSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { beforeAll, expect } from "vitest";
import { Image } from "../bytes/image.js";
import { readElf } from "../elf/index.js";
import { findModuleData } from "./find-module-data.js";
import { buildGo, type GoToolchain, toolchains } from "./fixtures/go-builds.mjs";
import { findLineTable } from "./line-table.js";
import { type ModuleDataLayout, moduleDataLayout, moduleDataLayoutsOfSize, readModuleData } from "./module-data.js";
import { knownMinors } from "./module-data-layout.js";

const { describe, test } = needs(missing.goPlugins());

const host = { "main.go": 'package main\n\nimport "plugin"\n\nfunc main() { plugin.Open("x") }\n' };
const plugin = { "main.go": "package main\n\nvar Answer = 42\n\nfunc Greet(name string) string { return name }\n" };

describe("with real Go", () => {
  describe.each(toolchains.map((one): [string, GoToolchain] => [one.version, one]))("%s", (version, toolchain) => {
    let hostBytes: Uint8Array;
    let pluginBytes: Uint8Array;
    beforeAll(() => {
      hostBytes = readFileSync(buildGo(toolchain, { files: host }));
      pluginBytes = readFileSync(buildGo(toolchain, { files: plugin, flags: ["-buildmode=plugin", "-ldflags=-s -w"] }));
    }, 600_000);

    test("the host's symbol has the size of the layout, and its fields are consistent", () => {
      const elf = readElf(hostBytes);
      const symbol = elf.symbols?.find("runtime.firstmoduledata");
      const layout = moduleDataLayout(`go${version}`, elf.image.bits)!;
      expect(layout.size).toBe(symbol?.size);
      expect(moduleDataLayoutsOfSize(symbol!.size, 64)).toContain(layout);
      const data = readModuleData(elf.image, symbol!.value, layout);
      expect(data).toMatchObject({ hasMain: true, bad: false, pluginPath: "", next: 0, typemap: 0 });
      expect(data.ptab.length).toBe(0);
      expect(data.etypes).toBeGreaterThan(data.types);
      expect([0xfffffffa, 0xfffffff0, 0xfffffff1]).toContain(elf.image.u32(data.pcHeader));
    });

    test("the plugin's path, package hashes and exports are found", () => {
      const elf = readElf(pluginBytes);
      const layout = moduleDataLayout(`go${version}`, elf.image.bits)!;
      const address = moduleDataOfPlugin(elf, layout);
      const data = readModuleData(elf.image, address, layout);
      expect(data).toMatchObject({ hasMain: false, bad: false });
      expect(data.pluginPath).toMatch(/^example\.com\/made$|^plugin\/unnamed-/);
      expect(data.ptab.length).toBe(2);
      expect(data.pkgHashes.length).toBeGreaterThan(5);
      const name = elf.image.goString(data.pkgHashes.address);
      expect(name).toMatch(/^[a-z0-9/._-]+$/);
      expect(elf.image.slice(elf.image.pointer(data.pkgHashes.address + 16), 8)).toHaveLength(8);
    });
  });
});

test("every known release has a layout for both word sizes with the same order of fields", () => {
  for (const minor of knownMinors) {
    const [wide, narrow] = [moduleDataLayout(minor, 64)!, moduleDataLayout(minor, 32)!];
    expect(wide.size).toBe(narrow.size * 2);
    const { bad: wideBad, ...wideRest } = wide.offsets;
    const { bad: narrowBad, ...narrowRest } = narrow.offsets;
    expect(Object.keys(wideRest)).toEqual(Object.keys(narrowRest));
    for (const [field, offset] of Object.entries(narrowRest)) expect(wideRest).toHaveProperty(field, offset * 2);
    if (minor >= 23) expect([wideBad! - wide.offsets.hasmain!, narrowBad! - narrow.offsets.hasmain!]).toEqual([1, 1]);
    else expect(wideBad).toBe(narrowBad! * 2);
  }
});

test("releases with the same size but different layouts are distinguished", () => {
  expect(moduleDataLayoutsOfSize(568, 64).map(({ minors }) => minors)).toEqual([[20], [27]]);
  expect(moduleDataLayoutsOfSize(592, 64).map(({ minors }) => minors)).toEqual([[21, 22], [26]]);
  expect(moduleDataLayoutsOfSize(4711, 64)).toEqual([]);
});

test.each(["go1.15.3", "go1.28", "devel +4f2a3c1", "unknown", "", "go2.27"])("%j has no known layout", (version) => {
  expect(moduleDataLayout(version, 64)).toBeUndefined();
});

test.each(["go1.26.8", "go1.26", "go1.26rc2", "go1.26.8 X:nocoverageredesign", "devel go1.26-4f2a3c1"])(
  "%j has the layout of 1.26",
  (version) => {
    expect(moduleDataLayout(version, 64)?.minors).toEqual([26]);
  },
);

test("an address outside the program throws TENON_BINARY_MALFORMED", () => {
  const image = new Image({
    bytes: new Uint8Array(64),
    bits: 64,
    littleEndian: true,
    segments: [],
    platform: { os: "linux", arch: "amd64" },
  });
  expect(() => readModuleData(image, 4096, moduleDataLayout(27, 64)!)).toThrow(
    expect.objectContaining({ code: "TENON_BINARY_MALFORMED" }),
  );
});

/** Where the module data of a plugin begins, which has no symbol for it. */
function moduleDataOfPlugin(elf: ReturnType<typeof readElf>, layout: ModuleDataLayout): number {
  const found = findModuleData(elf.image, findLineTable(elf.image)!, [layout]);
  return found!.data.address;
}
