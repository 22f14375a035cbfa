import { malformed } from "../../errors/factories/binary.js";
import { isTenonError } from "../../errors/index.js";
import type { Image, Segment } from "../bytes/image.js";
import { type GoModule, type ModuleText, parseModuleText } from "./module-text.js";

export type { GoModule, ModuleText } from "./module-text.js";

/** How the go command built a program, as `go version -m` shows it. */
export interface BuildInfo {
  /** The toolchain's release, with its experiments: "go1.26.8", "go1.24.3 X:boringcrypto". */
  readonly goVersion: string;
  /** The import path of the main package; "command-line-arguments" for a build by file names. */
  readonly path: string | undefined;
  /** The main module. */
  readonly main: GoModule | undefined;
  readonly dependencies: readonly GoModule[];
  /** Flags, environment and version control: `-trimpath`, `CGO_ENABLED`, `GOOS`, `-tags`, `GOEXPERIMENT`, `vcs.revision`. */
  readonly settings: ReadonlyMap<string, string>;
}

const magic = Buffer.from("\xff Go buildinf:", "latin1");
const textStart = Buffer.from("3077af0c9274080241e1c107e6d618e6", "hex");
const textEnd = Buffer.from("f932433186182072008242104116d8f2", "hex");
const alignment = 16;
const headerSize = 32;
const flagBigEndian = 1;
const flagInline = 2;
const longestVersion = 1 << 10;
const longestText = 1 << 24;

/**
 * Finds and reads the build information. The linker puts it into the program's data, so stripping does not remove it. Go
 * 1.19 and older omit it from plugins.
 *
 * @returns `undefined` for programs that Go did not compile, and for build information that cannot be read.
 * Source: debug/buildinfo, runtime/debug.ParseBuildInfo.
 */
export function readBuildInfo(image: Image): BuildInfo | undefined {
  const writable = image.segments.filter((segment) => segment.writable);
  const others = image.segments.filter((segment) => !segment.writable);
  for (const segment of [...writable, ...others]) {
    for (const address of candidates(image, segment)) {
      const found = readCandidate(image, address);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function* candidates(image: Image, segment: Segment): Generator<number> {
  const end = Math.min(segment.offset + segment.fileSize, image.bytes.length);
  if (segment.offset >= end) return;
  const bytes = Buffer.from(image.bytes.buffer, image.bytes.byteOffset + segment.offset, end - segment.offset);
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + magic.length)) {
    const address = segment.address + at;
    if (address % alignment === 0 && at + headerSize <= bytes.length) yield address;
  }
}

/** Returns `undefined` for bytes that only look like build information: a program that reads it contains the magic too. */
function readCandidate(image: Image, address: number): BuildInfo | undefined {
  try {
    const flags = image.u8(address + 15);
    const [goVersion, framed] = (flags & flagInline) !== 0 ? inlineTexts(image, address) : pointedTexts(image, address);
    if (goVersion === "" || /[^\x20-\x7e]/.test(goVersion)) return undefined;
    return { goVersion, ...parseModuleText(withoutFrame(framed)) };
  } catch (thrown) {
    if (isTenonError(thrown)) return undefined;
    throw thrown;
  }
}

/** Since Go 1.18: both strings follow the header, each after its length. */
function inlineTexts(image: Image, address: number): [string, Buffer] {
  const version = lengthAndBytes(image, address + headerSize, longestVersion);
  const modules = lengthAndBytes(image, version.end, longestText);
  return [version.bytes.toString(), modules.bytes];
}

function lengthAndBytes(image: Image, address: number, limit: number): { bytes: Buffer; end: number } {
  let length = 0;
  let at = address;
  for (let shift = 0; ; shift += 7) {
    const byte = image.u8(at++);
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
    if (shift > 28) throw malformed("the length of a string in the build information is too large");
  }
  return { bytes: textAt(image, at, length, limit), end: at + length };
}

/** Up to Go 1.17: pointers to two Go strings. */
function pointedTexts(image: Image, address: number): [string, Buffer] {
  const wordSize = image.u8(address + 14);
  const isBigEndian = (image.u8(address + 15) & flagBigEndian) !== 0;
  if (wordSize !== image.wordSize || isBigEndian === image.reader.littleEndian)
    throw malformed("the build information was written for another pointer size");
  const text = (pointer: number, limit: number) => {
    const string = image.pointer(address + 16 + pointer * wordSize);
    if (string === 0) return Buffer.alloc(0);
    return textAt(image, image.pointer(string), image.word(string + wordSize), limit);
  };
  return [text(0, longestVersion).toString(), text(1, longestText)];
}

function textAt(image: Image, address: number, length: number, limit: number): Buffer {
  if (length > limit) throw malformed(`the build information contains a string of ${length} bytes, which is too long`);
  const bytes = image.slice(address, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Finds the module text that a program keeps for runtime/debug.ReadBuildInfo. WebAssembly programs contain nothing else.
 *
 * @returns `undefined` if there is none. Source: cmd/go/internal/modload, ModInfoData.
 */
export function findModuleText(image: Image): ModuleText | undefined {
  const bytes = Buffer.from(image.bytes.buffer, image.bytes.byteOffset, image.bytes.length);
  const start = bytes.indexOf(textStart);
  if (start < 0) return undefined;
  const end = bytes.subarray(start, start + longestText).indexOf(textEnd);
  return end < 0 ? undefined : parseModuleText(bytes.toString("utf8", start + textStart.length, start + end));
}

/** The module text stands between two marks of 16 bytes each. */
function withoutFrame(framed: Buffer): string {
  const frame = 16;
  if (framed.length < 2 * frame + 1 || framed[framed.length - frame - 1] !== 0x0a) return "";
  return framed.toString("utf8", frame, framed.length - frame);
}
