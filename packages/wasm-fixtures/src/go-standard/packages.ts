/** Packages of Go's standard library that use the system, and those of their tests that are known to fail, with reasons. */
export const goPackages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bufio: {},
  "internal/poll": {},
  io: {},
  "io/fs": {},
  os: {
    TestRootChtimes: "Node sets file times with a precision of microseconds",
    TestChtimesOmit: "Node sets file times with a precision of microseconds",
    TestRootLinkFrom: "hard links to symbolic links are not supported: moved elsewhere, they could lead outside",
    TestDevNullFile: "the granted folder has no device files",
  },
  "path/filepath": {},
  syscall: {},
  time: {},
};

/** Returns the failed tests that should have passed. */
export function unexpected(name: string, failed: readonly string[]): string[] {
  const known = goPackages[name] ?? {};
  return failed.filter((test) => known[test.replace(/\/.*/, "")] === undefined);
}
