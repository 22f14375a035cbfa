import { type ChildProcess, fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { errors } from "../../../errors/index.js";
import type { ModuleStore } from "../../../runtime/module-store.js";
import type { GoTools, ToolRequest, ToolResult } from "./go-tools.js";
import type { ToolAnswer, ToolOrder } from "./tool-process.js";

const packageName = "@tenon/go-toolchain";
const unpack = promisify(brotliDecompress);

interface Index {
  readonly release: string;
  /** By import path, what a package imports and the file that holds its archive. */
  readonly packages: Readonly<Record<string, { readonly file: string; readonly imports: readonly string[] }>>;
}

/**
 * Go's own compiler and linker as WebAssembly, from the package @tenon/go-toolchain; `undefined` where it is not installed,
 * or was not built.
 *
 * @param folder The folder of the package, if it is not found by its name.
 */
export async function bundledTools(store: ModuleStore, folder: string | undefined): Promise<GoTools | undefined> {
  const files = join(folder ?? packageFolder() ?? "", "dist");
  const text = await readFile(join(files, "index.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : new BundledTools(files, JSON.parse(text) as Index, store);
}

function packageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}

class BundledTools implements GoTools {
  readonly label: string;
  readonly release: string;
  readonly #files: string;
  readonly #index: Index;
  readonly #store: ModuleStore;
  readonly #waiting = new Map<number, { resolve: (answer: ToolAnswer) => void; reject: (cause: unknown) => void }>();
  #process: ChildProcess | undefined;
  #orders = 0;

  constructor(files: string, index: Index, store: ModuleStore) {
    this.release = index.release;
    this.label = `${index.release} (WebAssembly)`;
    this.#files = files;
    this.#index = index;
    this.#store = store;
  }

  async archives(packages: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set<string>();
    const want = (path: string) => {
      if (wanted.has(path) || path === "unsafe") return;
      const known = this.#index.packages[path];
      if (known === undefined) throw unknownPackage(path, this.release);
      wanted.add(path);
      for (const each of known.imports) want(each);
    };
    // The linker adds the runtime to every program.
    for (const path of [...packages, "runtime"]) want(path);
    const found = await Promise.all(
      [...wanted].map(async (path) => [path, await this.#unpacked(this.#index.packages[path]?.file ?? "")] as const),
    );
    return new Map(found);
  }

  async run({ tool, words, reads, writes, signal }: ToolRequest): Promise<ToolResult> {
    const file = await this.#unpacked(`${tool}.wasm.br`);
    signal.throwIfAborted();
    const id = this.#orders++;
    // Nothing but its end stops a compiler that runs.
    const stop = () => this.#end(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      const answer = await new Promise<ToolAnswer>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        const order: ToolOrder = { id, tool, file, words, reads, writes };
        this.#started().send(order);
      });
      if (!("failure" in answer)) return { code: answer.code, output: answer.output };
      throw errors.TENON_TOOLCHAIN_FAILED({ message: `Go's ${tool} as WebAssembly: ${answer.failure}`, subject: tool });
    } finally {
      signal.removeEventListener("abort", stop);
      this.#waiting.delete(id);
      // A process that waits for work keeps no program alive.
      if (this.#waiting.size === 0) hold(this.#process, false);
    }
  }

  #started(): ChildProcess {
    if (this.#process === undefined) {
      const child = fork(new URL("./tool-process.js", import.meta.url), [], {
        env: {},
        // Go's compiler recurses deeply; the main thread of Windows has no more than the default.
        execArgv: process.platform === "win32" ? [] : ["--stack-size=3900"],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      child.on("message", (answer: ToolAnswer) => this.#waiting.get(answer.id)?.resolve(answer));
      child.on("error", (cause) => this.#end(cause));
      child.on("exit", (code, name) => {
        if (this.#process === child) this.#end(new Error(`its process ended with ${name ?? `exit code ${code}`}`));
      });
      this.#process = child;
    }
    hold(this.#process, true);
    return this.#process;
  }

  /** Gives up everything that runs. */
  #end(cause: unknown): void {
    const child = this.#process;
    this.#process = undefined;
    child?.kill("SIGKILL");
    const failure = errors.TENON_TOOLCHAIN_FAILED({
      message: `Go's compiler as WebAssembly was stopped: ${cause instanceof Error ? cause.message : String(cause)}`,
      subject: this.label,
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }

  /** The path of a file of the package, unpacked into the store. */
  async #unpacked(file: string): Promise<string> {
    const name = `${this.release}/${file.replace(/\.br$/, "")}`;
    const path = this.#store.path(name);
    if (await this.#store.has(name)) return path;
    const packed = await readFile(join(this.#files, file)).catch((cause: Error) => {
      throw errors.TENON_TOOLCHAIN_FAILED({
        message: `${packageName} lacks ${file}: ${cause.message}`,
        subject: packageName,
        cause,
        fix: { text: "Build the package again.", command: "npm run build:go-toolchain" },
      });
    });
    await this.#store.write(name, await unpack(packed));
    if (await this.#store.has(name)) return path;
    throw errors.TENON_TOOLCHAIN_FAILED({
      message: `${this.#store.folder} cannot be written: Go's compiler and its archives are unpacked there`,
      subject: this.#store.folder,
      fix: { text: "Give the host another cacheFolder." },
    });
  }
}

/** Whether a process keeps this one alive. */
function hold(child: ChildProcess | undefined, isHeld: boolean): void {
  if (isHeld) {
    child?.ref();
    child?.channel?.ref();
  } else {
    child?.unref();
    child?.channel?.unref();
  }
}

function unknownPackage(path: string, release: string) {
  return errors.TENON_SOURCE_INVALID({
    message: `package "${path}" is not in the standard library of ${release}, nor in the plugin's module`,
    subject: path,
    fix: { text: "Correct the import, or give the plugin a go.mod whose module has the package." },
  });
}
