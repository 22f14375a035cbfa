import { constants, type Stats } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { finding } from "../errors/index.js";
import type { PluginFile } from "./go-process.js";
import type { Step } from "./outcome.js";

const largestFile = 2 ** 31 - 1;
/** Major 1, minor 3, as Linux has it. */
const nullDevice = 0x103;

/**
 * Finds a plugin's file as plugin.Open does: resolves links, then opens and reads what is there.
 *
 * @param name As the host gives it to plugin.Open.
 * @param path The same, absolute.
 * @returns The file, or what plugin.Open answers where there is none to read.
 */
export async function obtain(name: string, path: string): Promise<PluginFile | Step> {
  if (name === "" || name.includes("\0")) return unresolved(name, "is not a path");
  let real: string;
  try {
    real = await realpath(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return unresolved(
      name,
      code === "ELOOP"
        ? "is a link that leads in a circle"
        : code === "ENOENT"
          ? "does not exist"
          : `cannot be resolved (${code})`,
    );
  }
  const refuse = (text: string, message: string): Step => ({
    outcome: "error",
    error: `plugin.Open("${name}"): ${real}: ${text}`,
    findings: [finding("TENON_GO_FILE", { subject: name, message })],
  });
  let file: FileHandle;
  try {
    // Opening a pipe would wait for its writer.
    file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM")
      return refuse(
        "cannot open shared object file: Permission denied",
        `${name} cannot be read: permission is denied`,
      );
    if (code === "ENXIO")
      return refuse("cannot open shared object file: No such device or address", `${name} is a socket`);
    return { outcome: "unknown", findings: [unreadable(name, (thrown as Error).message)] };
  }
  try {
    const stats = await file.stat();
    const step = special(stats, name, refuse);
    if (step !== undefined) return step;
    if (stats.size > largestFile) {
      const message = `${name} has ${stats.size} bytes, more than are read`;
      return { outcome: "unknown", findings: [finding("TENON_BINARY_TOO_LARGE", { subject: name, message })] };
    }
    return { path: real, identity: `${stats.dev}:${stats.ino}`, bytes: await file.readFile() };
  } catch (thrown) {
    return { outcome: "unknown", findings: [unreadable(name, (thrown as Error).message)] };
  } finally {
    await file.close();
  }
}

function special(stats: Stats, name: string, refuse: (text: string, message: string) => Step): Step | undefined {
  if (stats.isDirectory()) return refuse("cannot read file data: Is a directory", `${name} is a folder`);
  if (stats.isFIFO()) {
    const message = `${name} is a named pipe; the loader waits for somebody to write into it`;
    return { outcome: "hang", findings: [finding("TENON_GO_FILE", { subject: name, message })] };
  }
  if (stats.rdev === nullDevice) return refuse("file too short", `${name} is the null device`);
  if (!stats.isFile()) return { outcome: "unknown", findings: [unreadable(name, "it is a device")] };
  return undefined;
}

function unresolved(name: string, what: string): Step {
  return {
    outcome: "error",
    error: `plugin.Open("${name}"): realpath failed`,
    findings: [
      finding("TENON_GO_FILE", {
        subject: name,
        message: `${name} ${what}`,
        fix: { text: "Give the path of the plugin's .so file; relative paths start at the host's current directory." },
      }),
    ],
  };
}

function unreadable(name: string, why: string) {
  return finding("TENON_ARTIFACT_UNREADABLE", { subject: name, message: `${name} cannot be read: ${why}` });
}
