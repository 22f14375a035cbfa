import type { GrantedFolder } from "../../runtime/granted-folders.js";

/** A small file that exists only in the sandbox, read from a descriptor. */
export interface TextFile {
  readonly path: string;
  readonly descriptor: number;
}

/** Everything that bubblewrap sets up for a program. */
export interface SandboxPlan {
  /** Real paths of files and folders that are seen read-only under the same path. */
  readonly paths: Iterable<string>;
  /** Where links point, by their paths. */
  readonly links: ReadonlyMap<string, string>;
  readonly texts: readonly TextFile[];
  readonly folders: readonly GrantedFolder[];
  /** Paths of sockets on the host, by the path under which they are seen. */
  readonly sockets: Readonly<Record<string, string>>;
  /** Whether the host's network is shared. */
  readonly network: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** The folder that the program runs in. */
  readonly folder: string;
  /** The descriptor with the filter of system calls. */
  readonly filter: number;
  /** Files of /proc that say what concerns the whole system. They are there, and cannot be read. */
  readonly hidden: readonly string[];
  /** Most bytes of `/tmp`, and of `/dev/shm`. */
  readonly temporaryBytes: number;
}

/** The user and group of a plugin in the sandbox; outside, its files belong to the host's user. */
const user = "1000";

/** One mount: where, and the options that make it. */
interface Mount {
  readonly at: string;
  readonly options: readonly string[];
}

/**
 * Returns the options of bubblewrap for a plan, without the command. Source: bwrap(1).
 *
 * The order of mounts is that of their depth, so that what lies in a folder is mounted after it. What a granted folder covers is
 * left out: mounting it would create files in that folder on the host.
 */
export function bubblewrapOptions(plan: SandboxPlan): readonly string[] {
  const covering = plan.folders.filter(({ guestPath }) => guestPath !== "/tmp");
  const covered = (path: string) => covering.some(({ guestPath }) => isWithin(path, guestPath));
  const temporary = (at: string, mode: string): Mount => ({
    at,
    options: ["--perms", mode, "--size", String(plan.temporaryBytes), "--tmpfs", at],
  });
  const granted = plan.folders.map(
    ({ guestPath, hostPath, writable }): Mount => ({
      at: guestPath,
      options: [writable ? "--bind" : "--ro-bind", hostPath, guestPath],
    }),
  );
  const own = [...plan.paths].filter((path) => !plan.folders.some((each) => each.guestPath === path));
  const mounts: Mount[] = [
    ...granted,
    // In a granted folder, they are there already if the folder shows itself; read-only they become by this.
    ...withoutNested(own)
      .filter((path) => !covered(path) || plan.folders.some((each) => showsItself(each, path)))
      .map((path): Mount => ({ at: path, options: ["--ro-bind", path, path] })),
    ...plan.texts
      .filter(({ path }) => !covered(path))
      .map(({ path, descriptor }): Mount => ({ at: path, options: ["--file", String(descriptor), path] })),
    ...[...plan.links]
      .filter(([path]) => !covered(path))
      .map(([path, target]): Mount => ({ at: path, options: ["--symlink", target, path] })),
    ...(plan.folders.some(({ guestPath }) => guestPath === "/tmp") ? [] : [temporary("/tmp", "1777")]),
    ...Object.entries(plan.sockets).map(([at, source]): Mount => ({ at, options: ["--ro-bind", source, at] })),
  ];
  const byDepth = mounts.map((mount, index) => ({ mount, index, depth: depthOf(mount.at) }));
  byDepth.sort((one, other) => one.depth - other.depth || one.index - other.index);
  return [
    ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
    ...(plan.network ? [] : ["--unshare-net"]),
    ...["--uid", user, "--gid", user, "--hostname", "plugin"],
    ...["--die-with-parent", "--cap-drop", "ALL", "--seccomp", String(plan.filter)],
    "--clearenv",
    ...Object.entries(plan.environment).flatMap(([name, value]) => ["--setenv", name, value]),
    ...byDepth.flatMap(({ mount }) => mount.options),
    ...["--proc", "/proc", "--dev", "/dev", ...temporary("/dev/shm", "1777").options],
    ...plan.hidden.flatMap((path) => ["--ro-bind", "/dev/null", path]),
    // Of a host that is root, the files of /proc/sys and /dev would belong to the plugin's user.
    ...["--remount-ro", "/proc", "--remount-ro", "/dev"],
    ...(plan.folders.some(({ guestPath }) => guestPath === "/") ? [] : ["--dir", plan.folder, "--remount-ro", "/"]),
    ...["--chdir", plan.folder],
  ];
}

/** The files by which programs learn about users and names. */
export const textFiles = {
  "/etc/passwd": "plugin:x:1000:1000::/tmp:/nonexistent\n",
  "/etc/group": "plugin:x:1000:\n",
  "/etc/hosts": "127.0.0.1 localhost plugin\n::1 localhost\n",
} as const;

/** Whether a path is a folder, or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}

/** Whether a path in a granted folder is the host's file of the same path. */
function showsItself({ guestPath, hostPath }: GrantedFolder, path: string): boolean {
  return guestPath === hostPath && isWithin(path, guestPath);
}

function withoutNested(paths: readonly string[]): readonly string[] {
  const kept = new Set<string>(paths);
  return paths.filter((path) => {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      if (kept.has(path.slice(0, at))) return false;
    }
    return true;
  });
}

function depthOf(path: string): number {
  return path === "/" ? 0 : path.split("/").length;
}
