import { readBuildInfo } from "../binary/go-metadata/build-info.js";
import { imageOf, packer, readBinary } from "../binary/index.js";
import { hostDamaged, hostNotGo, hostPacked, hostUnreadable } from "../errors/factories/go.js";
import { type Code, type Finding, isTenonError } from "../errors/index.js";
import { readProgram } from "../program/index.js";
import { GoProgram } from "./program/go-program.js";
import { stepOfOtherSystem, unpredictable } from "./program/host-abilities.js";
import type { Step } from "./program/outcome.js";

/** A host that can be predicted, or what it does with every plugin. */
export type ReadHost = { readonly program: GoProgram } | { readonly step: Step };

/** The command line or the program is wrong, not the file. */
const notAboutTheFile: ReadonlySet<Code> = new Set(["TENON_ARTIFACT_MISSING", "TENON_OPTION_INVALID"]);

/**
 * Reads a Go host. If the file is unsuitable, the step for every plugin is `unknown` with the reason.
 *
 * @throws TENON_ARTIFACT_MISSING, TENON_OPTION_INVALID if `path` is not a path
 */
export async function readHost(path: string): Promise<ReadHost> {
  try {
    const program = await readProgram(path);
    return interpret(path, program.path, program.bytes);
  } catch (thrown) {
    if (!isTenonError(thrown) || notAboutTheFile.has(thrown.code)) throw thrown;
    return unknown(hostUnreadable(thrown.code, path, thrown.message));
  }
}

function interpret(path: string, realPath: string, bytes: Uint8Array): ReadHost {
  try {
    const packed = packer(bytes);
    if (packed !== undefined) return unknown(hostPacked(path, packed.name));
    const binary = readBinary(bytes);
    if (binary.format === "elf") {
      binary.file.expectWhole();
      return { program: new GoProgram(path, realPath, binary.file) };
    }
    const image = imageOf(binary);
    const buildInfo = image === undefined ? undefined : readBuildInfo(image);
    if (buildInfo === undefined) return unknown(hostNotGo(path));
    return { step: stepOfOtherSystem(path, buildInfo.settings.get("GOOS") ?? image?.platform.os) };
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return unknown(hostDamaged(thrown.code, path, thrown.message));
  }
}

function unknown(finding: Finding): ReadHost {
  return { step: unpredictable(finding) };
}
