import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { readBuildInfo } from "../binary/go/build-info.js";
import { imageOf, packer, readBinary } from "../binary/index.js";
import { type Code, errors, isTenonError, type TenonError } from "../errors/index.js";
import { GoProgram } from "./go-program.js";
import { unforetold, withoutPlugins } from "./host-abilities.js";
import type { Step } from "./outcome.js";

const largestFile = 2 ** 31 - 1;

/** A host whose process can be foretold, or what it does with every plugin alike. */
export type ReadHost = { readonly program: GoProgram } | { readonly answer: (plugin: string) => Step };

/**
 * Reads a Go host. What is wrong with the file becomes the answer to every plugin: `unknown`, with the reason.
 *
 * @throws TENON_ARTIFACT_MISSING
 */
export async function readHost(path: string): Promise<ReadHost> {
  let bytes: Uint8Array;
  let realPath: string;
  try {
    realPath = await realpath(path);
    bytes = await readRegularFile(realPath, path);
  } catch (thrown) {
    if (isTenonError(thrown)) return { answer: unforetold(thrown.code, path, thrown.message) };
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR")
      throw errors.TENON_ARTIFACT_MISSING({ message: `${path} does not exist`, subject: path, cause: thrown });
    const why = code === "ELOOP" ? "its symbolic links lead in a circle" : message;
    return { answer: unforetold("TENON_ARTIFACT_UNREADABLE", path, `${path} cannot be read: ${why}`) };
  }
  return interpret(path, realPath, bytes);
}

function interpret(path: string, realPath: string, bytes: Uint8Array): ReadHost {
  const say = (code: Code, message: string): ReadHost => ({ answer: unforetold(code, path, message) });
  try {
    const packed = packer(bytes);
    if (packed !== undefined)
      return say(
        "TENON_BINARY_PACKED",
        `${path} is packed by ${packed.name}; what it holds is seen only while it runs`,
      );
    const binary = readBinary(bytes);
    if (binary.format === "elf") {
      binary.file.expectWhole();
      return { program: new GoProgram(path, realPath, binary.file) };
    }
    const image = imageOf(binary);
    const buildInfo = image === undefined ? undefined : readBuildInfo(image);
    if (buildInfo === undefined) return say("TENON_BINARY_NOT_GO", `${path} was not made by Go`);
    return { answer: withoutPlugins(path, buildInfo.settings.get("GOOS") ?? image?.platform.os) };
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return say(thrown.code, withSubject(path, thrown));
  }
}

function withSubject(path: string, { message }: TenonError): string {
  return message.startsWith(path) ? message : `${path} cannot be understood: ${message}`;
}

async function readRegularFile(realPath: string, path: string): Promise<Uint8Array> {
  // Opening a pipe would wait for its writer.
  const file = await open(realPath, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw errors.TENON_ARTIFACT_UNREADABLE(`${path} is a folder, not a program`);
    if (!stats.isFile()) throw errors.TENON_ARTIFACT_UNREADABLE(`${path} is neither a regular file nor a folder`);
    if (stats.size === 0) throw errors.TENON_ARTIFACT_EMPTY(`${path} is empty`);
    if (stats.size > largestFile)
      throw errors.TENON_BINARY_TOO_LARGE(`${path} has ${stats.size} bytes, more than are read`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
