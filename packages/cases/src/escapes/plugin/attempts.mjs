import { spawn, spawnSync } from "node:child_process";
import dgram from "node:dgram";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import { dirname, join } from "node:path";

/**
 * What a plugin may try to reach. Each entry succeeds in a process without a sandbox; in one, it must fail. It reports success by
 * returning something that is true, and failure by anything else or an exception.
 *
 * @typedef {import("../victims.mjs").Targets} Targets
 * @typedef {(on: Targets) => unknown} Attempt
 */

/** @type {(on: Targets, ...words: (string | number)[]) => boolean} */
const raw = (on, ...words) => {
  const { status, stderr, error } = spawnSync(on.raw, words.map(String), { encoding: "utf8", timeout: 5000 });
  if (status !== 0) throw error ?? new Error(stderr.trim() || `exit code ${status}`);
  return true;
};

/** @type {(on: Targets, path: string) => boolean} */
const reads = (on, path) => fs.readFileSync(path, "utf8").includes(on.secret);

/** Whether one of the processes that are seen leads to it. @type {(test: (process: string) => unknown) => boolean} */
const throughProcesses = (test) =>
  fs.readdirSync("/proc").some((name) => {
    try {
      return Number(name) > 0 && Number(name) !== process.pid && Boolean(test(`/proc/${name}`));
    } catch {
      return false;
    }
  });

/** @type {(path: string, content?: string) => boolean} */
const writes = (path, content) => {
  const same = content ?? fs.readFileSync(path, "utf8");
  const file = fs.openSync(path, "r+");
  try {
    return fs.writeSync(file, same) > 0;
  } finally {
    fs.closeSync(file);
  }
};

/** @type {(path: string) => boolean} */
const creates = (path) => {
  fs.writeFileSync(path, "x", { flag: "wx" });
  fs.rmSync(path);
  return true;
};

/** @type {(path: string) => boolean} */
const opens = (path) => {
  fs.closeSync(fs.openSync(path, "r"));
  return true;
};

