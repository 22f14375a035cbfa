import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { lstat, readFile, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import {
  bubblewrapFails,
  bubblewrapMissing,
  bubblewrapUntrusted,
  type NoSandbox,
  sandboxNeedsFilter,
  sandboxNeedsLinux,
} from "../../errors/factories/sandbox.js";
import type { FilterArchitecture } from "./system-calls.js";

/** A bubblewrap that works on this system. */
export interface Bubblewrap {
  readonly path: string;
  readonly architecture: FilterArchitecture;
}

/** How to install bubblewrap, by the program that installs packages. */
const installers: readonly (readonly [path: string, command: string])[] = [
  ["/usr/bin/apt-get", "apt-get install"],
  ["/usr/bin/dnf", "dnf install"],
  ["/sbin/apk", "apk add"],
  ["/usr/bin/pacman", "pacman -S"],
  ["/usr/bin/zypper", "zypper install"],
];

/** System-wide switches that keep users from making namespaces: the file, the value that does so, and how to change it. */
const switches: readonly (readonly [file: string, refusing: string, command: string])[] = [
  ["kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"],
  ["kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"],
  ["user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces=15000"],
];

const probeMilliseconds = 10_000;

/**
 * Finds bubblewrap in the folders of the host's PATH, and tries it.
 *
 * One that others than root may change is not used: it would run with the host's rights, outside of any sandbox.
 */
export async function findBubblewrap(searched: string = process.env.PATH ?? ""): Promise<Bubblewrap | NoSandbox> {
  if (process.platform !== "linux") return sandboxNeedsLinux();
  const architecture = process.arch;
  if (architecture !== "x64" && architecture !== "arm64") return sandboxNeedsFilter(architecture);
  const path = await find(searched);
  if (path === undefined) return bubblewrapMissing(await installer());
  const doubt = await doubtAbout(path);
  if (doubt !== undefined) return doubt;
  const failure = await attempt(path);
  return failure === undefined ? { path, architecture } : bubblewrapFails(failure, await allowance());
}

async function find(searched: string): Promise<string | undefined> {
  for (const folder of searched.split(delimiter)) {
    if (!folder.startsWith("/")) continue;
    const candidate = join(folder, "bwrap");
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile() && (found.mode & 0o111) !== 0) return realpath(candidate).catch(() => undefined);
  }
  return undefined;
}

/** The command that installs a package on this system, if it is known. */
async function installer(): Promise<string | undefined> {
  for (const [path, command] of installers) if ((await stat(path).catch(() => undefined)) !== undefined) return command;
  return undefined;
}

/** Says why a program is not to be trusted: it, or a folder above it, can be changed by others than root. */
async function doubtAbout(path: string): Promise<NoSandbox | undefined> {
  for (let at = path; ; at = dirname(at)) {
    const found = await lstat(at).catch(() => undefined);
    const foreign = found === undefined || found.uid !== 0;
    if (foreign || (found.mode & (constants.S_IWGRP | constants.S_IWOTH)) !== 0)
      return bubblewrapUntrusted(path, at, foreign);
    if (at === "/") return undefined;
  }
}

/** Makes a sandbox as plugins get one, and runs bubblewrap in it. Returns what it says if that fails. */
function attempt(path: string): Promise<string | undefined> {
  const options = [
    ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--unshare-net"],
    ...["--uid", "1000", "--gid", "1000", "--hostname", "plugin", "--die-with-parent", "--cap-drop", "ALL"],
    ...["--clearenv", "--ro-bind", "/", "/", "--perms", "1777", "--size", "65536", "--tmpfs", "/tmp"],
    ...["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/"],
  ];
  return new Promise((resolve) => {
    execFile(
      path,
      [...options, "--", path, "--version"],
      { cwd: "/", env: {}, timeout: probeMilliseconds },
      (error, _, stderr) => {
        if (error === null) resolve(undefined);
        else resolve(stderr.trim().split("\n")[0] || error.message);
      },
    );
  });
}

/** The command that lets users make namespaces, if the system is set to refuse that. */
async function allowance(): Promise<string | undefined> {
  for (const [file, refusing, command] of switches) {
    const value = await readFile(`/proc/sys/${file}`, "latin1").catch(() => "");
    if (value.trim() === refusing) return command;
  }
  return undefined;
}
