import { type ElfFile, isElf, readElf } from "../../binary/elf/index.js";
import {
  pluginDamaged,
  pluginFileRejected,
  pluginForOtherProcessor,
  pluginIsCoreDump,
  pluginIsProgram,
  pluginTooShort,
} from "../../errors/factories/go-loader.js";
import { type Finding, isTenonError } from "../../errors/index.js";
import { shellWord } from "../program/shell-word.js";
import { glibcTexts } from "../quoted/glibc.js";
import type { LoadFailure } from "./load-failure.js";

/** What the loader expects of a library: the properties of the host. */
export interface ExpectedMachine {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  readonly machine: number;
  readonly arch: string | undefined;
}

const build = "go build -buildmode=plugin";

/**
 * Checks the headers of a library as glibc's loader does, in the same order.
 * Source: glibc, elf/dl-load.c, `open_verify` and `_dl_map_object_from_fd`.
 *
 * @param path As in the loader's messages: absolute, links resolved.
 * @returns The file, or the loader's error.
 */
export function readLibrary(bytes: Uint8Array, path: string, expected: ExpectedMachine): ElfFile | LoadFailure {
  const refuse = (text: string, finding: Finding): LoadFailure => ({
    outcome: "error",
    text: `${path}: ${text}`,
    finding,
  });
  const reject = (text: string, reason: string) => refuse(text, pluginFileRejected(path, reason));
  const headerSize = expected.bits === 64 ? 64 : 52;
  if (bytes.length < headerSize) return refuse(glibcTexts.fileTooShort, pluginTooShort(path, bytes.length, headerSize));
  const problem = identification(bytes, expected);
  if (problem !== undefined) return reject(problem.text, problem.reason);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (offset: number) => view.getUint16(offset, expected.littleEndian);
  if (view.getUint32(20, expected.littleEndian) !== 1)
    return reject(glibcTexts.wrongVersion, "has an unknown ELF version");
  if (u16(18) !== expected.machine) {
    const processors = { host: expected.arch ?? `machine ${expected.machine}`, plugin: readElfArchitecture(bytes) };
    // GOARCH has no name for a processor that Go does not support.
    const command = expected.arch && `GOARCH=${expected.arch} CGO_ENABLED=1 ${build}`;
    const text = glibcTexts.noSuchFile;
    return refuse(text, pluginForOtherProcessor(path, processors, text, command));
  }
  const type = u16(16);
  if (type === 4) return refuse(glibcTexts.wrongType, pluginIsCoreDump(path));
  if (type !== 2 && type !== 3) return reject(glibcTexts.wrongType, "is an object file, not a library");
  if (u16(headerSize - 10) !== (expected.bits === 64 ? 56 : 32))
    return reject(glibcTexts.wrongHeaderSize, "has a damaged ELF header");
  let elf: ElfFile;
  try {
    elf = readElf(bytes);
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return refuse(glibcTexts.cannotReadData, pluginDamaged(thrown.code, path, thrown.message));
  }
  if (elf.image.segments.length === 0) return reject(glibcTexts.noSegments, "contains nothing that can be loaded");
  if (elf.header.type === "executable")
    return refuse(glibcTexts.executable, pluginIsProgram(path, `${build} -o ${shellWord(path)}`));
  if (elf.programHeaders.every(({ type: each }) => each !== 2))
    return reject(glibcTexts.noDynamicSection, "is not dynamically linked");
  return elf;
}

export function isFailure(value: ElfFile | LoadFailure): value is LoadFailure {
  return "outcome" in value;
}

/** Checks e_ident: the loader's text, and the reason in Tenon's words. */
function identification(bytes: Uint8Array, expected: ExpectedMachine): { text: string; reason: string } | undefined {
  if (!isElf(bytes)) return { text: glibcTexts.invalidHeader, reason: "is not an ELF library" };
  if (bytes[4] !== (expected.bits === 64 ? 2 : 1)) {
    const bits = expected.bits === 64 ? 32 : 64;
    return {
      text: glibcTexts.wrongClass(bits),
      reason: `was built for ${bits}-bit programs, but the host has ${expected.bits} bits`,
    };
  }
  if (bytes[5] !== (expected.littleEndian ? 1 : 2))
    return {
      text: glibcTexts.wrongByteOrder(expected.littleEndian ? "little" : "big"),
      reason: "does not have the byte order of the host",
    };
  if (bytes[6] !== 1) return { text: glibcTexts.wrongIdentVersion, reason: "has an unknown ELF version" };
  if (bytes[7] !== 0 && bytes[7] !== 3)
    return { text: glibcTexts.invalidAbi, reason: "was built for another operating system" };
  if (bytes[8] !== 0 && !(bytes[7] === 3 && (bytes[8] ?? 0) <= 3))
    return { text: glibcTexts.invalidAbiVersion, reason: "was built for another version of the operating system" };
  if (bytes.subarray(9, 16).some((byte) => byte !== 0))
    return { text: glibcTexts.nonzeroPadding, reason: "has a damaged ELF header" };
  return undefined;
}

function readElfArchitecture(bytes: Uint8Array): string {
  try {
    const { machine } = readElf(bytes);
    return machine.arch ?? machine.name;
  } catch {
    return "another processor";
  }
}
