import { readableName } from "./rust-names.js";

/** How many frames are recorded where the thread belongs to the plugin: a panic of Rust alone has ten of its own. */
const recordedFrames = 32;
/** How many of them are shown. */
const shownFrames = 20;

/** Lets the engine record deeper stacks, in a thread that is not the host's own. */
export function recordDeepStacks(): void {
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, recordedFrames);
}

/**
 * Returns the WebAssembly frames of a stack: the plugin's side of it, with readable names. Frames in which a language's library
 * only reports a failure are left out, so that the author's own code comes first.
 */
export function guestFrames(stack: string | undefined): string | undefined {
  const frames = (stack ?? "")
    .split("\n")
    .filter((line) => line.includes("wasm:") || line.includes("wasm-function"))
    .map((line) => readableFrame(line.trim()));
  const reporting = frames.findIndex(({ name }) => panics.test(name));
  const first = reporting < 0 ? 0 : frames.findIndex(({ name }, index) => index > reporting && !machinery.test(name));
  const own = first < 0 ? frames : frames.slice(first);
  return own.length === 0
    ? undefined
    : own
        .slice(0, shownFrames)
        .map(({ text }) => text)
        .join("\n");
}

/** Names of functions that a panic of Rust runs through, from the innermost. */
const machinery =
  /^(abort$|__rustc::|_*rust_(begin_unwind|panic|start_panic|abort)|std::(panicking|process::abort|sys)|core::(panicking|option|result|slice|str|cell|fmt)::|alloc::(raw_vec|alloc)::)/;
const panics = /^(__rustc::|_*)?rust_begin_unwind$|^core::panicking::/;

function readableFrame(line: string): { readonly name: string; readonly text: string } {
  const parts = /^at (?:async )?([^\s(]+) \((.*)\)$/.exec(line);
  if (parts === null) return { name: "", text: line };
  const [, full = "", where = ""] = parts;
  const mangled = /(?:^|\.)(_R[A-Z]|_ZN\d)/.exec(full);
  // The engine puts the module's name in front.
  const start = mangled === null ? full.lastIndexOf(".") + 1 : full.indexOf(mangled[1]!);
  const name = readableName(full.slice(start));
  return { name, text: `at ${mangled === null ? full : name} (${where})` };
}
