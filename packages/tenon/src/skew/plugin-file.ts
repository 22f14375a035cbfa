import { constants, type Stats } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { programTooLargeFinding } from "../errors/factories/binary.js";
import { pluginFileRejected, pluginUnreadable, pluginUnresolved } from "../errors/factories/go-loader.js";
import type { Finding } from "../errors/index.js";
import type { PluginFile } from "./process/go-process.js";
import type { Step } from "./program/outcome.js";
import { glibcTexts } from "./quoted/glibc.js";
import { goTexts } from "./quoted/go.js";

const largestFile = 2 ** 31 - 1;
/** Major 1, minor 3, as on Linux. */
const nullDevice = 0x103;

/**
 * Finds and reads a plugin's file as plugin.Open does: resolves links, then opens the file.
 *
 * @param name As the host passes it to plugin.Open.
 * @param path The same, absolute.
 * @returns The file, or what plugin.Open does if it cannot be read.
 */
export async function readPluginFile(name: string, path: string): Promise<PluginFile | Step> {
  if (name === "" || name.includes("\0")) return unresolved(name, "contains a NUL character");
  let real: string;
  try {
    real = await realpath(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return unresolved(
      name,
      code === "ELOOP"
        ? "is a cyclic symbolic link"
        : code === "ENOENT"
          ? "does not exist"
          : `cannot be resolved (${code})`,
    );
  }
  const refuse = (text: string, reason: string): Step => ({
    outcome: "error",
    error: goTexts.openFailed(name, `${real}: ${text}`),
    findings: [pluginFileRejected(name, reason)],
  });
  let file: FileHandle;
  try {
    // Opening a pipe would wait for its writer.
    file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM")
      return refuse(glibcTexts.permissionDenied, "cannot be read: permission denied");
    if (code === "ENXIO") return refuse(glibcTexts.noSuchDevice, "is a socket, not a file");
    return unreadable(name, (thrown as Error).message);
  }
  try {
    const stats = await file.stat();
    const step = special(stats, name, refuse);
    if (step !== undefined) return step;
    if (stats.size > largestFile) return unknown(programTooLargeFinding(name, stats.size));
    return { path: real, identity: `${stats.dev}:${stats.ino}`, bytes: await file.readFile() };
  } catch (thrown) {
    return unreadable(name, (thrown as Error).message);
  } finally {
    await file.close();
  }
}

function special(stats: Stats, name: string, refuse: (text: string, reason: string) => Step): Step | undefined {
  if (stats.isDirectory()) return refuse(glibcTexts.isDirectory, "is a folder, not a file");
  if (stats.isFIFO()) {
    const reason = "is a named pipe: the loader waits until another process writes to it";
    return { outcome: "hang", findings: [pluginFileRejected(name, reason)] };
  }
  if (stats.rdev === nullDevice) return refuse(glibcTexts.fileTooShort, "is the null device, not a file");
  if (!stats.isFile()) return unreadable(name, "it is a device");
  return undefined;
}

function unresolved(name: string, reason: string): Step {
  return {
    outcome: "error",
    error: goTexts.openFailed(name, goTexts.realpathFailed),
    findings: [pluginUnresolved(name, reason)],
  };
}

function unreadable(name: string, reason: string): Step {
  return unknown(pluginUnreadable(name, reason));
}

function unknown(finding: Finding): Step {
  return { outcome: "unknown", findings: [finding] };
}
