import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Component, Sandbox } from "../fixtures/sandbox.mjs";

let sandbox: Sandbox;
let component: Component;
beforeEach(() => {
  sandbox = new Sandbox();
  component = new Component(sandbox.grants);
});
afterEach(() => {
  component.close();
  sandbox.remove();
});

const follow = { symlinkFollow: true };
const unchanged = { tag: "no-change" };
const now = { tag: "now" };

/** Every operation that takes a path, in one granted folder. */
function operations(folder: unknown): Record<string, (path: string) => unknown> {
  const at =
    (method: string, ...before: unknown[]) =>
    (path: string, ...after: unknown[]): any =>
      component.method("filesystem/types", "descriptor", method, folder, ...before, path, ...after);
  const open = (flags: object, access: object) => (path: string) => {
    const opened = at("open-at", follow)(path, flags, access);
    const type = component.method("filesystem/types", "descriptor", "get-type", opened);
    if (type === "directory") {
      const entries = component.method("filesystem/types", "descriptor", "read-directory", opened);
      return component.method("filesystem/types", "directory-entry-stream", "read-directory-entry", entries);
    }
    return Buffer.from(component.method("filesystem/types", "descriptor", "read", opened, 100n, 0n)[0]).toString();
  };
  return {
    read: open({}, { read: true }),
    write: open({}, { read: true, write: true }),
    create: open({ create: true }, { read: true, write: true }),
    exclusive: open({ create: true, exclusive: true }, { read: true, write: true }),
    truncate: open({ truncate: true }, { read: true, write: true }),
    list: open({ directory: true }, { read: true }),
    stat: at("stat-at", follow),
    hash: at("metadata-hash-at", follow),
    times: (path) => at("set-times-at", follow)(path, now, unchanged),
    "make directory": at("create-directory-at"),
    "remove directory": at("remove-directory-at"),
    "remove file": at("unlink-file-at"),
    "link from": (path) => at("link-at", follow)(path, folder, "taken"),
    "link to": (path) => component.method("filesystem/types", "descriptor", "link-at", folder, {}, "own", folder, path),
    "rename from": (path) => at("rename-at")(path, folder, "taken"),
    "rename to": (path) => component.method("filesystem/types", "descriptor", "rename-at", folder, "own", folder, path),
    symlink: (path) => component.method("filesystem/types", "descriptor", "symlink-at", folder, "own", path),
  };
}

const outward = [
  "..",
  "../outside",
  "../outside/secret",
  "../outside/new",
  "/",
  "//",
  "/etc/passwd",
  "./../outside/secret",
  "inner/../../outside/secret",
  "inner/deep/../../../outside/secret",
  "inner//..//..//outside//secret",
  "absolute",
  "absolute/",
  "absolute/secret",
  "absolute/.",
  "absolute/new",
  "relative/secret",
  "relative/",
  "relative/../secret",
  "secret",
  "secret/",
  "zigzag/secret",
  "chain/secret",
  "chain/folder",
  "longer",
  "inner/deep/up/secret",
  "inner/deep/up/new",
  "inner/deep/above/../outside/secret",
  "parent/outside/secret",
  "parent/work/../outside/secret",
  "self/parent/outside/secret",
  "self/self/self/../outside/secret",
  "proc/etc/passwd",
  "zero",
  `${"inner/../".repeat(40)}../outside/secret`,
  `${"self/".repeat(39)}relative/secret`,
];

