import type { ElfFile } from "../../binary/elf/index.js";
import { type ExpectedMachine, isFailure, readLibrary } from "./file-header.js";
import type { LoadFailure } from "./load-failure.js";
import { folderOf, type Sysroot } from "./sysroot.js";

/** A loaded library or program. */
export interface Loaded {
  /** As the loader names it in messages. */
  readonly path: string;
  readonly elf: ElfFile;
  /** The names that it was requested by, and its own name (DT_SONAME). */
  readonly names: Set<string>;
}

/** Names of Debian's multiarch folders by GOARCH. They are searched last, with the folders of the FHS. */
const triplets: Readonly<Record<string, string>> = {
  amd64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
  "386": "i386-linux-gnu",
  arm: "arm-linux-gnueabihf",
  riscv64: "riscv64-linux-gnu",
  ppc64le: "powerpc64le-linux-gnu",
  s390x: "s390x-linux-gnu",
};

/**
 * Finds libraries as ld.so does: DT_RPATH or DT_RUNPATH of the file that needs one, the cache, the system's folders.
 * The LD_LIBRARY_PATH of the host's process is unknown and not searched. Source: ld.so(8).
 */
export class Libraries {
  readonly #sysroot: Sysroot;
  readonly #expected: ExpectedMachine;
  readonly #files = new Map<string, ElfFile | LoadFailure | undefined>();

  constructor(sysroot: Sysroot, expected: ExpectedMachine) {
    this.#sysroot = sysroot;
    this.#expected = expected;
  }

  /** Returns the library, the failure to load the file found, or `undefined` if there is no file. */
  find(name: string, needed: readonly Loaded[]): Loaded | LoadFailure | undefined {
    for (const path of this.#candidates(name, needed)) {
      const elf = this.#read(path);
      if (elf === undefined) continue;
      // In a search, the loader skips files for other machines and classes.
      if (isFailure(elf)) {
        if (isForeign(elf) && !name.includes("/")) continue;
        return elf;
      }
      return { path, elf, names: new Set([name, ...(elf.dynamic?.soName === undefined ? [] : [elf.dynamic.soName])]) };
    }
    return undefined;
  }

  *#candidates(name: string, needed: readonly Loaded[]): Generator<string> {
    if (name.includes("/")) {
      yield name;
      return;
    }
    for (const folder of this.#runPaths(needed)) yield `${folder}/${name}`;
    for (const { path } of this.#sysroot.cached(name)) yield path;
    const triplet = triplets[this.#expected.arch ?? ""];
    const folders = [
      ...(triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`]),
      ...(this.#expected.bits === 64 ? ["/lib64", "/usr/lib64"] : []),
      "/lib",
      "/usr/lib",
    ];
    for (const folder of folders) yield `${folder}/${name}`;
  }

  /** @param needed The file that needs the library, then the file that needs that one, up to the program. */
  *#runPaths(needed: readonly Loaded[]): Generator<string> {
    const [first, ...others] = needed;
    const dynamic = first?.elf.dynamic;
    if (dynamic?.runPath !== undefined && !dynamic.isOldRunPath) {
      yield* expand(dynamic.runPath, first as Loaded);
      return;
    }
    for (const loaded of first === undefined ? others : [first, ...others]) {
      const { runPath, isOldRunPath } = loaded.elf.dynamic ?? {};
      if (runPath !== undefined && isOldRunPath === true) yield* expand(runPath, loaded);
    }
  }

  #read(path: string): ElfFile | LoadFailure | undefined {
    if (!this.#files.has(path)) {
      const bytes = this.#sysroot.read(path);
      this.#files.set(path, bytes === undefined ? undefined : readLibrary(bytes, path, this.#expected));
    }
    return this.#files.get(path);
  }
}

function isForeign(failure: LoadFailure): boolean {
  return /wrong ELF class|No such file/.test(failure.text ?? "");
}

function* expand(paths: string, loaded: Loaded): Generator<string> {
  for (const path of paths.split(":")) {
    if (path === "") continue;
    // The loader drops slashes at the end of a folder, also in its messages.
    yield path.replace(/\$(?:ORIGIN|\{ORIGIN\})/g, folderOf(loaded.path)).replace(/(?<=.)\/+$/, "");
  }
}
