import type { ElfFile } from "../../binary/elf/index.js";
import { type ExpectedMachine, isAnswer, readLibrary } from "./file-header.js";
import type { LoaderAnswer } from "./loader-answer.js";
import { folderOf, type Sysroot } from "./sysroot.js";

/** A library that is loaded, or a program. */
export interface Loaded {
  /** As the loader names it in messages. */
  readonly path: string;
  readonly elf: ElfFile;
  /** The names under which it is known: as it was asked for, and its own (DT_SONAME). */
  readonly names: Set<string>;
}

/** Folders that are searched last, by GOARCH: those of the FHS and of Debian's multiarch. */
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
 * LD_LIBRARY_PATH of the host's process is not known and not searched. Source: ld.so(8).
 */
export class Libraries {
  readonly #sysroot: Sysroot;
  readonly #expected: ExpectedMachine;
  readonly #files = new Map<string, ElfFile | LoaderAnswer | undefined>();

  constructor(sysroot: Sysroot, expected: ExpectedMachine) {
    this.#sysroot = sysroot;
    this.#expected = expected;
  }

  /** The library, what the loader says of the file that it finds, or `undefined` if there is none. */
  find(name: string, needed: readonly Loaded[]): Loaded | LoaderAnswer | undefined {
    for (const path of this.#candidates(name, needed)) {
      const elf = this.#read(path);
      if (elf === undefined) continue;
      // Where it searches, the loader passes over files of other machines and classes.
      if (isAnswer(elf)) {
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

  /** @param needed The file that needs it first, then the one that needed that, up to the program. */
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

  #read(path: string): ElfFile | LoaderAnswer | undefined {
    if (!this.#files.has(path)) {
      const bytes = this.#sysroot.read(path);
      this.#files.set(path, bytes === undefined ? undefined : readLibrary(bytes, path, this.#expected));
    }
    return this.#files.get(path);
  }
}

function isForeign(answer: LoaderAnswer): boolean {
  return /wrong ELF class|No such file/.test(answer.text ?? "");
}

function* expand(paths: string, loaded: Loaded): Generator<string> {
  for (const path of paths.split(":")) {
    if (path === "") continue;
    // The loader drops slashes at the end of a folder, and the names it tells are without them.
    yield path.replace(/\$(?:ORIGIN|\{ORIGIN\})/g, folderOf(loaded.path)).replace(/(?<=.)\/+$/, "");
  }
}
