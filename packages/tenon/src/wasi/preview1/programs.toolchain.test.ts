import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { program } from "../fixtures/programs.mjs";
import { runCommand, Sandbox } from "../fixtures/sandbox.mjs";

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => {
  sandbox.remove();
});

const [rust, go, c] = [needs(missing.rust("wasm32-wasip1")), needs(missing.go()), needs(missing.c())];

describe("a Rust program", () => {
  rust.test("can use files, clocks and streams", () => {
    const outcome = runCommand(program("files.rs"), {
      ...sandbox.grants,
      arguments: ["one", "zwei ü"],
      environment: { HOME: "/work", PATH: "/bin" },
      input: `first\n${"x".repeat(100_000)}`,
    });
    expect(outcome.stdout).toEqual([
      'arguments: ["program", "one", "zwei ü"]',
      'environment: [("HOME", "/work"), ("PATH", "/bin")]',
      'line: "first\\n"',
      "rest: 100000",
      'read: "hello, WASI!\\0end"',
      "length: (16, true)",
      'tail: "end"',
      'names: ["e", "x", "y", "ü"]',
      "copy: 1",
      "link: ()",
      "exclusive: AlreadyExists",
      "directory as file: IsADirectory",
      "file as directory: NotADirectory",
      "not empty: Some(55)",
      "missing: NotFound",
      "read only: ReadOnlyFilesystem",
      'read only read: "a gift"',
      "absolute link: PermissionDenied",
      "out: PermissionDenied",
      "ungranted: NotFound",
      "gone: NotFound",
      "slept: true",
      `year: ${new Date().getUTCFullYear()}`,
      expect.stringMatching(/^order: /),
      "no newline at the end",
    ]);
    expect(outcome.stderr).toEqual(["to standard error"]);
    expect(outcome.code).toBe(3);
    expect(readFileSync(join(sandbox.work, "a.txt"), "latin1")).toBe("hello, WASI!\0end");
  });

  rust.test("does the same each time with a frozen clock and a seed", () => {
    const fixed = () =>
      runCommand(program("files.rs"), { ...sandbox.grants, clock: Date.UTC(2001, 1, 1), seed: "a", input: "" });
    const first = fixed();
    expect(first).toEqual(fixed());
    expect(first.stdout).toContain("year: 2001");
    const order = (outcome: typeof first) => outcome.stdout.find((line) => line.startsWith("order"));
    expect(order(runCommand(program("files.rs"), { ...sandbox.grants, seed: "b" }))).not.toBe(order(first));
  });
});

describe("a Go program", () => {
  go.test("sleeps in goroutines, and walks trees", { timeout: 180_000 }, () => {
    const outcome = runCommand(program("files.go"), {
      ...sandbox.grants,
      input: "through a pipe",
      clock: Date.UTC(2020, 0, 2),
      seed: 7,
    });
    expect(outcome.stdout).toEqual([
      "woken: 1 2 3 true",
      "input: through a pipe",
      "walk: 50 1225",
      "entries: [d 0/ d 1/ d 2/ d 3/ d 4/]",
      "symlink: <nil>",
      "linked: 5",
      expect.stringMatching(/^link out: .*not permitted$/),
      expect.stringMatching(/^link absolute: .*not permitted$/),
      "remove: <nil>",
      "outside: Operation not permitted",
      "create: Read-only file system",
      expect.stringMatching(/^random: [0-9a-f]{16}$/),
      "time: 2020-01-02T00:00:00Z",
    ]);
    expect(outcome.code).toBe(0);
  });
});

describe("a C program", () => {
  c.test("can use everything that wasi-libc provides", { timeout: 180_000 }, () => {
    symlinkSync("c.txt", join(sandbox.work, "link"));
    const outcome = runCommand(program("files.c"), { ...sandbox.grants, environment: { HOME: "/h" }, input: "x" });
    expect(outcome.stdout).toEqual([
      "1 arguments, HOME=/h, terminal 0",
      "text: text and 42",
      "readv: 10 tex|t and 4",
      "pread: 3 and",
      "pwrite: 3",
      "at: 10",
      "truncate: done",
      "fallocate: done",
      "fstat: done",
      "size: 100",
      "futimens: done",
      "times: 1000 2000",
      "seek before the start: Invalid argument",
      "write to what is closed: Bad file descriptor",
      "entries: 302",
      "openat above: Operation not permitted",
      "read only: Read-only file system",
      "link out of read only: Read-only file system",
      "rename out of read only: Read-only file system",
      "nofollow: Symbolic link loop",
      "poll: 1 1",
    ]);
    expect(outcome.stderr).toEqual(["no newline"]);
    expect(outcome.code).toBe(9);
  });
});
