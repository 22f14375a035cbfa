import { access, constants, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, sep } from "node:path";
import {
  type BuildStore,
  type CommandEnd,
  inWorkFolder,
  keyOf,
  runCommand,
  temporaryIn,
} from "../../../build/index.js";
import { goStandardPackageUnknown, goToolFailed } from "../../../errors/factories/go-module.js";
import { withoutOverruled } from "../toolchain/build-settings.js";
import { type GoTools, minorOfRelease, type ToolRequest, type ToolResult } from "./go-tools.js";

/** Go can export functions to WebAssembly since this minor release. */
const oldest = 24;

/**
 * Finds the first Go on PATH, if it is new enough. Its tools are called directly, since the go command's checks of what is up
 * to date take longer than the compiler.
 */
export async function findLocalTools(
  environment: Readonly<Record<string, string | undefined>>,
  store: BuildStore,
): Promise<GoTools | undefined> {
  const go = await onPath(environment.PATH ?? "");
  if (go === undefined) return undefined;
  const settings = { ...withoutOverruled(environment), ...target };
  const found = await readInstallation(go, settings, store);
  if (found === undefined || minorOfRelease(found.release) < oldest) return undefined;
  return new LocalTools({ go, ...found, settings, store });
}

interface Installation {
  /** `go1.26.8` */
  readonly release: string;
  /** Its folder. */
  readonly root: string;
  /** The folder of its compiler and linker. */
  readonly folder: string;
}

/**
 * Asks the go command for its release and folders. The answer is kept, by the state of the command's file, since the question takes
 * longer than all else that is done for a plugin that is cached.
 */
async function readInstallation(
  go: string,
  settings: Readonly<Record<string, string>>,
  store: BuildStore,
): Promise<Installation | undefined> {
  const path = await realpath(go);
  const { size, mtimeMs, ctimeMs, ino } = await stat(path);
  const key = keyOf("installation", path, String([size, mtimeMs, ctimeMs, ino]));
  const kept = (await store.read(key))?.about as Installation | undefined;
  if (kept !== undefined) return kept;
  const signal = AbortSignal.timeout(30_000);
  const variables = ["env", "GOVERSION", "GOROOT", "GOTOOLDIR"];
  const answer = await runCommand(go, variables, { folder: tmpdir(), environment: settings, signal });
  if (answer.code !== 0) return undefined;
  const [release = "", root = "", folder = ""] = answer.stdout.split("\n");
  const found = { release, root, folder };
  // A script that chooses among installations may choose another one next time.
  if (path.startsWith(`${await realpath(root).catch(() => root)}${sep}`))
    await store.write(key, found, new Uint8Array());
  return found;
}

const target = {
  GOOS: "wasip1",
  GOARCH: "wasm",
  CGO_ENABLED: "0",
  GOTOOLCHAIN: "local",
  GOWORK: "off",
  GOFLAGS: "-trimpath",
};

class LocalTools implements GoTools {
  readonly label: string;
  readonly release: string;
  readonly #about: {
    readonly go: string;
    readonly root: string;
    readonly folder: string;
    readonly settings: Readonly<Record<string, string>>;
    readonly store: BuildStore;
  };
  readonly #archives = new Map<string, ReadonlyMap<string, string>>();

  constructor(about: {
    go: string;
    release: string;
    root: string;
    folder: string;
    settings: Readonly<Record<string, string>>;
    store: BuildStore;
  }) {
    this.release = about.release;
    this.label = `${about.release} (local)`;
    this.#about = about;
  }

  async archives(packages: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const key = keyOf("archives", this.release, this.#about.root, ...packages);
    const known = this.#archives.get(key) ?? (await this.#kept(key));
    if (known !== undefined) {
      this.#archives.set(key, known);
      return known;
    }
    const format = "{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}";
    const { go, settings, store } = this.#about;
    const words = ["list", "-export", "-deps", "-f", format, ...packages];
    const answer = await inWorkFolder("tenon-go-", (folder) =>
      runCommand(go, words, { folder, environment: { ...settings, ...temporaryIn(folder) }, signal }),
    );
    if (answer.code !== 0) throw failed(answer.end, answer.stderr);
    const found = new Map(
      answer.stdout
        .trim()
        .split("\n")
        .filter((line) => line.includes("\t"))
        .map((line) => line.split("\t") as [string, string]),
    );
    this.#archives.set(key, found);
    await store.write(key, [...found], new Uint8Array());
    return found;
  }

  async run({ tool, words, writes, signal }: ToolRequest): Promise<ToolResult> {
    const file = join(this.#about.folder, tool);
    const environment = { ...this.#about.settings, ...temporaryIn(writes) };
    const { end, stdout, stderr } = await runCommand(file, words, { folder: writes, environment, signal });
    return { end, output: stdout + stderr };
  }

  /** Returns what was found before, unless the go command has cleaned its cache since. */
  async #kept(key: string): Promise<ReadonlyMap<string, string> | undefined> {
    try {
      const kept = await this.#about.store.read(key);
      if (kept === undefined) return undefined;
      const found = new Map(kept.about as [string, string][]);
      await Promise.all([...found.values()].map((file) => stat(file)));
      return found;
    } catch {
      return undefined;
    }
  }
}

function failed(end: CommandEnd, output: string) {
  // A package that is not in the standard library is an error in the source.
  const missing = /package (\S+) is not in std/.exec(output)?.[1];
  if (missing !== undefined) return goStandardPackageUnknown(missing);
  return goToolFailed("go list -export", end, output.trim().split("\n").slice(0, 5).join("\n"), tmpdir());
}

async function onPath(path: string): Promise<string | undefined> {
  const name = process.platform === "win32" ? "go.exe" : "go";
  for (const folder of path.split(delimiter)) {
    const file = join(folder, name);
    if (
      folder !== "" &&
      (await access(file, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      return file;
  }
  return undefined;
}
