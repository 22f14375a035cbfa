import type { ElfFile } from "../../binary/elf/index.js";
import { sanitizerInBoth, sanitizerInPlugin } from "../../errors/factories/go-loader.js";
import { sanitizerTexts } from "../quoted/glibc.js";
import type { Loaded } from "./libraries.js";
import type { LoadFailure } from "./load-failure.js";

/**
 * Predicts what the library of -asan does after a plugin that needs it is loaded. If the host was not built with -asan, its
 * constructor stops the process. If it was, its check for symbols that are defined twice stops the process, because host
 * and plugin both contain runtime/cgo.
 * Source: compiler-rt, asan_linux.cpp (AsanCheckDynamicRTPrereqs) and asan_globals.cpp.
 */
export function sanitizerCrash(plugin: Loaded, host: Loaded): LoadFailure | undefined {
  if (!needsSanitizer(plugin.elf)) return undefined;
  return needsSanitizer(host.elf)
    ? { outcome: "crash", text: sanitizerTexts.definedTwice, finding: sanitizerInBoth(plugin.path) }
    : { outcome: "crash", text: sanitizerTexts.notFirst, finding: sanitizerInPlugin(plugin.path) };
}

function needsSanitizer(elf: ElfFile): boolean {
  return elf.dynamic?.needed.some((name) => /^lib(asan|hwasan|tsan)\.so/.test(name)) === true;
}