describe("a granted folder cannot be left", () => {
  for (const path of outward) {
    it(`by ${path.length > 60 ? `${path.slice(0, 57)}…` : path}`, () => {
      sandbox.trap(sandbox.work);
      writeFileSync(join(sandbox.work, "own"), "own");
      const before = sandbox.outsideState();
      for (const [name, operate] of Object.entries(operations(component.folder("/work")))) {
        const own = existsSync(join(sandbox.work, "own"));
        if (!own) writeFileSync(join(sandbox.work, "own"), "own");
        rmSync(join(sandbox.work, "taken"), { force: true, recursive: true });
        let seen: unknown;
        const error = component.error(() => {
          seen = operate(path);
        });
        expect(sandbox.outsideState(), `${name} ${path}`).toBe(before);
        expect(inspect(seen), `${name} ${path}`).not.toMatch(/canary|root:/);
        // The link itself is inside, so it may be renamed, replaced or removed.
        const byItself = /^(re(move|name)|link (from|to)|exclusive|make directory|symlink)/.test(name);
        if (!byItself) expect(error, `${name} ${path}`).toMatch(/^(not-permitted|loop)$/);
        else if (/[/]/.test(path)) expect(error, `${name} ${path}`).toBeDefined();
      }
      expect(readdirSync(sandbox.folder).sort()).toEqual(["lib", "outside", "work"]);
    });
  }

  it("by a link that the program creates", () => {
    const folder = component.folder("/work");
    const { "make directory": make } = operations(folder);
    make!("a");
    make!("a/b");
    const link = (target: string, name: string) =>
      component.error(() => component.method("filesystem/types", "descriptor", "symlink-at", folder, target, name));
    expect(link("../outside", "x")).toBe("not-permitted");
    expect(link("/etc", "x")).toBe("not-permitted");
    expect(link("../../../outside", "a/b/x")).toBe("not-permitted");
    expect(link("a/../../outside", "x")).toBe("not-permitted");
    expect(link("../../a", "a/b/up")).toBeUndefined();
    expect(link("a/b/../../own", "around")).toBeUndefined();
    expect(link("missing/../own", "a/b/dangling")).toBeUndefined();
    // Where a name on the way is a link, the way up from it leads elsewhere than the text says.
    expect(link(".", "a/b/here")).toBeUndefined();
    expect(link("here/../../../outside", "a/b/x")).toBe("not-permitted");
    expect(link("here/..", "a/b/x")).toBe("not-permitted");
  });

  it("by a link that the program moves to where it would lead out, alone or in a directory", () => {
    const folder = component.folder("/work");
    const { "make directory": make } = operations(folder);
    for (const path of ["a", "a/b", "a/b/c"]) make!(path);
    const call = (method: string, ...parameters: unknown[]) =>
      component.error(() => component.method("filesystem/types", "descriptor", method, folder, ...parameters));
    const rename = (from: string, to: string) => call("rename-at", from, folder, to);
    expect(call("symlink-at", "../../own", "a/b/link")).toBeUndefined();
    expect(call("symlink-at", "../../../own", "a/b/c/link")).toBeUndefined();
    expect(rename("a/b/link", "link")).toBe("not-permitted");
    expect(rename("a/b/c", "c")).toBe("not-permitted");
    expect(readdirSync(sandbox.work)).not.toContain("c");
    // Where they still lead inside, they may be moved: a link is replaced by a rename.
    expect(rename("a/b/link", "a/b/c/other")).toBeUndefined();
    expect(rename("a/b/c/other", "a/b/c/link")).toBeUndefined();
    expect(rename("a/b/c", "c")).toBe("not-permitted");
    make!("d");
    expect(rename("a/b/c", "d/c")).toBeUndefined();
    expect(rename("d/c", "a/b/c")).toBeUndefined();
    expect(call("unlink-file-at", "a/b/c/link")).toBeUndefined();
    expect(rename("a/b/c", "c")).toBeUndefined();
    // Links that the host made and that lead out stay where they are.
    symlinkSync(sandbox.outside, join(sandbox.work, "out"));
    expect(rename("out", "moved")).toBe("not-permitted");
    expect(existsSync(join(sandbox.work, "moved"))).toBe(false);
  });

  it("from a directory that was opened, even to a granted parent", () => {
    mkdirSync(join(sandbox.work, "a"));
    writeFileSync(join(sandbox.work, "own"), "own");
    const open = (folder: unknown, path: string) =>
      component.method("filesystem/types", "descriptor", "open-at", folder, follow, path, {}, { read: true });
    const inner = open(component.folder("/work"), "a");
    expect(component.error(() => open(inner, "../own"))).toBe("not-permitted");
    expect(component.error(() => open(inner, ".."))).toBe("not-permitted");
  });

  it("to write to another folder that is read-only", () => {
    const [work, lib] = [component.folder("/work"), component.folder("/lib")];
    writeFileSync(join(sandbox.work, "own"), "own");
    const call = (method: string, self: unknown, ...parameters: unknown[]) =>
      component.error(() => component.method("filesystem/types", "descriptor", method, self, ...parameters));
    expect(call("link-at", lib, {}, "given", work, "taken")).toBe("read-only");
    expect(call("rename-at", lib, "given", work, "taken")).toBe("read-only");
    expect(call("rename-at", work, "own", lib, "given")).toBe("read-only");
    expect(call("link-at", work, {}, "own", lib, "new")).toBe("read-only");
    for (const name of ["write", "truncate", "make directory", "remove file", "times", "symlink"]) {
      expect(
        component.error(() => operations(lib)[name]!("given")),
        name,
      ).toBe("read-only");
    }
    expect(component.error(() => operations(lib).create!("new"))).toBe("read-only");
    // An existing file can be read.
    expect(component.error(() => operations(lib).read!("given"))).toBeUndefined();
  });

  it("by any path", () => {
    sandbox.trap(sandbox.work);
    const before = sandbox.outsideState();
    const all = Object.entries(operations(component.folder("/work"))).filter(([name]) => !/remove|rename/.test(name));
    const step = fc.constantFrom(
      ...["..", ".", "", "inner", "deep", "up", "above", "absolute", "relative", "chain", "parent", "self", "proc"],
      ...["secret", "outside", "zero", "loop-a", "work", "x".repeat(300), "\0", "\\..\\", "ü", "\ud800", "a:b"],
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(all.length - 1), (steps, which) => {
        const [name, operate] = all[which]!;
        let seen: unknown;
        // It throws only error cases.
        component.error(() => {
          seen = operate(steps.join("/"));
        });
        expect(inspect(seen), name).not.toMatch(/canary|root:/);
        expect(sandbox.outsideState(), name).toBe(before);
      }),
      { numRuns: times(1500) },
    );
  });
});

