import { existsSync } from "node:fs";
import { grantInvalid } from "../../errors/factories/grant.js";
import type { GrantedFolder } from "../../runtime/granted-folders.js";
import type { ProgramOptions, SandboxOptions } from "../../runtime/program.js";
import { bubblewrapOptions, isWithin, textFiles } from "./arguments.js";
import type { Bubblewrap } from "./bubblewrap.js";
import { Libraries } from "./libraries.js";
import { addProgram, locateProgram } from "./program-files.js";
import { seccompFilter } from "./seccomp-filter.js";
import { resolveLinks, VisibleFiles } from "./visible-files.js";

/** What a program without a limit of memory may put into `/tmp`. */
const temporaryBytes = 256 * 2 ** 20;

/** What every program may read: certificates, time zones, the loader's cache, the locale of UTF-8. */
const commonFiles = [
  "/etc/ld.so.cache",
  "/etc/localtime",
  "/etc/timezone",
  "/usr/share/zoneinfo",
  "/usr/lib/locale/C.utf8",
  "/etc/ssl/certs",
  "/etc/ssl/cert.pem",
  "/etc/ssl/openssl.cnf",
  "/usr/share/ca-certificates",
  "/usr/local/share/ca-certificates",
  "/etc/pki/tls/certs",
  "/etc/pki/ca-trust/extracted",
];

/** Files of /proc that namespaces do not separate: keys, memory and addresses of the kernel. */
const hiddenFiles = [
  "keys",
  "key-users",
  "kallsyms",
  "kcore",
  "kmsg",
  "kpagecgroup",
  "kpagecount",
  "kpageflags",
  "latency_stats",
  "modules",
  "pagetypeinfo",
  "sched_debug",
  "slabinfo",
  "sysrq-trigger",
  "timer_list",
  "timer_stats",
  "vmallocinfo",
].map((name) => `/proc/${name}`);

/** What looking up names takes where the host's network is shared. */
const networkFiles = [
  "/etc/resolv.conf",
  "/etc/nsswitch.conf",
  "/etc/hosts",
  "/etc/host.conf",
  "/etc/gai.conf",
  "/etc/services",
  "/etc/protocols",
];
const networkLibraries = ["libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2"];
/** Source: gABI, `e_machine`. */
const machines = { x64: 62, arm64: 183 } as const;

/** A program's start as bubblewrap performs it. */
export interface SandboxedProgram {
  readonly command: string;
  readonly arguments: readonly string[];
  /** What the descriptors after the program's own contain. bubblewrap reads and closes them before the program starts. */
  readonly contents: readonly Uint8Array[];
}

/**
 * Says how to start a program in a sandbox.
 *
 * @param options with the absolute path of an executable as its command. @param descriptors the number of the program's own descriptors.
 * @throws TENON_GRANT_INVALID for a folder that would cover what the sandbox consists of, or a program that does not exist
 */
export function sandboxedProgram(
  bubblewrap: Bubblewrap,
  options: ProgramOptions & { readonly sandbox: SandboxOptions },
  descriptors: number,
): SandboxedProgram {
  const { sandbox, environment } = options;
  const files = new VisibleFiles();
  const libraries = new Libraries(files);
  const searched = environment.PATH;
  addProgram(options.command, files, libraries, searched);
  for (const program of sandbox.programs) {
    const found = locateProgram(program, searched);
    if (found === undefined || !found.startsWith("/"))
      throw grantInvalid("programs", program, "there is no such program on this system");
    addProgram(found, files, libraries, searched);
  }
  for (const path of [...commonFiles, ...(sandbox.network ? networkFiles : []), ...sandbox.files]) files.add(path);
  if (sandbox.network) for (const name of networkLibraries) libraries.addNamed(name, machines[bubblewrap.architecture]);
  const texts = Object.entries(textFiles).filter(([path]) => !files.paths.has(path) && !files.links.has(path));
  const first = descriptors + 2;
  const plan = bubblewrapOptions({
    paths: files.paths,
    links: files.links,
    texts: texts.map(([path], index) => ({ path, descriptor: first + index })),
    folders: checkedFolders(sandbox),
    sockets: sandbox.sockets ?? {},
    network: sandbox.network,
    environment,
    folder: resolveLinks(options.folder) ?? options.folder,
    filter: descriptors + 1,
    hidden: hiddenFiles.filter((path) => existsSync(path)),
    temporaryBytes: options.memory > 0 ? options.memory : temporaryBytes,
  });
  return {
    command: bubblewrap.path,
    // The options name folders of the host, and may be too many for a command line.
    arguments: ["--args", String(descriptors), "--", options.command, ...options.arguments],
    contents: [
      Buffer.from(`${plan.join("\0")}\0`),
      seccompFilter(bubblewrap.architecture),
      ...texts.map(([, text]) => Buffer.from(text)),
    ],
  };
}

/** The folders that a sandbox consists of. What is granted there would take the place of a part. */
const ownFolders = ["/proc", "/dev"];

/**
 * Returns the granted folders with their links resolved.
 *
 * A plugin can replace what lies in a folder that it may write to, by a link to anywhere; and what the sandbox shows would be found
 * there when the plugin is started again, or beside its new version in a swap. So nothing that is shown may lie in such a folder.
 */
function checkedFolders({ folders, files }: SandboxOptions): readonly GrantedFolder[] {
  const real = folders.map((folder) => {
    const { guestPath, hostPath } = folder;
    const covered = ownFolders.find((own) => isWithin(guestPath, own));
    if (covered !== undefined) throw grantInvalid("folders", guestPath, `a sandbox has a ${covered} of its own`);
    const resolved = resolveLinks(hostPath);
    if (resolved === undefined)
      throw grantInvalid("folders", guestPath, `${hostPath} does not exist or cannot be read`);
    return { ...folder, hostPath: resolved };
  });
  for (const { guestPath, hostPath } of real.filter(({ writable }) => writable)) {
    const others = real.filter((other) => other.hostPath !== hostPath);
    const inside = [...others.map((other) => other.hostPath), ...files.map((path) => resolveLinks(path) ?? path)];
    const replaceable = inside.find((path) => isWithin(path, hostPath));
    if (replaceable !== undefined)
      throw grantInvalid(
        "folders",
        guestPath,
        `the plugin could replace ${replaceable}, which its sandbox shows: grant a folder for writing that contains neither the plugin nor another granted folder`,
      );
  }
  return real;
}
