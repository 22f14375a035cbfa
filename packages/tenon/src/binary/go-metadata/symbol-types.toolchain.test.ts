import { readFileSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import type { Image } from "../bytes/image.js";
import { readImage } from "../index.js";
import { findModuleData } from "./find-module-data.js";
import { buildGo, type GoToolchain, toolchains } from "./fixtures/go-builds.mjs";
import { imageOfData } from "./fixtures/images.mjs";
import { pluginExports, pluginFiles } from "./fixtures/sources.mjs";
import { findLineTable } from "./line-table.js";
import { moduleDataLayout } from "./module-data.js";
import { goTypeAt, pluginSymbols } from "./symbol-types.js";

const { describe, test } = needs(missing.goPlugins());

describe("with real Go", () => {
  test.each(toolchains.map((one): [string, GoToolchain] => [one.version, one]))(
    "%s: what a plugin exports, stripped or not",
    (_, toolchain) => {
      for (const flags of [["-ldflags=-s -w", "-trimpath"], []]) {
        const image = readImage(
          readFileSync(buildGo(toolchain, { files: pluginFiles, flags: ["-buildmode=plugin", ...flags] })),
        )!;
        expect(symbolsOf(image, toolchain.minor)).toEqual(pluginExports);
      }
    },
    600_000,
  );
});

test("types outside the range and endless names throw TENON_BINARY_MALFORMED", () => {
  const data = Buffer.alloc(256, 0xff);
  const range = { types: 0x1000, etypes: 0x1100 };
  for (const offset of [-8, 0x101, 0xf8, 0])
    expect(() => goTypeAt(imageOfData(data), range, offset, 27)).toThrow(
      expect.objectContaining({ code: "TENON_BINARY_MALFORMED" }),
    );
});

function symbolsOf(image: Image, minor: number) {
  const { data } = findModuleData(image, findLineTable(image)!, [moduleDataLayout(minor, image.bits)!])!;
  return pluginSymbols(image, data, minor).sort((a, b) => (a.name < b.name ? -1 : 1));
}
