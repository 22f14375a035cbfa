import type { ElfFile } from "../../binary/elf/index.js";
import { finding } from "../../errors/index.js";
import type { Loaded } from "./libraries.js";
import type { LoaderAnswer } from "./loader-answer.js";

/**
 * What the library of -asan does once a plugin that needs it is loaded: its constructor ends the process if it was not
 * there from the beginning, and its check for doubled symbols if it was, since host and plugin both hold runtime/cgo.
 * Source: compiler-rt, asan_linux.cpp (AsanCheckDynamicRTPrereqs) and asan_globals.cpp.
 */
export function sanitizerCrash(plugin: Loaded, host: Loaded): LoaderAnswer | undefined {
  if (!needsSanitizer(plugin.elf)) return undefined;
  const hasBoth = needsSanitizer(host.elf);
  return {
    outcome: "crash",
    text: hasBoth
      ? "ERROR: AddressSanitizer: odr-violation"
      : "ASan runtime does not come first in initial library list",
    finding: finding("TENON_GO_RACE", {
      subject: plugin.path,
      message: hasBoth
        ? `${plugin.path} and the host were both built with -asan, and each holds runtime/cgo; the sanitizer takes that for a fault and ends the process`
        : `${plugin.path} was built with -asan, and the host was not; the sanitizer ends the process`,
      fix: hasBoth
        ? { text: "Set ASAN_OPTIONS=detect_odr_violation=0 for the host, or build both without -asan." }
        : { text: "Build the plugin without -asan." },
    }),
  };
}

function needsSanitizer(elf: ElfFile): boolean {
  return elf.dynamic?.needed.some((name) => /^lib(asan|hwasan|tsan)\.so/.test(name)) === true;
}
