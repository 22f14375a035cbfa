import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ByteReader } from "../binary/bytes/byte-reader.js";
import { type ElfHeader, isElf, readElfHeader } from "../binary/elf/header.js";
import { machineOf } from "../binary/elf/machine.js";
import { type ProgramHeader, readProgramHeaders, segmentTypes } from "../binary/elf/program-headers.js";
import type { ProgramProblem } from "../errors/factories/program.js";

/** Enough for the headers of a program, and for the first line of a script, of which the system reads 256 bytes. */
const examinedBytes = 4096;
const firstLineBytes = 256;

/** By Node's name for a processor, the machines (e_machine) whose programs it runs. */
const machines: Readonly<Record<string, readonly number[]>> = {
  ...{ x64: [62, 3], ia32: [3], arm64: [183, 40], arm: [40], riscv64: [243] },
  ...{ ppc64: [21], s390x: [22], loong64: [258], mips: [8], mipsel: [8] },
};

/**
 * Says why Linux cannot execute a file: a program for another machine, or whose loader is not installed; a script whose
 * interpreter is not. A file that cannot be read passes, as does what an installed handler (an emulator, Wine) may take.
 */
export function examineContent(path: string, folder: string): ProgramProblem | undefined {
  const bytes = readStart(path);
  if (bytes === undefined) return undefined;
  if (bytes.length === 0) return { is: "empty", path };
  if (bytes[0] === 0x23 && bytes[1] === 0x21) return examineScript(path, bytes, folder);
  if (hasHandlers()) return undefined;
  return isElf(bytes) ? examineElf(path, bytes) : examineOther(path, bytes);
}

function examineScript(path: string, bytes: Buffer, folder: string): ProgramProblem | undefined {
  const text = bytes.subarray(2, firstLineBytes).toString("latin1");
  const end = text.indexOf("\n");
  const line = end < 0 ? text : text.slice(0, end);
  if (line.endsWith("\r")) return { is: "with CR LF", path };
  const interpreter = /^[ \t]*([^ \t]*)/.exec(line)?.[1] ?? "";
  if (interpreter === "") return { is: "without an interpreter's name", path };
  const found = statSync(resolve(folder, interpreter), { throwIfNoEntry: false });
  if (found?.isFile() === true && (found.mode & 0o111) !== 0) return undefined;
  return { is: "without its interpreter", path, interpreter };
}

function examineElf(path: string, bytes: Buffer): ProgramProblem | undefined {
  let header: ElfHeader;
  let segments: readonly ProgramHeader[];
  try {
    header = readElfHeader(bytes);
    if (machines[process.arch]?.includes(header.machine) === false) {
      const { name } = machineOf(header.machine, header.bits, header.littleEndian);
      return { is: "for another system", path, made: name };
    }
    const { type } = header;
    if (type !== "executable" && type !== "shared") return { is: "another ELF file", path, type };
    segments = readProgramHeaders(new ByteReader(bytes, header.littleEndian), header);
  } catch {
    return { is: "damaged", path };
  }
  const loader = loaderOf(path, bytes, segments);
  if (loader !== undefined) {
    if (statSync(loader, { throwIfNoEntry: false }) === undefined) return { is: "without its loader", path, loader };
  } else if (header.type === "shared" && header.entry === 0) return { is: "a shared library", path };
  return undefined;
}

/** @returns `undefined` if it is linked statically */
function loaderOf(path: string, bytes: Buffer, segments: readonly ProgramHeader[]): string | undefined {
  const segment = segments.find(({ type }) => type === segmentTypes.interpreter);
  if (segment === undefined || segment.fileSize > examinedBytes) return undefined;
  const { offset, fileSize } = segment;
  const isHere = offset + fileSize <= bytes.length;
  const name = isHere ? bytes.subarray(offset, offset + fileSize) : readStart(path, offset)?.subarray(0, fileSize);
  return name?.toString("latin1").replace(/\0[\s\S]*$/, "");
}

function examineOther(path: string, bytes: Buffer): ProgramProblem | undefined {
  if (bytes[0] === 0x4d && bytes[1] === 0x5a) return { is: "for another system", path, made: "Windows" };
  const magic = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  if ([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(magic))
    return { is: "for another system", path, made: "macOS" };
  // Text without "#!" is run by the shell, as every shell does.
  return bytes.includes(0) ? { is: "no program", path } : undefined;
}

function hasHandlers(): boolean {
  try {
    return readdirSync("/proc/sys/fs/binfmt_misc").some((name) => name !== "register" && name !== "status");
  } catch {
    return false;
  }
}

function readStart(path: string, position = 0): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const bytes = Buffer.alloc(examinedBytes);
    return bytes.subarray(0, readSync(file, bytes, 0, examinedBytes, position));
  } catch {
    // A program may be executable and not readable.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
