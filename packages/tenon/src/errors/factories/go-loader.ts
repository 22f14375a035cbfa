import type { Fix } from "../error.js";
import { type Finding, finding } from "../finding.js";
import type { Code } from "../registry.js";
import { artifactUnreadable } from "./artifact.js";

/** A plugin's path does not lead to a file. @param reason For example "does not exist". */
export function pluginUnresolved(plugin: string, reason: string): Finding {
  return finding("TENON_GO_FILE", {
    subject: plugin,
    message: plugin === "" ? "the plugin's path is empty" : `${plugin} ${reason}`,
    fix: { text: "Pass the path of the plugin's .so file. Relative paths start in the host's current directory." },
  });
}

/** The system's loader cannot read what the path leads to. @param reason For example "is a folder". */
export function pluginFileRejected(plugin: string, reason: string, fix?: Fix): Finding {
  return finding("TENON_GO_FILE", {
    subject: plugin,
    message: `${plugin} ${reason}`,
    ...(fix === undefined ? {} : { fix }),
  });
}

/** The file cannot be read here; the host may have other permissions. */
export function pluginUnreadable(plugin: string, reason: string): Finding {
  return finding("TENON_ARTIFACT_UNREADABLE", { subject: plugin, message: artifactUnreadable(plugin, reason).message });
}

/** @param size Of the file, in bytes. @param needed Of an ELF header. */
export function pluginTooShort(plugin: string, size: number, needed: number): Finding {
  return pluginFileRejected(plugin, `has ${size} bytes, but the header of a library alone has ${needed}`, {
    text: "Build or copy the plugin again.",
  });
}

/** @param detail What is wrong, from the reader of the file's format. */
export function pluginDamaged(code: Code, plugin: string, detail: string): Finding {
  return finding(code, {
    subject: plugin,
    message: `${plugin} is damaged: ${detail}`,
    fix: { text: "Build or copy the plugin again. The loader checks little: such a file can crash the host." },
  });
}

/** @param crashText What Go prints when the process crashes. */
export function pluginTruncated(plugin: string, size: number, needed: number, crashText: string): Finding {
  return finding("TENON_BINARY_TRUNCATED", {
    subject: plugin,
    message: `${plugin} is incomplete: its headers require ${needed} bytes, but it has ${size}; the host crashes with "${crashText}"`,
  });
}

/** @param text The loader's error, which is misleading here. @param command Builds for the host's processor. */
export function pluginForOtherProcessor(
  plugin: string,
  processors: { readonly host: string; readonly plugin: string },
  text: string,
  command: string | undefined,
): Finding {
  return finding("TENON_GO_FILE", {
    subject: plugin,
    message: `${plugin} was built for ${processors.plugin}, but the host for ${processors.host}; the error "${text}" is misleading`,
    cause: "The plugin was built for another kind of processor.",
    fix: { text: "Build the plugin for the host's processor.", ...(command === undefined ? {} : { command }) },
  });
}

export function pluginIsCoreDump(plugin: string): Finding {
  return finding("TENON_BINARY_CORE", {
    subject: plugin,
    message: `${plugin} is a core dump (the memory of a crashed process)`,
  });
}

/** @param command Builds a plugin instead. */
export function pluginIsProgram(plugin: string, command: string): Finding {
  return finding("TENON_GO_NOT_SHARED", {
    subject: plugin,
    message: `${plugin} is a program, not a plugin`,
    fix: { text: "Build it with -buildmode=plugin.", command },
  });
}

/** @param library The file name that the plugin needs. */
export function libraryMissing(plugin: string, library: string): Finding {
  return finding("TENON_GO_LIBRARY_MISSING", {
    subject: plugin,
    message: `${plugin} needs the library ${library}, which is not installed on the host's system`,
    fix: { text: `Install the package that contains ${library} on the host's system.` },
  });
}

