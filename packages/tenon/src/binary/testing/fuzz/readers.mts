import { isTenonError } from "../../../errors/index.js";
import { ByteReader } from "../../bytes/byte-reader.js";
import type { Image } from "../../bytes/image.js";
import { decodeComponent, readComponent } from "../../component/index.js";
import { readDwarf } from "../../dwarf/dwarf.js";
import { exportSignatures } from "../../dwarf/export-signatures.js";
import { findPositions } from "../../dwarf/positions.js";
import { type FindDwarfSection, findDwarf } from "../../dwarf/sections.js";
import { ElfFile, readElf } from "../../elf/elf.js";
import { sectionBytes } from "../../elf/sections.js";
import { readBuildInfo } from "../../go-metadata/build-info.js";
import { findModuleData } from "../../go-metadata/find-module-data.js";
import { readLineTable } from "../../go-metadata/line-table.js";
import { type ModuleDataLayout, moduleDataLayout } from "../../go-metadata/module-data-layout.js";
import { goTypeAt, pluginSymbols } from "../../go-metadata/symbol-types.js";
import { isFatMachO, readFatArchitectures } from "../../mach-o/fat.js";
import { MachOFile, readMachO } from "../../mach-o/mach-o.js";
import { packer } from "../../packer.js";
import { PeFile, readPe } from "../../pe/pe.js";
import { type Binary, readBinary } from "../../read-binary.js";
import { recognise } from "../../recognise.js";
import { WasmComponent } from "../../wasm/component.js";
import { readFunctionNames } from "../../wasm/custom-sections.js";
import { WasmModule } from "../../wasm/module.js";
import { readWasm } from "../../wasm/wasm.js";

type File = ElfFile | MachOFile | PeFile | WasmModule | WasmComponent;

