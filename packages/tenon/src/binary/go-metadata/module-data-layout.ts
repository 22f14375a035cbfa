import { parseGoVersion } from "./go-version.js";

/** How many words each kind of field takes: a pointer, a Go string, a Go slice, a bit vector. */
const wordsOf = { word: 1, text: 2, slice: 3, bits: 2 } as const;

/** The fields of `moduledata` and their kinds. Which of them exist, and in which order, depends on the release. */
const kinds = {
  pcHeader: "word",
  funcnametab: "slice",
  cutab: "slice",
  filetab: "slice",
  pctab: "slice",
  pclntable: "slice",
  ftab: "slice",
  findfunctab: "word",
  minpc: "word",
  maxpc: "word",
  text: "word",
  etext: "word",
  noptrdata: "word",
  enoptrdata: "word",
  data: "word",
  edata: "word",
  bss: "word",
  ebss: "word",
  noptrbss: "word",
  enoptrbss: "word",
  covctrs: "word",
  ecovctrs: "word",
  end: "word",
  gcdata: "word",
  gcbss: "word",
  types: "word",
  typedesclen: "word",
  etypes: "word",
  itaboffset: "word",
  itabsize: "word",
  rodata: "word",
  gofunc: "word",
  epclntab: "word",
  textsectmap: "slice",
  typelinks: "slice",
  itablinks: "slice",
  ptab: "slice",
  pluginpath: "text",
  pkghashes: "slice",
  inittasks: "slice",
  modulename: "text",
  modulehashes: "slice",
  hasmain: "word",
  gcdatamask: "bits",
  gcbssmask: "bits",
  typemap: "word",
  bad: "word",
  next: "word",
} as const satisfies Record<string, keyof typeof wordsOf>;

/** A field of `moduledata`, by its name in Go's source. */
export type ModuleDataField = keyof typeof kinds;

/** The fields that only some releases have: the first minor version with the field, and the first one without it. */
const lifetimes: Partial<Record<ModuleDataField, { since?: number; before?: number }>> = {
  covctrs: { since: 20 },
  ecovctrs: { since: 20 },
  typedesclen: { since: 27 },
  itaboffset: { since: 27 },
  itabsize: { since: 27 },
  rodata: { since: 18 },
  gofunc: { since: 18 },
  epclntab: { since: 26 },
  typelinks: { before: 27 },
  itablinks: { before: 27 },
  inittasks: { since: 21 },
  // Since Go 1.23 it is the byte after hasmain.
  bad: { before: 23 },
};

const badBesideHasmain = 23;

/** The minor versions of Go 1 whose module data is known. */
export const knownMinors: readonly number[] = [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];

/** Where each field of `runtime.moduledata` lies. Offsets and size in bytes. */
export interface ModuleDataLayout {
  /** The releases that have this layout, as minor versions of Go 1. */
  readonly minors: readonly number[];
  readonly wordSize: 4 | 8;
  readonly size: number;
  readonly offsets: { readonly [F in ModuleDataField]?: number };
}

const layouts = { 4: distinctLayouts(4), 8: distinctLayouts(8) };

/**
 * Returns the layout of a Go release's module data. Source: `type moduledata` in runtime/symtab.go of each release.
 *
 * @param goVersion "go1.26.8" or the like, or the minor version alone.
 * @returns `undefined` for releases before 1.16, releases that are too new, and strings that are not a release.
 */
export function moduleDataLayout(goVersion: string | number, bits: 32 | 64): ModuleDataLayout | undefined {
  const minor = typeof goVersion === "number" ? goVersion : minorOf(goVersion);
  return layouts[bits === 64 ? 8 : 4].find(({ minors }) => minors.some((one) => one === minor));
}

/**
 * Returns the layouts of a given size (that of the symbol `runtime.firstmoduledata`), for a file of unknown release.
 * There can be more than one: 1.20 and 1.27 share a size, and so do 1.21, 1.22 and 1.26.
 *
 * @param size In bytes.
 */
export function moduleDataLayoutsOfSize(size: number, bits: 32 | 64): readonly ModuleDataLayout[] {
  return layouts[bits === 64 ? 8 : 4].filter((layout) => layout.size === size);
}

function minorOf(text: string): number | undefined {
  const version = parseGoVersion(text);
  return version?.major === 1 ? version.minor : undefined;
}

function distinctLayouts(wordSize: 4 | 8): ModuleDataLayout[] {
  const found: (ModuleDataLayout & { minors: number[] })[] = [];
  for (const minor of knownMinors) {
    const layout = layoutOf(minor, wordSize);
    const same = found.find(({ offsets }) => JSON.stringify(offsets) === JSON.stringify(layout.offsets));
    if (same === undefined) found.push(layout);
    else same.minors.push(minor);
  }
  return found;
}

function layoutOf(minor: number, wordSize: 4 | 8): ModuleDataLayout & { minors: number[] } {
  const offsets: { [F in ModuleDataField]?: number } = {};
  let size = 0;
  for (const [field, kind] of Object.entries(kinds) as [ModuleDataField, keyof typeof wordsOf][]) {
    const { since = 0, before = Number.POSITIVE_INFINITY } = lifetimes[field] ?? {};
    if (minor < since || minor >= before) continue;
    offsets[field] = size;
    size += wordsOf[kind] * wordSize;
  }
  if (minor >= badBesideHasmain) offsets.bad = offsets.hasmain! + 1;
  return { minors: [minor], wordSize, size, offsets };
}