describe("special files", () => {
  it("cannot be opened: pipes, sockets and devices", async () => {
    const folder = component.folder("/work");
    const server = createServer().listen(join(sandbox.work, "socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    if (process.platform !== "win32") execFileSync("mkfifo", [join(sandbox.work, "pipe")]);
    for (const name of ["socket", "pipe"]) {
      const { read, write, truncate, stat } = operations(folder);
      for (const open of [read, write, truncate]) expect(component.error(() => open!(name))).toBe("not-permitted");
      expect(stat!(name)).toMatchObject({ type: name === "pipe" ? "fifo" : "socket" });
    }
    server.close();
  });

  it("cannot be opened in the system's own folder either", () => {
    if (process.platform === "win32") return;
    const devices = new Component({ folders: { "/dev": "/dev" } });
    const open = (path: string) =>
      devices.error(() =>
        devices.method(
          "filesystem/types",
          "descriptor",
          "open-at",
          devices.folder("/dev"),
          follow,
          path,
          {},
          { read: true },
        ),
      );
    for (const name of ["null", "zero", "tty"]) expect(open(name)).toBe("not-permitted");
    devices.close();
  });
});

describe("a folder that changes while it is used", () => {
  it("cannot be left through a directory that is repeatedly replaced by a link", { timeout: 60_000 }, async () => {
    if (process.platform !== "linux") return;
    mkdirSync(join(sandbox.work, "turn"));
    mkdirSync(join(sandbox.work, "kept"));
    writeFileSync(join(sandbox.work, "kept/secret"), "inside");
    // An infinite loop, which is stopped with its thread.
    const swapping = new Worker(
      `const { renameSync, symlinkSync, unlinkSync } = require("node:fs");
       const { workerData: { work, outside }, parentPort } = require("node:worker_threads");
       parentPort.postMessage("ready");
       for (;;) {
         renameSync(work + "/kept", work + "/turn/name");
         renameSync(work + "/turn/name", work + "/kept");
         symlinkSync(outside, work + "/turn/name");
         unlinkSync(work + "/turn/name");
       }`,
      { eval: true, workerData: { work: sandbox.work, outside: sandbox.outside } },
    );
    await new Promise((resolve) => swapping.once("message", resolve));
    const { read } = operations(component.folder("/work"));
    const seen = new Map<unknown, number>();
    for (const end = performance.now() + 1500; performance.now() < end; ) {
      let text: unknown;
      const error = component.error(() => {
        text = read!("turn/name/secret");
      });
      const what = error ?? text;
      seen.set(what, (seen.get(what) ?? 0) + 1);
    }
    await swapping.terminate();
    expect(seen.get("canary")).toBeUndefined();
    expect(seen.get("inside"), JSON.stringify([...seen])).toBeGreaterThan(0);
  });

  it("keeps a directory that was opened, even if it is moved", () => {
    mkdirSync(join(sandbox.work, "a"));
    writeFileSync(join(sandbox.work, "a/own"), "own");
    const folder = component.folder("/work");
    const inner = component.method(
      "filesystem/types",
      "descriptor",
      "open-at",
      folder,
      follow,
      "a",
      {},
      { read: true },
    );
    renameSync(join(sandbox.work, "a"), join(sandbox.work, "b"));
    symlinkSync(sandbox.outside, join(sandbox.work, "a"));
    expect(component.error(() => operations(inner).read!("secret"))).toBe("no-entry");
    if (process.platform === "linux") expect(operations(inner).read!("own")).toBe("own");
  });
});