/** Connects and reads what the server says. @type {(on: Targets, to: net.NetConnectOpts) => Promise<boolean>} */
const hears = (on, to) =>
  new Promise((resolve, reject) => {
    const socket = net.connect(to);
    socket.setTimeout(2000, () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("data", (text) => {
      socket.destroy();
      resolve(String(text).includes(on.secret));
    });
  });

/** @type {(on: Targets, kind: "udp4" | "udp6", address: string, port: number) => Promise<boolean>} */
const hearsDatagram = (on, kind, address, port) =>
  new Promise((resolve, reject) => {
    const socket = dgram.createSocket(kind);
    const timer = setTimeout(() => socket.emit("error", new Error("no answer")), 2000);
    socket.once("error", (error) => {
      clearTimeout(timer);
      socket.close();
      reject(error);
    });
    socket.once("message", (text) => {
      clearTimeout(timer);
      socket.close();
      resolve(String(text).includes(on.secret));
    });
    socket.send("?", port, address);
  });

/** @type {(on: Targets, command: string, ...words: string[]) => boolean} */
const runs = (_, command, ...words) => {
  const { status, error } = spawnSync(command, words, { encoding: "utf8", timeout: 5000 });
  if (error !== undefined) throw error;
  return status === 0;
};

const namespaces = { user: "0x10000000", mount: "0x20000", net: "0x40000000", pid: "0x20000000", ipc: "0x8000000" };

/** @type {Readonly<Record<string, Attempt>>} */
export const attempts = {
  // Files.
  "reads a file by its path": (on) => reads(on, on.file),
  "reads a file through a link in /tmp": (on) => {
    const link = `/tmp/tenon-link-${process.pid}`;
    fs.symlinkSync(on.file, link);
    try {
      return reads(on, link);
    } finally {
      fs.rmSync(link);
    }
  },
  "reads a file through a link in a granted folder": (on) => {
    fs.symlinkSync(on.file, join(on.shared, "link"));
    try {
      return reads(on, join(on.shared, "link"));
    } finally {
      fs.rmSync(join(on.shared, "link"));
    }
  },
  "reads a file through a link that changes while it is followed": async (on) => {
    const at = join(on.shared, "swapped");
    for (let round = 0; round < 200; round++) {
      fs.rmSync(at, { recursive: true, force: true });
      fs.mkdirSync(at);
      const reading = fs.promises.readFile(join(at, "secret.txt"), "utf8").catch(() => "");
      fs.rmSync(at, { recursive: true });
      fs.symlinkSync(dirname(on.file), at);
      if ((await reading).includes(on.secret) || reads(on, join(at, "secret.txt"))) return true;
    }
    return false;
  },
  "reads a file by .. from a granted folder": (on) => reads(on, `${on.granted}/../outside/secret.txt`),
  "reads a file by .. from its own folder": (on) => reads(on, `${on.own}/../outside/secret.txt`),
  "reads a file by /proc/*/root": (on) => throughProcesses((process) => reads(on, `${process}/root${on.file}`)),
  "reads a file by /proc/*/cwd": (on) => throughProcesses((process) => reads(on, `${process}/cwd/secret.txt`)),
  "reads a file by /proc/*/fd": (on) =>
    throughProcesses((process) =>
      fs.readdirSync(`${process}/fd`).some((name) => {
        const path = `${process}/fd/${name}`;
        return fs.readlinkSync(path) === on.file && reads(on, path);
      }),
    ),
  "reads the host's users": () => fs.readFileSync("/etc/passwd", "utf8").includes("daemon:"),
  "reads the host's passwords": () => fs.readFileSync("/etc/shadow", "utf8").includes(":"),
  "lists the host's home": (on) => fs.readdirSync(on.home).length > 0,
  "lists /var": () => fs.readdirSync("/var/lib").length > 0,
  "lists /run": () => fs.readdirSync("/run").length > 0,
  "lists /sys": () => fs.readdirSync("/sys/class").length > 0,
  "lists the programs of the system": () => fs.readdirSync("/usr/bin").length > 20,
  "watches a file of the host's": (on) => {
    fs.watch(on.file).close();
    return true;
  },
  "creates a file of the host's": (on) => creates(join(dirname(on.file), `new-${process.pid}`)),
  "creates a file in /etc": () => creates(`/etc/tenon-escape-${process.pid}`),
  "creates a file in /usr/lib": () => creates(`/usr/lib/tenon-escape-${process.pid}`),
  "changes its own code": (on) => writes(join(on.own, "main.mjs")),
  "creates a file in its own folder": (on) => creates(join(on.own, "new.txt")),
  "changes Tenon's own code": (on) => writes(on.tenon),
  "changes a file that was granted for reading": (on) => writes(join(on.granted, "data.txt")),
  "removes a file that was granted for reading": (on) => {
    fs.renameSync(join(on.granted, "data.txt"), join(on.granted, "moved.txt"));
    fs.renameSync(join(on.granted, "moved.txt"), join(on.granted, "data.txt"));
    return true;
  },
  "makes a hard link to a file outside": (on) => {
    fs.linkSync(on.file, join(on.shared, "hard"));
    fs.rmSync(join(on.shared, "hard"));
    return true;
  },
  "changes a file that was granted for reading by a hard link": (on) => {
    const link = join(on.shared, "hard");
    fs.linkSync(join(on.granted, "data.txt"), link);
    try {
      return writes(link);
    } finally {
      fs.rmSync(link);
    }
  },
  "moves a file out of a granted folder": (on) => {
    fs.writeFileSync(join(on.shared, "moving"), "x");
    try {
      fs.renameSync(join(on.shared, "moving"), join(dirname(on.file), "moved"));
      fs.rmSync(join(dirname(on.file), "moved"));
      return true;
    } finally {
      fs.rmSync(join(on.shared, "moving"), { force: true });
    }
  },
  "opens a file by its handle": (on) => raw(on, "handle", on.file),
  "watches the whole system's files": (on) => raw(on, "fanotify"),

  // Files of the kernel. What is written is what was there.
  "changes the pattern of core files": () => writes("/proc/sys/kernel/core_pattern"),
  "changes a setting of the kernel's memory": () => writes("/proc/sys/vm/swappiness"),
  "opens the emergency keys": () => {
    fs.closeSync(fs.openSync("/proc/sysrq-trigger", "a"));
    return true;
  },
  "reads the addresses of the kernel": () => /^(?!0+ )[0-9a-f]+ /.test(fs.readFileSync("/proc/kallsyms", "latin1")),
  "opens the memory of the kernel": () => opens("/proc/kcore"),
  "makes a control group": () => {
    const root = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"].find((path) =>
      fs.existsSync(join(path, "cgroup.procs")),
    );
    const group = join(root ?? "/sys/fs/cgroup", `tenon-${process.pid}`);
    fs.mkdirSync(group);
    fs.rmdirSync(group);
    return true;
  },

  // Other processes.
  "sees a process of the host's": (on) => fs.existsSync(`/proc/${on.victim}`),
  "reads the command line of a process": (on) => fs.readFileSync(`/proc/${on.victim}/cmdline`, "utf8").length > 0,
  "reads the environment of a process": (on) => reads(on, `/proc/${on.victim}/environ`),
  "reads the environment of its parent": (on) => reads(on, `/proc/${process.ppid}/environ`),
  "reads the environment of the host": (on) => reads(on, `/proc/${on.host}/environ`),
  "signals a process": (on) => process.kill(on.victim, "SIGCONT"),
  "signals the host": (on) => process.kill(on.host, 0),
  "signals its parent": (on) => process.ppid === on.host && process.kill(process.ppid, 0),
  "opens a process": (on) => raw(on, "pidfd", on.victim),
  "traces a process": (on) => raw(on, "ptrace", on.victim),
  "traces at all": (on) => raw(on, "traceme"),
  "reads the memory of a process": (on) => raw(on, "process_vm_readv", on.victim, on.address),
  "reads the memory of a process by a file": (on) => raw(on, "mem", on.victim, on.address),
  "compares what processes have open": (on) => raw(on, "kcmp", on.victim),
  "changes the priority of a process": (on) => raw(on, "priority", on.victim),
  "moves a process to other processors": (on) => raw(on, "affinity", on.victim),
  "reads the limits of a process": (on) => raw(on, "prlimit", on.victim),
  "enters the namespace of a process": (on) => raw(on, "setns", `/proc/${on.victim}/ns/net`),
  "starts processes without end": async (on) => {
    const children = Array.from({ length: 2 * on.processes }, () => spawn(on.raw, ["wait"], { stdio: "ignore" }));
    // What watches over them looks now and then.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const all = children.every(
      ({ pid, exitCode, signalCode }) => pid !== undefined && exitCode === null && signalCode === null,
    );
    for (const child of children) child.kill("SIGKILL");
    return all;
  },

  // Network.
  "connects to the host by TCP": (on) => hears(on, { host: "127.0.0.1", port: on.tcp }),
  "connects to the host by TCP over IPv6": (on) => hears(on, { host: "::1", port: on.tcp6 }),
  "connects to the host by IPv4 in IPv6": (on) => hears(on, { host: "::ffff:127.0.0.1", port: on.tcp }),
  "connects to the host by its own address": (on) => hears(on, { host: on.ownAddress, port: on.tcpEverywhere }),
  "sends a datagram to the host": (on) => hearsDatagram(on, "udp4", "127.0.0.1", on.udp),
  "sends a datagram to the host over IPv6": (on) => hearsDatagram(on, "udp6", "::1", on.udp6),
  "connects to a unix socket": (on) => hears(on, { path: on.unix }),
  "connects to a unix socket through a link": (on) => {
    const link = `/tmp/tenon-socket-${process.pid}`;
    fs.symlinkSync(on.unix, link);
    return hears(on, { path: link }).finally(() => fs.rmSync(link));
  },
  "connects to an abstract socket": (on) => hears(on, { path: `\0${on.abstract}` }),
  "sees the host's connections": (on) =>
    fs.readFileSync("/proc/net/tcp", "latin1").includes(`:${on.tcp.toString(16).toUpperCase().padStart(4, "0")} `),
  "sees the host's interfaces": () => Object.keys(os.networkInterfaces()).some((name) => name !== "lo"),
  "listens where the host listens": (on) =>
    new Promise((resolve, reject) => {
      // In the host's network, the port is taken.
      const server = net.createServer().listen(on.tcp, "127.0.0.1", () => server.close(() => resolve(false)));
      server.once("error", (error) => ("code" in error && error.code === "EADDRINUSE" ? resolve(true) : reject(error)));
    }),
  "opens a raw socket": (on) => raw(on, "socket", 2, 3, 1),
  "opens a packet socket": (on) => raw(on, "socket", 17, 3, 0),
  "opens a socket to the hypervisor": (on) => raw(on, "socket", 40, 1),
  "opens a socket to the kernel's cryptography": (on) => raw(on, "socket", 38, 5),
  "hears the kernel's events": (on) => raw(on, "socket", 16, 3, 15),
  "speaks to the kernel's audit": (on) => raw(on, "socket", 16, 3, 9),

  // Keys, shared memory and queues.
  "adds a key": (on) => raw(on, "add-key", `${on.key}-new`, -3),
  "finds a key of the host's": (on) => raw(on, "search-key", on.key),
  "requests a key of the host's": (on) => raw(on, "request-key", on.key),
  "sees the keys of the host": (on) => fs.readFileSync("/proc/keys", "utf8").includes(on.key),
  "attaches shared memory": (on) => raw(on, "shm", on.shm),
  "reads a message queue": (on) => raw(on, "msg", on.msg),
  "opens a named message queue": (on) => raw(on, "mq", on.mq),
  "reads a named shared memory": (on) => reads(on, on.sharedMemory),

  // Rights and devices.
  "starts a program that runs as root": (on) => runs(on, "/usr/bin/su", "--version"),
  "becomes root": (on) => raw(on, "setuid"),
  "has a capability": (on) => raw(on, "capabilities"),
  "makes a program that runs as its owner": (on) => {
    fs.writeFileSync(join(on.shared, "suid"), "");
    return raw(on, "chmod", join(on.shared, "suid"));
  },
  "makes a program that runs as its group": (on) => {
    fs.writeFileSync(join(on.shared, "sgid"), "");
    return raw(on, "fchmod", join(on.shared, "sgid"));
  },
  "creates a program that runs as its owner": (on) => raw(on, "creat", join(on.shared, `created-${process.pid}`)),
  "gives a file to another user": (on) => {
    const file = join(on.shared, `given-${process.pid}`);
    fs.writeFileSync(file, "");
    return raw(on, "chown", file);
  },
  "makes a character device": (on) => raw(on, "mknod", `/tmp/tenon-char-${process.pid}`, 0),
  "makes a block device": (on) => raw(on, "mknod", join(on.shared, "block"), 1),
  "opens a disk": (on) => opens(on.disk),
  "reads the kernel's log": () => opens("/dev/kmsg"),
  "opens the memory of the machine": () => opens("/dev/mem"),
  "types into a terminal": (on) => raw(on, "terminal"),

  // Mounts, roots and namespaces.
  "mounts a file system": (on) => raw(on, "mount"),
  "opens a file system to mount": (on) => raw(on, "fsopen"),
  "copies a tree of mounts": (on) => raw(on, "open_tree"),
  "changes its root": (on) => raw(on, "chroot"),
  "makes a user namespace": (on) => raw(on, "unshare", namespaces.user),
  "makes a user namespace by clone": (on) => raw(on, "clone", namespaces.user),
  "makes a user namespace by clone3": (on) => raw(on, "clone3", namespaces.user),
  "makes a mount namespace": (on) => raw(on, "unshare", namespaces.mount),
  "makes a network namespace": (on) => raw(on, "clone", namespaces.net),
  "makes a process namespace": (on) => raw(on, "unshare", namespaces.pid),

  // The kernel.
  "loads a program into the kernel": (on) => raw(on, "bpf"),
  "counts what the processor does": (on) => raw(on, "perf"),
  "handles page faults": (on) => raw(on, "userfaultfd"),
  "submits work past the filter": (on) => raw(on, "io_uring"),
  "turns off the layout's randomness": (on) => raw(on, "personality"),
  "reads the size of the kernel's log": (on) => raw(on, "syslog"),
  "sets the host's name": (on) => raw(on, "sethostname"),
  "sets the accounting of processes": (on) => raw(on, "acct"),
  "asks for the ports of devices": (on) => raw(on, "iopl"),
  "calls the kernel by its 32-bit numbers": (on) => raw(on, "int80"),
  "calls the kernel by its x32 numbers": (on) => raw(on, "x32"),

  // Programs that were not granted.
  "starts a shell": (on) => runs(on, "/bin/sh", "-c", "exit 0"),
  "starts a program of the system": (on) => runs(on, "/usr/bin/id"),
  "starts a program by the loader": (on) =>
    runs(on, process.arch === "x64" ? "/lib64/ld-linux-x86-64.so.2" : "/lib/ld-linux-aarch64.so.1", "/usr/bin/id"),
  "starts a program by /proc/*/root": (on) => throughProcesses((process) => runs(on, `${process}/root/usr/bin/id`)),
  "reads a descriptor that was left open when the host was started": (on) =>
    fs.readdirSync("/proc/self/fd").some((name) => {
      try {
        const bytes = Buffer.alloc(100);
        // What is read at a place is a file.
        return bytes.toString("utf8", 0, fs.readSync(Number(name), bytes, 0, 100, 0)).includes(on.secret);
      } catch {
        return false;
      }
    }),
};