/** One input for all readers. Readers that need a parsed file receive the result of an earlier reader. */
export class Input {
  readonly bytes: Uint8Array;
  binary: Binary | undefined;
  file: File | undefined;
  image: Image | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** One reader. Returns `false` if the input is not for it. */
export interface Reader {
  readonly name: string;
  read(input: Input): unknown;
}

const layouts = [17, 20, 22, 24, 26, 27].flatMap((minor) => moduleDataLayout(minor, 64) ?? []);
const narrowLayouts = [17, 20, 22, 24, 26, 27].flatMap((minor) => moduleDataLayout(minor, 32) ?? []);

/** All readers, first those that others depend on. */
export const readers: readonly Reader[] = [
  { name: "recognise", read: ({ bytes }) => recognise(bytes) },
  { name: "packer", read: ({ bytes }) => packer(bytes) },
  {
    name: "any format",
    read(input) {
      input.binary = readBinary(input.bytes);
    },
  },
  { name: "fat mach-o", read: ({ bytes }) => isFatMachO(bytes) && readFatArchitectures(bytes) },
  opening("elf", readElf),
  opening("mach-o", readMachO),
  opening("pe", readPe),
  opening("wasm", readWasm),
  { name: "image", read: readImage },
  of("elf: dynamic", ElfFile, (file) => [file.dynamic, file.interpreter, file.sizeNeeded]),
  of("elf: whole", ElfFile, (file) => file.expectWhole()),
  of("elf: symbols", ElfFile, (file) => {
    const { symbols } = file;
    if (symbols === undefined) return false;
    for (const symbol of symbols) {
      symbols.find(symbol.name);
      symbols.versionOf(symbol.index);
    }
    return symbols.find("no such symbol");
  }),
  of("elf: relocations", ElfFile, (file) => {
    let count = 0;
    file.relocations?.each(() => count++);
    for (const { address, size } of file.image.segments)
      for (const at of [address, address + 8, address + (size >>> 1), address + size - 8]) file.relocations?.at(at);
    return count;
  }),
  of("elf: versions", ElfFile, (file) => [file.versionNeeds, file.versionDefinitions]),
  of("elf: sections", ElfFile, (file) => file.sections.map((section) => sectionBytes(file.reader, section).length)),
  of("elf: notes", ElfFile, (file) => file.notes),
  of("mach-o: libraries", MachOFile, (file) => [
    file.libraries,
    file.id,
    file.runPaths,
    file.uuid,
    file.entryOffset,
    file.isEncrypted,
  ]),
  of("mach-o: symbols", MachOFile, (file) => file.symbols),
  of("mach-o: exports", MachOFile, (file) => file.exports),
  of("pe: imports", PeFile, (file) => file.imports),
  of("pe: exports", PeFile, (file) => file.exports),
  of("pe: symbols", PeFile, (file) => file.symbols),
  of("wasm: externals", WasmModule, (file) => {
    for (const { index } of file.exports) file.functionType(index);
    return [file.tables, file.memories, file.start, file.wasiLevel];
  }),
  of("wasm: data", WasmModule, (file) => [file.globals, file.data]),
  of("wasm: custom sections", WasmModule, (file) => {
    const names = file.customSection("name");
    return [file.producers, file.targetFeatures, names && readFunctionNames(names)];
  }),
  of("component: decoded", WasmComponent, ({ bytes }) => decodeComponent(bytes)),
  of("component: checked", WasmComponent, ({ bytes }) => readComponent(bytes)),
  of("wasm: component", WasmComponent, (file) => [file.imports, file.exports, file.wasiLevel, file.producers]),
  { name: "dwarf", read: ({ binary }) => binary !== undefined && readDebugData(binary) },
  {
    name: "dwarf: positions",
    read: ({ binary, image }) => binary !== undefined && readPositions(binary, image),
  },
  { name: "go: build info", read: ({ image }) => image !== undefined && (readBuildInfo(image) ?? false) },
  { name: "go: line table", read: ({ image }) => image !== undefined && readGoLineTable(image) },
  { name: "go: module data", read: ({ image }) => image !== undefined && readGoModuleData(image) },
];

function opening(name: string, read: (bytes: Uint8Array) => File): Reader {
  return {
    name,
    read(input) {
      input.file = read(input.bytes);
      input.image = input.file instanceof WasmComponent ? undefined : input.file.image;
    },
  };
}

function of<T extends File>(name: string, kind: new (bytes: Uint8Array) => T, read: (file: T) => unknown): Reader {
  return { name, read: ({ file }) => (file instanceof kind ? read(file) : false) };
}

/** Reads data at many addresses of every segment. */
function readImage({ image }: Input): unknown {
  if (image === undefined) return false;
  for (const { address, size, fileSize } of image.segments)
    for (const at of [address, address + 16, address + (size >>> 1), address + fileSize - 8, address + size - 1]) {
      try {
        image.pointer(at);
        image.cString(at);
        image.goString(at);
      } catch (thrown) {
        if (!isTenonError(thrown)) throw thrown;
      }
    }
  return true;
}

function readDebugData(binary: Binary): unknown {
  const dwarf = readDwarf(binary);
  if (dwarf === undefined) return false;
  const units = [...dwarf.compileUnits()];
  return [units.length, exportSignatures(dwarf, ["_cgoexp_0123456789ab_Greet"]).size];
}

function readPositions(binary: Binary, image: Image | undefined): unknown {
  const find = binary.format === "wasm-module" ? sectionsOf(binary.file) : findDwarf(binary);
  if (find?.("info") === undefined) return false;
  const code = binary.format === "wasm-module" ? { address: 0, size: 0x50 } : image?.segments[0];
  const { address = 0, size = 0 } = code ?? {};
  const spread = Array.from({ length: 32 }, (_, at) => address + Math.floor((at * size) / 32));
  return findPositions(find, spread).size > 0;
}

function sectionsOf(module: WasmModule): FindDwarfSection {
  return (name) => {
    const content = module.customSection(`.debug_${name}`);
    return content === undefined ? undefined : new ByteReader(content);
  };
}

function readGoLineTable(image: Image): unknown {
  const table = readLineTable(image);
  if (table === undefined) return false;
  const [first, last] = [table.files(), table.packages()];
  return [first.length, last.length, table.filesOfPackage("runtime"), table.filesOfPackage("main")];
}

function readGoModuleData(image: Image): unknown {
  const table = readLineTable(image);
  if (table === undefined) return false;
  const found = findModuleData(image, table.address, image.bits === 64 ? layouts : narrowLayouts);
  if (found === undefined) return false;
  const { data } = found;
  for (const offset of [0, 64, 4096]) readType(image, data, offset);
  return pluginSymbols(image, data, minorOf(found.layout));
}

function readType(image: Image, range: { types: number; etypes: number }, offset: number): void {
  try {
    goTypeAt(image, range, offset, 26);
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
  }
}

function minorOf(layout: ModuleDataLayout): number {
  return layout.minors[0] ?? 26;
}
