import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import {
  goBundledFileMissing,
  goStandardPackageUnknown,
  goToolsNotUnpacked,
} from "../../../errors/factories/go-module.js";
import type { ModuleStore } from "../../../runtime/module-store.js";
import { ownResolve } from "../../../runtime/own-package.js";
import type { GoTools, ToolRequest, ToolResult } from "./go-tools.js";
import { OptimisedTools } from "./optimised-tools.js";
import { type ToolCommand, ToolRunner } from "./tool-runner.js";

const packageName = "@tenon/go-toolchain";
const unpack = promisify(brotliDecompress);

interface Index {
  readonly release: string;
  /** By import path: a package's imports, and the file of its archive. */
  readonly packages: Readonly<Record<string, { readonly file: string; readonly imports: readonly string[] }>>;
}

/**
 * Returns Go's own compiler and linker as WebAssembly, from the package @tenon/go-toolchain. Returns `undefined` if the package
 * is not installed, or was not built.
 *
 * @param folder the folder of the package. Default: where its name resolves to.
 */
export async function bundledTools(store: ModuleStore, folder: string | undefined): Promise<GoTools | undefined> {
  const files = join(folder ?? packageFolder() ?? "", "dist");
  const text = await readFile(join(files, "index.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : new BundledTools(files, JSON.parse(text) as Index, store);
}

function packageFolder(): string | undefined {
  const manifest = ownResolve(`${packageName}/package.json`);
  return manifest === undefined ? undefined : dirname(manifest);
}

class BundledTools implements GoTools {
  readonly label: string;
  readonly release: string;
  readonly #files: string;
  readonly #index: Index;
  readonly #store: ModuleStore;
  readonly #runner: ToolRunner;
  readonly #optimised: OptimisedTools;
  #running = 0;

  constructor(files: string, index: Index, store: ModuleStore) {
    this.release = index.release;
    this.label = `${index.release} (WebAssembly)`;
    this.#files = files;
    this.#index = index;
    this.#store = store;
    this.#runner = new ToolRunner(this.label, false);
    this.#optimised = new OptimisedTools(this.label);
  }

  get warmedUp(): Promise<void> {
    return this.#optimised.warmedUp;
  }

  async archives(packages: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set<string>();
    const want = (path: string) => {
      if (wanted.has(path) || path === "unsafe") return;
      const known = this.#index.packages[path];
      if (known === undefined) throw goStandardPackageUnknown(path, this.release);
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
    this.#running++;
    this.#optimised.pause();
    try {
      return await this.#run({ tool, file, words, reads, writes }, signal);
    } finally {
      this.#running--;
      if (this.#running === 0) this.#optimised.warmUp();
    }
  }

  async #run(command: ToolCommand, signal: AbortSignal): Promise<ToolResult> {
    if (this.#optimised.isReady) {
      this.#runner.end(undefined);
      try {
        return await this.#optimised.run(command, signal);
      } catch {
        signal.throwIfAborted();
      }
    }
    await this.#optimised.record(command);
    return this.#runner.run(command, signal);
  }

  /** Returns the path of a file of the package, unpacked into the store. */
  async #unpacked(file: string): Promise<string> {
    const name = `${this.release}/${file.replace(/\.br$/, "")}`;
    const path = this.#store.path(name);
    if (await this.#store.has(name)) return path;
    const packed = await readFile(join(this.#files, file)).catch((cause: Error) => {
      throw goBundledFileMissing(packageName, file, cause);
    });
    await this.#store.write(name, await unpack(packed));
    if (await this.#store.has(name)) return path;
    throw goToolsNotUnpacked(this.#store.folder);
  }
}
