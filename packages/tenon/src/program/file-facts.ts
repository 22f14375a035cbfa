import { recognise } from "../binary/recognise.js";
import { isTenonError } from "../errors/index.js";
import type { FileFacts, FileKind } from "../runtime/file-facts.js";
import { inspectProgram } from "./inspect-program.js";
import type { Inspection } from "./inspection.js";

const none = { libraries: [], exports: [] };

/**
 * Returns what a file is by its bytes. A program is read whole; of everything else, the first bytes are enough. Bytes that are
 * damaged are a fact like any other.
 *
 * @param head the first bytes of the file, at most 4096.
 * @throws what keeps a program from being read at all: TENON_ARTIFACT_UNREADABLE, TENON_BINARY_TOO_LARGE
 */
export async function readFileFacts(path: string, head: Uint8Array): Promise<FileFacts> {
  const { format, name } = recognise(head);
  switch (format) {
    case "script":
      return { kind: "script", name, interpreter: interpreterOf(head), ...none };
    case "text":
      return { kind: "text", name, ...none };
    case "archive":
    case "go-archive":
      return { kind: "archive", name, ...none };
    case "elf":
    case "core-dump":
    case "mach-o":
    case "mach-o-fat":
    case "pe":
    case "wasm-module":
    case "wasm-component":
      return programFacts(path, name);
    default:
      return { kind: "other", name: format === "unknown" ? "a file in an unknown format" : name, ...none };
  }
}

async function programFacts(path: string, name: string): Promise<FileFacts> {
  try {
    return factsOf(await inspectProgram(path));
  } catch (thrown) {
    if (!isTenonError(thrown, "TENON_BINARY_MALFORMED") && !isTenonError(thrown, "TENON_BINARY_TRUNCATED"))
      throw thrown;
    return { kind: "damaged", name: `${name}, which is damaged`, ...none };
  }
}

function factsOf({ kind, interpreter, platform, libraries, exports, go }: Inspection): FileFacts {
  return {
    kind,
    name: names[kind] + servedBy(go),
    interpreter,
    platform,
    libraries,
    exports: exports.map((each) => each.name),
    go: go && {
      version: go.version,
      modules: go.dependencies.map((module) => ({ path: module.path, version: module.version })),
      usesPlugins: go.usesPlugins,
      pluginPath: go.pluginPath,
    },
  };
}

const names: Readonly<Record<Inspection["kind"] & FileKind, string>> = {
  "go-program": "a Go program",
  "go-plugin": "a Go plugin",
  "go-c-shared": "a shared library that Go built for C programs",
  program: "a program",
  "shared-library": "a shared library",
  object: "an object file",
  "core-dump": "the memory of a crashed process",
  "wasm-module": "a WebAssembly module",
  "wasm-component": "a WebAssembly component",
};

/** Says that a Go program is a server of go-plugin, or opens plugins itself. */
function servedBy(go: Inspection["go"]): string {
  const server = go?.dependencies.find(({ path }) => path === "github.com/hashicorp/go-plugin");
  if (server !== undefined) return ` that is built with ${server.path} ${server.version}`;
  return go?.usesPlugins ? " that opens Go plugins" : "";
}

/** The line after `#!`. */
function interpreterOf(head: Uint8Array): string | undefined {
  const [line = ""] = new TextDecoder("latin1").decode(head.subarray(2, 512)).split(/\r?\n/, 1);
  return line.trim() || undefined;
}
