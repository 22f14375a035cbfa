import { describe, expect, test } from "vitest";
import { bubblewrapOptions, isWithin, type SandboxPlan } from "./arguments.js";

const plan: SandboxPlan = {
  paths: ["/usr/bin/node", "/usr/lib/libc.so.6", "/plugins/one", "/plugins/one/node_modules"],
  links: new Map([["/lib", "usr/lib"]]),
  texts: [{ path: "/etc/passwd", descriptor: 6 }],
  folders: [],
  sockets: {},
  network: false,
  environment: { GREETING: "hello" },
  folder: "/plugins/one",
  filter: 5,
  hidden: ["/proc/keys"],
  temporaryBytes: 1000,
};

const textOf = (changes: Partial<SandboxPlan> = {}) => bubblewrapOptions({ ...plan, ...changes }).join(" ");
const granted = (guestPath: string, hostPath: string, writable = false) => ({ guestPath, hostPath, writable });

describe("the options of bubblewrap", () => {
  test("are complete, with mounts by their depth", () => {
    expect(textOf().split(/ (?=--)/)).toEqual([
      ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--unshare-net"],
      ...["--uid 1000", "--gid 1000", "--hostname plugin", "--die-with-parent", "--cap-drop ALL", "--seccomp 5"],
      ...["--clearenv", "--setenv GREETING hello"],
      ...["--symlink usr/lib /lib", "--perms 1777", "--size 1000", "--tmpfs /tmp"],
      ...["--ro-bind /plugins/one /plugins/one", "--file 6 /etc/passwd"],
      ...["--ro-bind /usr/bin/node /usr/bin/node", "--ro-bind /usr/lib/libc.so.6 /usr/lib/libc.so.6"],
      ...["--proc /proc", "--dev /dev", "--perms 1777", "--size 1000", "--tmpfs /dev/shm"],
      ...["--ro-bind /dev/null /proc/keys", "--remount-ro /proc", "--remount-ro /dev"],
      ...["--dir /plugins/one", "--remount-ro /", "--chdir /plugins/one"],
    ]);
  });

  test("share the host's network only if that is granted", () => {
    expect(textOf({ network: true })).not.toContain("--unshare-net");
  });

  test("bind granted folders to the paths of the grant, as they are granted", () => {
    const text = textOf({ folders: [granted("/data", "/srv/data"), granted("/out/put", "/srv/out", true)] });
    expect(text).toContain("--ro-bind /srv/data /data");
    expect(text).toContain("--bind /srv/out /out/put");
  });

  test("create nothing in a granted folder", () => {
    for (const writable of [false, true]) {
      const text = textOf({ folders: [granted("/etc", "/srv/etc", writable), granted("/usr", "/srv/usr", writable)] });
      expect(text).not.toMatch(/--(?:file|symlink|dir) \S+ ?\/(?:etc|usr)/);
      expect(text).not.toContain("/usr/bin/node");
    }
    const whole = textOf({ folders: [granted("/", "/srv", true)] });
    expect(whole).not.toMatch(/--file|--symlink|--dir|--remount-ro \/ /);
  });

  test("keep the plugin's own files read-only where a granted folder shows them", () => {
    const text = textOf({ folders: [granted("/plugins", "/plugins", true)] });
    expect(text.indexOf("--ro-bind /plugins/one /plugins/one")).toBeGreaterThan(
      text.indexOf("--bind /plugins /plugins"),
    );
  });

  test("take a granted /tmp instead of an own one", () => {
    expect(textOf({ folders: [granted("/tmp", "/srv/tmp", true)] })).not.toContain("--tmpfs /tmp");
  });

  test("bind sockets of the host's", () => {
    expect(textOf({ sockets: { "/run/proxy": "/srv/socket" } })).toContain("--ro-bind /srv/socket /run/proxy");
  });
});

test.each([
  ["/a", "/", true],
  ["/a", "/a", true],
  ["/a/b", "/a", true],
  ["/ab", "/a", false],
  ["/", "/a", false],
])("%s lies within %s: %s", (path, folder, expected) => {
  expect(isWithin(path, folder)).toBe(expected);
});