/** @param newest The newest version that the system's library has, `undefined` for none with the same prefix. */
export function libraryVersionMissing(
  plugin: string,
  about: { library: string; version: string; path: string; newest: string | undefined },
): Finding {
  const { library, version, path, newest } = about;
  return finding("TENON_GO_LIBRARY_VERSION", {
    subject: plugin,
    message: `${plugin} needs ${version} of ${library}, but the host's system has ${newest === undefined ? "no such version" : `only ${newest}`} (${path})`,
    fix: {
      text: `Build the plugin on the host's system or an older one, or run the host on a system with ${version}.`,
    },
  });
}

/** One of them was linked with musl, the other one with glibc. */
export function cLibraryDiffers(
  plugin: string,
  libraries: { readonly host: string; readonly plugin: string },
): Finding {
  return finding("TENON_GO_LIBC", {
    subject: plugin,
    message: `${plugin} was linked with ${libraries.plugin}, but the host's system has ${libraries.host}`,
  });
}

export function symbolUndefined(plugin: string, symbol: string): Finding {
  return finding("TENON_GO_SYMBOL_UNDEFINED", {
    subject: plugin,
    message: `${plugin} uses the symbol ${symbol}, which neither the host nor any of its libraries defines`,
  });
}

/** @param left How many bytes are left; `undefined` if the system's libraries are not known. */
export function threadLocalTooLarge(plugin: string, size: number, left: number | undefined): Finding {
  return finding("TENON_GO_TLS", {
    subject: plugin,
    message:
      left === undefined
        ? `${plugin} needs ${size} bytes of static thread-local storage, and Tenon cannot tell how many are left in the host`
        : `${plugin} needs ${size} bytes of static thread-local storage, but only ${left} are left in the host`,
  });
}

/** Host and plugin were both built with -asan, and each of them contains runtime/cgo. */
export function sanitizerInBoth(plugin: string): Finding {
  return finding("TENON_GO_RACE", {
    subject: plugin,
    message: `${plugin} and the host were both built with -asan and both contain runtime/cgo; the sanitizer reports that as an error and stops the process`,
    fix: { text: "Run the host with ASAN_OPTIONS=detect_odr_violation=0, or build both without -asan." },
  });
}

export function sanitizerInPlugin(plugin: string): Finding {
  return finding("TENON_GO_RACE", {
    subject: plugin,
    message: `${plugin} was built with -asan, but the host was not; the sanitizer stops the process`,
    fix: { text: "Build the plugin without -asan." },
  });
}

/** The plugin needs a library that is not among the host's. */
export function unknownLibrary(plugin: string, library: string): Finding {
  return needsSysroot(
    plugin,
    `${plugin} needs the library ${library}, which the host does not need; whether it is installed on the host's system is unknown`,
  );
}

/** @param highest The highest version of the library that the host needs. */
export function unknownLibraryVersion(
  plugin: string,
  about: { library: string; version: string; highest: string | undefined },
): Finding {
  const { library, version, highest } = about;
  return needsSysroot(
    plugin,
    `${plugin} needs ${version} of ${library}, but the host needs only ${highest ?? "other versions"}; whether the host's system has ${version} is unknown`,
  );
}

export function unknownSymbol(plugin: string, symbol: string): Finding {
  return needsSysroot(
    plugin,
    `${plugin} uses the symbol ${symbol}; whether a library of the host's system defines it is unknown`,
  );
}

export function unknownThreadLocal(plugin: string, size: number): Finding {
  return needsSysroot(
    plugin,
    `${plugin} needs ${size} bytes of static thread-local storage; how many are left in the host is unknown`,
  );
}

/** Something that only the files of the host's system can tell. */
function needsSysroot(plugin: string, message: string): Finding {
  return finding("TENON_GO_UNTOLD", {
    severity: "warning",
    subject: plugin,
    message,
    fix: {
      text: "Add --sysroot and the root folder of the system that the host runs on to the command; --sysroot / is this system.",
    },
  });
}
