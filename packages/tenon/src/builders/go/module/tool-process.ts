/**
 * The process in which Go's compiler and linker run as WebAssembly, one after the other. They have their own process because
 * the engine's optimising compiler must be off for them and on for plugins: their functions are so large that optimising takes
 * many times as long as it saves in one build. The argument `optimising` turns it on: see optimised-tools.ts.
 */
import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { readRegularFileSync } from "../../../runtime/regular-file.js";
import { createCapabilities, createPreview1, WasiExit } from "../../../wasi/index.js";
import type { ToolResult } from "./go-tools.js";

/** One run of a tool. */
export interface ToolOrder {
  readonly id: number;
  readonly tool: "compile" | "link";
  /** The tool's WebAssembly file. */
  readonly file: string;
  /** The SHA-256 of that file. */
  readonly hash: string;
  readonly words: readonly string[];
  readonly reads: readonly string[];
  readonly writes: string;
}

export type ToolAnswer = { readonly id: number } & (
  | ToolResult
  | { readonly failure: string }
  | { readonly changed: true }
);

if (process.argv[2] !== "optimising") setFlagsFromString("--liftoff-only");
const modules = new Map<string, WebAssembly.Module>();
const largest = 2 ** 30;

/** The tool's file is not what was unpacked. */
class FileChanged extends Error {}

process.on("message", (order: ToolOrder) => process.send?.(run(order)));
process.on("disconnect", () => process.exit());

function run(order: ToolOrder): ToolAnswer {
  const { id, tool, words, reads, writes } = order;
  const parts: Uint8Array[] = [];
  const output = () => Buffer.concat(parts).toString("utf8");
  try {
    const capabilities = createCapabilities({
      name: tool,
      settings: { arguments: words },
      grants: {
        folders: { ...Object.fromEntries(reads.map((path) => [path, path])), [writes]: { path: writes, write: true } },
        // The heap is freed with the instance, so frequent garbage collection would only take time.
        environment: { GOOS: "wasip1", GOARCH: "wasm", GOROOT: "/go", GOGC: "400", TMPDIR: writes, PWD: writes },
      },
      log() {},
      output: (_stream, bytes) => void parts.push(bytes.slice()),
    });
    const preview1 = createPreview1(capabilities);
    try {
      // The asynchronous API could wait for other compilations of the engine.
      const instance = new WebAssembly.Instance(moduleOf(order), { wasi_snapshot_preview1: preview1.imports });
      preview1.bind(instance.exports.memory as WebAssembly.Memory);
      (instance.exports._start as () => void)();
    } finally {
      preview1.close();
      capabilities.close();
    }
    return { id, end: { kind: "exit", code: 0 }, output: output() };
  } catch (thrown) {
    if (thrown instanceof FileChanged) return { id, changed: true };
    if (thrown instanceof WasiExit) return { id, end: { kind: "exit", code: thrown.code }, output: output() };
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { id, failure: `${reason}\n${output().slice(0, 2000)}`.trim() };
  }
}

/** What is executed is what was hashed: the file is read once. */
function moduleOf({ tool, file, hash }: ToolOrder): WebAssembly.Module {
  let module = modules.get(tool);
  if (module === undefined) {
    const { content } = readRegularFileSync(file, largest);
    if (createHash("sha256").update(content).digest("hex") !== hash) throw new FileChanged();
    module = new WebAssembly.Module(content);
    modules.set(tool, module);
  }
  return module;
}
