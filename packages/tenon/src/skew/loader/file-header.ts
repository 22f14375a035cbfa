import { type ElfFile, isElf, readElf } from "../../binary/elf/index.js";
import { type Finding, finding, isTenonError } from "../../errors/index.js";
import { shellWord } from "../shell-word.js";
import type { LoaderAnswer } from "./loader-answer.js";

/** What the loader expects of a library: what the host itself is. */
export interface ExpectedMachine {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  readonly machine: number;
  readonly arch: string | undefined;
}

const build = "go build -buildmode=plugin";

/**
 * What glibc's loader says of the headers of a file that it is to open, in the order in which it looks.
 * Source: glibc, elf/dl-load.c, `open_verify` and `_dl_map_object_from_fd`.
 *
 * @param path As it stands in the loader's messages: absolute, links resolved.
 * @returns The file, or what the loader answers.
 */
export function readLibrary(bytes: Uint8Array, path: string, expected: ExpectedMachine): ElfFile | LoaderAnswer {
  const refuse = (text: string, about: Partial<Finding> & { message: string }): LoaderAnswer => ({
    outcome: "error",
    text: `${path}: ${text}`,
    finding: finding(about.code ?? "TENON_GO_FILE", { subject: path, ...about }),
  });
  const headerSize = expected.bits === 64 ? 64 : 52;
  if (bytes.length < headerSize) {
    return refuse("file too short", {
      message: `${path} has ${bytes.length} bytes, less than the header of a library`,
      fix: { text: "Build or copy the plugin again." },
    });
  }
  const problem = identification(bytes, expected);
  if (problem !== undefined) return refuse(problem.text, { message: `${path} ${problem.message}` });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (offset: number) => view.getUint16(offset, expected.littleEndian);
  if (view.getUint32(20, expected.littleEndian) !== 1)
    return refuse("ELF file version does not match current one", { message: `${path} is of an unknown ELF version` });
  if (u16(18) !== expected.machine) {
    const other = readElfArchitecture(bytes);
    return refuse("cannot open shared object file: No such file or directory", {
      message: `${path} is made for ${other}, and the host for ${expected.arch ?? `machine ${expected.machine}`}; the loader says, misleadingly, that there is no such file`,
      cause: "The plugin was built for another kind of processor.",
      fix: {
        text: `Build the plugin for the host's processor.`,
        command: `GOARCH=${expected.arch} CGO_ENABLED=1 ${build}`,
      },
    });
  }
  const type = u16(16);
  if (type !== 2 && type !== 3) {
    const isCore = type === 4;
    return refuse("only ET_DYN and ET_EXEC can be loaded", {
      message: isCore ? `${path} is the core dump of a crashed process` : `${path} is an object file, not a library`,
      ...(isCore ? { code: "TENON_BINARY_CORE" as const } : {}),
    });
  }
  if (u16(headerSize - 10) !== (expected.bits === 64 ? 56 : 32))
    return refuse("ELF file's phentsize not the expected size", { message: `${path} has a damaged ELF header` });
  let elf: ElfFile;
  try {
    elf = readElf(bytes);
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return refuse("cannot read file data", { code: thrown.code, message: `${path} is damaged: ${thrown.message}` });
  }
  return refusedType(elf, path, refuse) ?? elf;
}

export function isAnswer(value: ElfFile | LoaderAnswer): value is LoaderAnswer {
  return "outcome" in value;
}

type Refuse = (text: string, about: Partial<Finding> & { message: string }) => LoaderAnswer;

function refusedType(elf: ElfFile, path: string, refuse: Refuse): LoaderAnswer | undefined {
  const program = {
    code: "TENON_GO_NOT_SHARED" as const,
    message: `${path} is a program, not a plugin`,
    fix: { text: "Build it as a plugin.", command: `${build} -o ${shellWord(path)}` },
  };
  if (elf.image.segments.length === 0)
    return refuse("object file has no loadable segments", { message: `${path} holds nothing that could be loaded` });
  if (elf.header.type === "executable") return refuse("cannot dynamically load executable", program);
  if (elf.programHeaders.every(({ type }) => type !== 2))
    return refuse("object file has no dynamic section", { message: `${path} is not dynamically linked` });
  return undefined;
}

function identification(bytes: Uint8Array, expected: ExpectedMachine): { text: string; message: string } | undefined {
  if (!isElf(bytes)) return { text: "invalid ELF header", message: "is not a library: it does not begin as one" };
  if (bytes[4] !== (expected.bits === 64 ? 2 : 1)) {
    return {
      text: `wrong ELF class: ELFCLASS${expected.bits === 64 ? 32 : 64}`,
      message: `is made for ${expected.bits === 64 ? 32 : 64}-bit programs, and the host has ${expected.bits} bits`,
    };
  }
  if (bytes[5] !== (expected.littleEndian ? 1 : 2))
    return {
      text: `ELF file data encoding not ${expected.littleEndian ? "little" : "big"}-endian`,
      message: "has the other byte order than the host",
    };
  if (bytes[6] !== 1)
    return { text: "ELF file version ident does not match current one", message: "is of an unknown ELF version" };
  if (bytes[7] !== 0 && bytes[7] !== 3)
    return { text: "ELF file OS ABI invalid", message: "is made for another system" };
  if (bytes[8] !== 0 && !(bytes[7] === 3 && (bytes[8] ?? 0) <= 3))
    return { text: "ELF file ABI version invalid", message: "is made for another version of the system" };
  if (bytes.subarray(9, 16).some((byte) => byte !== 0))
    return { text: "nonzero padding in e_ident", message: "has a damaged ELF header" };
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
