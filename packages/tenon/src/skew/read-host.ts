import { readBuildInfo } from "../binary/go-metadata/build-info.js";
import { imageOf, packer, readBinary } from "../binary/index.js";
import { type Code, isTenonError, type TenonError } from "../errors/index.js";
import { readProgram } from "../program/index.js";
import { GoProgram } from "./go-program.js";
import { unforetold, withoutPlugins } from "./host-abilities.js";
import type { Step } from "./outcome.js";

/** A host whose process can be foretold, or what it does with every plugin alike. */
export type ReadHost = { readonly program: GoProgram } | { readonly answer: (plugin: string) => Step };

/** The command line or the program is wrong, not the file. */
const notAboutTheFile: ReadonlySet<Code> = new Set(["TENON_ARTIFACT_MISSING", "TENON_OPTION_INVALID"]);

/**
 * Reads a Go host. What is wrong with the file becomes the answer to every plugin: `unknown`, with the reason.
 *
 * @throws TENON_ARTIFACT_MISSING, TENON_OPTION_INVALID for what is no path
 */
export async function readHost(path: string): Promise<ReadHost> {
  try {
    const program = await readProgram(path);
    return interpret(path, program.path, program.bytes);
  } catch (thrown) {
    if (!isTenonError(thrown) || notAboutTheFile.has(thrown.code)) throw thrown;
    return { answer: unforetold(thrown.code, path, thrown.message) };
  }
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
