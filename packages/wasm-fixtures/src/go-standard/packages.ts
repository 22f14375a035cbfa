/** Packages of Go's standard library that reach the system, and tests of theirs that fail by what is known. */
export const goPackages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bufio: {},
  "internal/poll": {},
  io: {},
  "io/fs": {},
  os: {
    TestRootChtimes: "Node sets times of files to the microsecond",
    TestChtimesOmit: "Node sets times of files to the microsecond",
    TestRootLinkFrom: "symbolic links get no second name: moved elsewhere, they could lead out",
    TestDevNullFile: "the folder that is granted has no device in it",
  },
  "path/filepath": {},
  syscall: {},
  time: {},
};

/** Tests that failed though they should not have. */
export function unexpected(name: string, failed: readonly string[]): string[] {
  const known = goPackages[name] ?? {};
  return failed.filter((test) => known[test.replace(/\/.*/, "")] === undefined);
}
