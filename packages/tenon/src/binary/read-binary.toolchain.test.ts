import { readFileSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import { type Binary, imageOf, readBinary } from "./read-binary.js";
import { component } from "./testing/assembler.mjs";
import { buildGo, goFacts } from "./testing/go-build.mjs";

const { describe, test } = needs(missing.go());

const architectures = ["amd64", "386", "arm", "arm64", "mips", "ppc64", "s390x", "riscv64", "loong64"];

function elf(path: string): Extract<Binary, { format: "elf" }>["file"] {
  const binary = readBinary(new Uint8Array(readFileSync(path)));
  if (binary.format !== "elf") throw new Error(`it is read as ${binary.format}`);
  return binary.file;
}

describe.each(architectures)("a program that Go built for linux/%s", (arch) => {
  test("has the segments and sections that debug/elf sees", { timeout: 120_000 }, () => {
    const path = buildGo(`linux/${arch}`);
    const facts = goFacts("elf", path);
    const file = elf(path);
    expect(file.image.segments.map(({ address, size, offset, fileSize }) => [address, size, offset, fileSize])).toEqual(
      facts.Segments?.map(({ Address, Size, Offset, FileSize }) => [Address, Size, Offset, FileSize]),
    );
    expect(file.sections.map(({ name, address, offset }) => [name, address, offset])).toEqual(
      facts.Sections?.map(({ Name, Address, Offset }) => [Name, Address, Offset]),
    );
  });
});

test("a component has no image", () => {
  expect(imageOf(readBinary(component()))).toBeUndefined();
});
