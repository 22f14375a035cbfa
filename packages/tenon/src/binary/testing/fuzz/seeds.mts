import { readFileSync } from "node:fs";
import { isTenonError } from "../../../errors/index.js";
import type { Image } from "../../bytes/image.js";
import { ElfFile } from "../../elf/elf.js";
import { findModuleData } from "../../go-metadata/find-module-data.js";
import { readLineTable } from "../../go-metadata/line-table.js";
import { moduleDataLayout } from "../../go-metadata/module-data-layout.js";
import { MachOFile } from "../../mach-o/mach-o.js";
import { PeFile } from "../../pe/pe.js";
import { imageOf, readBinary } from "../../read-binary.js";
import { joined } from "../fat-file.mjs";
import { goProgram } from "../go-build.mjs";
import { machOLibrary, peLibrary, wasmObject, withoutLlvm } from "../llvm.mjs";
import { has } from "../tools.mjs";
import { componentSeeds } from "./component-seeds.mjs";
import type { Seed } from "./mutation.mjs";
import { nativeSeeds } from "./native-seeds.mjs";
import { wasmSeeds } from "./wasm-seeds.mjs";

const stripped = ["-ldflags=-s -w"];
const fewTargets = ["linux/amd64", "darwin/arm64", "windows/386", "wasip1/wasm"];
const allTargets = [
  ...["amd64", "arm64", "386", "arm", "mips", "ppc64", "s390x", "riscv64", "loong64"].map((arch) => `linux/${arch}`),
  ...["darwin/amd64", "darwin/arm64", "windows/amd64", "windows/386", "windows/arm64", "wasip1/wasm", "js/wasm"],
];

/**
 * Builds the files to mutate: real ones of every format.
 *
 * @param how "few" omits most of Go's targets, because the first build for each is slow.
 * @param skipped Receives the files that cannot be built here, and why.
 */
export function makeSeeds(how: "few" | "all", skipped: (what: string) => void): Seed[] {
  const found = [...nativeSeeds(skipped), ...wasmSeeds(), ...componentSeeds()];
  const reason = withoutLlvm();
  if (reason === undefined) {
    const read = (path: string) => new Uint8Array(readFileSync(path));
    const libraries = (["chained", "opcodes"] as const).map((fixups) => read(machOLibrary("x86_64", fixups)));
    for (const [index, bytes] of libraries.entries()) found.push({ name: `mach-o-library-${index}`, bytes });
    found.push({ name: "mach-o-arm64", bytes: read(machOLibrary("arm64", "chained")) });
    found.push(
      { name: "mach-o-fat", bytes: joined(libraries, false) },
      { name: "mach-o-fat64", bytes: joined(libraries, true) },
    );
    for (const arch of ["x86_64", "i686"] as const)
      for (const delayed of [false, true])
        found.push({ name: `pe-${arch}-${delayed}`, bytes: peLibrary(arch, delayed) });
    found.push({ name: "wasm-llvm", bytes: read(wasmObject()) });
  } else skipped(`libraries of macOS and Windows: ${reason}`);
  if (has("go", "version")) {
    for (const target of how === "few" ? fewTargets : allTargets)
      found.push({ name: `go-${target}`, bytes: goProgram(target, stripped) });
    if (how === "all")
      for (const target of ["linux/amd64", "darwin/amd64", "windows/amd64"])
        found.push({ name: `go-${target}-symbols`, bytes: goProgram(target) });
  } else skipped("Go programs: Go is not installed");
  return found.map(prepared);
}

/** Only components, which need no tool to build. */
export function makeComponentSeeds(): Seed[] {
  return componentSeeds().map(prepared);
}

function prepared(each: { name: string; bytes: Uint8Array }): Seed {
  return { ...each, group: groupOf(each.name), hot: hotParts(each.bytes) };
}

/** Returns the first word of a seed's name. Go programs, which are slow to read, have their own group. */
function groupOf(name: string): string {
  return name.split("-", 1)[0] ?? name;
}

/** The locations of the tables that readers follow. */
function hotParts(bytes: Uint8Array): { offset: number; size: number }[] {
  const found: { offset: number; size: number }[] = [];
  const part = (offset: number | undefined, size: number) => {
    if (offset !== undefined && offset >= 0 && offset < bytes.length) found.push({ offset, size });
  };
  try {
    const binary = readBinary(bytes);
    const { file } = binary;
    if (file instanceof ElfFile) {
      for (const header of file.programHeaders)
        if (header.type !== 1) part(header.offset, Math.min(header.fileSize, 1024));
      for (const section of file.sections) part(section.offset, Math.min(section.size, 256));
      part(file.header.sectionHeaders.offset, 64 * 40);
    } else if (file instanceof MachOFile) {
      part(file.header.size, file.header.commandBytes);
      const linkEdit = file.segments.find(({ name }) => name === "__LINKEDIT");
      part(linkEdit?.offset, Math.min(linkEdit?.fileSize ?? 0, 1024));
    } else if (file instanceof PeFile) {
      part(file.headers.sections.offset, file.sections.length * 40);
      part(file.headers.symbols.offset || undefined, 1024);
      for (const { address, size } of file.headers.directories)
        if (size > 0 && file.image.has(file.headers.imageBase + address))
          part(file.image.offsetOf(file.headers.imageBase + address), Math.min(size, 512));
    } else for (const { offset, size } of file.sections) part(offset - 4, Math.min(size, 128));
    const image = imageOf(binary);
    if (image !== undefined && image.bytes === bytes) goParts(image, part);
  } catch (thrown) {
    // The parts of a fat file are not read.
    if (!isTenonError(thrown)) throw thrown;
  }
  return found;
}

function goParts(image: Image, part: (offset: number, size: number) => void): void {
  const buildInfo = Buffer.from(image.bytes.buffer, image.bytes.byteOffset, image.bytes.length).indexOf(
    "\xff Go buildinf:",
    0,
    "latin1",
  );
  if (buildInfo >= 0) part(buildInfo, 256);
  const table = readLineTable(image);
  if (table === undefined) return;
  part(image.offsetOf(table.address), 512);
  const layouts = [20, 22, 24, 26, 27].flatMap((minor) => moduleDataLayout(minor, image.bits) ?? []);
  const found = findModuleData(image, table.address, layouts);
  if (found === undefined) return;
  part(image.offsetOf(found.data.address), found.layout.size);
  if (image.has(found.data.types)) part(image.offsetOf(found.data.types), 1024);
}
