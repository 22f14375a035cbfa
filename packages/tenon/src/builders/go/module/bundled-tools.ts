import { webcrypto } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { type BuildStore, keyOf } from "../../../build/index.js";
import {
  goBundledFileMissing,
  goBundledFileWrong,
  goStandardPackageUnknown,
  goToolsNotUnpacked,
} from "../../../errors/factories/go-module.js";
import { digestOfHex } from "../../../runtime/digest.js";
import { ownResolve } from "../../../runtime/own-package.js";
import type { GoTools, ToolRequest, ToolResult } from "./go-tools.js";
import { OptimisedTools } from "./optimised-tools.js";
import { type ToolCommand, ToolRunner } from "./tool-runner.js";

const packageName = "@tenon/go-toolchain";
const unpack = promisify(brotliDecompress);

/** A compressed file of the package. */
interface Packed {
  readonly file: string;
  /** The SHA-256 of its content when it is unpacked. */
  readonly hash: string;
}

interface Index {
  readonly release: string;
  readonly tools: Readonly<Record<ToolRequest["tool"], Packed>>;
  /** By import path: a package's imports, and its archive. */
  readonly packages: Readonly<Record<string, Packed & { readonly imports: readonly string[] }>>;
}

/**
 * Returns Go's own compiler and linker as WebAssembly, from the package @tenon/go-toolchain. Returns `undefined` if the package
 * is not installed, or was not built.
 *
 * @param folder the folder of the package. Default: where its name resolves to.
 * @param rounds how often a build is repeated to optimise the tools.
 */
export async function bundledTools(
  store: BuildStore,
  folder: string | undefined,
  rounds?: number,
): Promise<GoTools | undefined> {
  const files = join(folder ?? packageFolder() ?? "", "dist");
  const text = await readFile(join(files, "index.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return new BundledTools(files, indexOf(text), store, rounds);
}

function indexOf(text: string): Index {
  try {
    const index = JSON.parse(text) as Index;
    if (index.tools.compile.hash && index.tools.link.hash && index.packages.runtime?.hash) return index;
  } catch {
    // Cut short, or made by another version.
  }
  throw goBundledFileWrong(packageName, "index.json");
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
  readonly #store: BuildStore;
  readonly #runner: ToolRunner;
  readonly #optimised: OptimisedTools;
  #running = 0;

  constructor(files: string, index: Index, store: BuildStore, rounds: number | undefined) {
    this.release = index.release;
    this.label = `${index.release} (WebAssembly)`;
    this.#files = files;
    this.#index = index;
    this.#store = store;
    this.#runner = new ToolRunner(this.label, false);
    this.#optimised = new OptimisedTools(this.label, rounds);
  }

  get warmedUp(): Promise<void> {
    return this.#optimised.warmedUp;
  }

  async archives(packages: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const wanted = new Map<string, Packed>();
    const want = (path: string) => {
      if (wanted.has(path) || path === "unsafe") return;
      const known = this.#index.packages[path];
      if (known === undefined) throw goStandardPackageUnknown(path, this.release);
      wanted.set(path, known);
      for (const each of known.imports) want(each);
    };
    // The linker adds the runtime to every program.
    for (const path of [...packages, "runtime"]) want(path);
    const found = await Promise.all(
      [...wanted].map(async ([path, packed]) => {
        return [path, await this.#unpacked(packed)] as const;
      }),
    );
    return new Map(found);
  }

  async run({ tool, words, reads, writes, signal }: ToolRequest): Promise<ToolResult> {
    const packed = this.#index.tools[tool];
    const file = await this.#unpacked(packed);
    this.#running++;
    this.#optimised.pause();
    try {
      return await this.#run({ tool, file, hash: packed.hash, words, reads, writes }, signal);
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

  /** Returns the path of a file of the package, unpacked into the store. Its content is that of the package's index. */
  async #unpacked({ file, hash }: Packed): Promise<string> {
    const key = keyOf("unpacked", this.release, file, hash);
    const kept = await this.#store.readFile(key);
    if (kept?.digest === digestOfHex(hash)) return kept.path;
    const packed = await readFile(join(this.#files, file)).catch((cause: Error) => {
      throw goBundledFileMissing(packageName, file, cause);
    });
    const content = await unpack(packed).catch(() => undefined);
    if (content === undefined || (await hashOf(content)) !== hash) throw goBundledFileWrong(packageName, file);
    const written = await this.#store.writeFile(key, file, content);
    if (written instanceof Error) throw goToolsNotUnpacked(this.#store.folder);
    return written.path;
  }
}

/** Returns the SHA-256 of bytes, computed in another thread. */
async function hashOf(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes)).toString("hex");
}
