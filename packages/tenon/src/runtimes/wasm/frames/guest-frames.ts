import type { Position } from "../../../binary/dwarf/index.js";
import { readableName } from "../../../binary/wasm/rust-names.js";
import { positionsIn } from "./debug-modules.js";
import { type EngineFrame, engineFrames, enoughFrames } from "./engine-frames.js";

/** How many frames are shown. */
const shownFrames = 20;
const longestText = 300;

/** Lets the engine record deeper stacks, in a thread that is not the host's own. */
export function recordDeepStacks(): void {
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, enoughFrames);
}

/** A function of a plugin on the stack. */
interface Frame {
  readonly name: string;
  /** The file, line and column; or what the engine says. */
  readonly where: string;
  readonly isLibrary: boolean;
}

/**
 * Returns the WebAssembly frames of a stack: the plugin's side of it, with readable names, and with file and line where the
 * module has debug data. Frames in which a language's library only reports a failure are left out, so that the author's own
 * code comes first.
 */
export function guestFrames(stack: string | undefined): string | undefined {
  const recorded = engineFrames(stack ?? "");
  const reporting = recorded.findIndex(({ name }) => panics.test(readableName(name)));
  const first = recorded.findIndex(({ name }, index) => index > reporting && !machinery.test(readableName(name)));
  const frames = inSource(first < 0 ? recorded : recorded.slice(first));
  // Functions of the library that were compiled into the author's own.
  const own = frames.findIndex(({ name, isLibrary }) => !isLibrary && !machinery.test(name));
  const shown = (own < 0 ? frames : frames.slice(own)).slice(0, shownFrames);
  return shown.length === 0
    ? undefined
    : shown.map(({ name, where }) => (name === "" ? `at ${where}` : `at ${name} (${where})`)).join("\n");
}

/** Names of functions in which a failure is reported: those that a panic of Rust runs through, from the innermost, and C's. */
const machinery =
  /^((abort|__assert_fail|__stack_chk_fail|tenon_panic)$|__rustc::|_*rust_(begin_unwind|panic|start_panic|abort)|std::(panicking|process::abort|sys)|core::(panicking|option|result|slice|str|cell|fmt)::|alloc::(raw_vec|alloc)::)/;
const panics = /^(__rustc::|_*)?rust_begin_unwind$|^core::panicking::|^__assert_fail$|^tenon_panic$/;
/** Whether a function is one in which a language's library reports a failure. @param name as in the module's section of names */
export function reportsFailure(name: string): boolean {
  return machinery.test(readableName(name));
}

/** Where Rust's own library, and what it consists of, was compiled. */
const library = /^\/rustc\/[0-9a-f]+\/|^\/rust\/deps\/|\/lib\/rustlib\/src\/rust\//;

/** Replaces frames by those of the source, where the debug data of their module knows them. */
function inSource(frames: readonly EngineFrame[]): Frame[] {
  const found = new Map<string, ReturnType<typeof positionsIn>>();
  for (const { module } of frames) {
    if (found.has(module)) continue;
    const offsets = frames.flatMap((frame) => (frame.module === module ? [frame.offset] : []));
    found.set(module, positionsIn(module, offsets));
  }
  return frames.flatMap(({ name, where, module, offset }): Frame[] => {
    const known = found.get(module)?.get(offset) ?? [];
    const readable = clean(readableName(name));
    if (known.length === 0) return [{ name: readable, where, isLibrary: false }];
    return known.map((position, index) => {
      const isOutermost = index === known.length - 1;
      const own = position.name === undefined ? undefined : clean(readableName(position.name));
      return {
        name: (isOutermost && readable !== "" ? readable : own) ?? readable,
        where: placeOf(position) ?? where,
        isLibrary: position.file !== undefined && library.test(position.file),
      };
    });
  });
}

function placeOf({ file, line, column }: Position): string | undefined {
  if (file === undefined) return undefined;
  return [clean(file), line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":");
}

/** The names are the plugin's: they may contain anything, such as control characters of a terminal. */
function clean(text: string): string {
  return text.slice(0, longestText).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}
