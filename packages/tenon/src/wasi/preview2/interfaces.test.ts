import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Component, Sandbox } from "../fixtures/sandbox.mjs";
import { WasiExit } from "../index.js";

let sandbox: Sandbox;
let component: Component;
beforeEach(() => {
  sandbox = new Sandbox();
  component = new Component({ ...sandbox.grants, input: "some input", environment: { A: "b" }, arguments: ["x"] });
});
afterEach(() => {
  component.close();
  sandbox.remove();
});

const descriptor = (method: string, self: unknown, ...parameters: unknown[]) =>
  component.method("filesystem/types", "descriptor", method, self, ...parameters);
const open = (path: string, flags: object, access: object) =>
  descriptor("open-at", component.folder("/work"), { symlinkFollow: true }, path, flags, access);
const misuse = expect.objectContaining({ code: "TENON_WASI_MISUSE" });

describe("wasi:cli", () => {
  it("provides arguments and environment", () => {
    expect(component.call("cli/environment", "get-arguments")).toEqual(["component", "x"]);
    expect(component.call("cli/environment", "get-environment")).toEqual([["A", "b"]]);
    expect(component.call("cli/environment", "initial-cwd")).toBeUndefined();
    expect(component.call("cli/terminal-stdout", "get-terminal-stdout")).toBeUndefined();
  });

  it("exits with a code", () => {
    const exit = (...parameters: unknown[]) => {
      try {
        component.call("cli/exit", parameters.length === 0 ? "exit-with-code" : "exit", parameters[0] ?? 9);
      } catch (thrown) {
        return thrown instanceof WasiExit ? thrown.code : thrown;
      }
      return undefined;
    };
    expect([exit({ tag: "ok" }), exit({ tag: "err" }), exit()]).toEqual([0, 1, 9]);
  });

  it("reads from stdin and writes to stdout and stderr", () => {
    expect(component.readAll(component.call("cli/stdin", "get-stdin"))).toBe("some input");
    const [out, err] = [component.call("cli/stdout", "get-stdout"), component.call("cli/stderr", "get-stderr")];
    component.write(out, "one\n");
    component.write(err, "two\n");
    expect(component.lines).toEqual([
      { stream: "stdout", text: "one" },
      { stream: "stderr", text: "two" },
    ]);
  });
});

describe("wasi:io", () => {
  it("traps a component that writes more than its streams allow", () => {
    const out = component.call("cli/stdout", "get-stdout");
    const stream = (method: string, ...parameters: unknown[]) =>
      component.method("io/streams", "output-stream", method, out, ...parameters);
    expect(() => stream("write", new Uint8Array(1))).toThrow(misuse);
    const room = stream("check-write") as bigint;
    expect(room).toBeGreaterThan(4096n);
    expect(() => stream("write", new Uint8Array(Number(room) + 1))).toThrow(misuse);
    expect(() => stream("write-zeroes", 1n << 60n)).toThrow(misuse);
    expect(() => stream("blocking-write-and-flush", new Uint8Array(4097))).toThrow(misuse);
    expect(() => stream("blocking-write-zeroes-and-flush", 1n << 60n)).toThrow(misuse);
    stream("write", Buffer.from("fits\n"));
    stream("flush");
    expect(component.lines).toEqual([{ stream: "stdout", text: "fits" }]);
  });

  it("polls what is ready, and waits for timers", () => {
    const clock = (by: bigint) => component.call("clocks/monotonic-clock", "subscribe-duration", by);
    const input = component.method("io/streams", "input-stream", "subscribe", component.call("cli/stdin", "get-stdin"));
    expect(component.call("io/poll", "poll", [clock(1n << 62n), input, clock(0n)])).toEqual([1, 2]);
    const start = performance.now();
    expect(component.call("io/poll", "poll", [clock(1n << 62n), clock(15_000_000n)])).toEqual([1]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(14);
    expect(() => component.call("io/poll", "poll", [])).toThrow(misuse);
  });

  it("splices from one file to another", () => {
    writeFileSync(join(sandbox.work, "from"), "spliced");
    const from = descriptor("read-via-stream", open("from", {}, { read: true }), 2n);
    const to = descriptor("write-via-stream", open("to", { create: true }, { write: true }), 3n);
    expect(component.method("io/streams", "output-stream", "blocking-splice", to, from, 100n)).toBe(5n);
    expect(readFileSync(join(sandbox.work, "to"), "latin1")).toBe("\0\0\0liced");
    expect(component.error(() => component.method("io/streams", "input-stream", "read", from, 1n))).toEqual({
      tag: "closed",
    });
  });
});

describe("wasi:clocks", () => {
  it("shows the time", () => {
    const { seconds, nanoseconds } = component.call("clocks/wall-clock", "now");
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(2);
    expect(nanoseconds).toBeLessThan(1_000_000_000);
    expect(component.call("clocks/timezone", "display")).toEqual({
      utcOffset: 0,
      name: "UTC",
      inDaylightSavingTime: false,
    });
  });
});

describe("wasi:filesystem", () => {
  it("writes and reads at offsets and through streams", () => {
    const file = open("file", { create: true, exclusive: true }, { read: true, write: true });
    expect(descriptor("get-flags", file)).toEqual({ read: true, write: true });
    expect(descriptor("write", file, Buffer.from("hello, world"), 0n)).toBe(12n);
    expect(descriptor("write", file, Buffer.from("W"), 7n)).toBe(1n);
    component.write(descriptor("append-via-stream", file), "!");
    expect(Buffer.from(descriptor("read", file, 5n, 7n)[0]).toString()).toBe("World");
    expect(descriptor("read", file, 5n, 100n)).toEqual([new Uint8Array(), true]);
    const stream = descriptor("read-via-stream", file, 7n);
    // The stream works without the descriptor.
    component.drop("filesystem/types", "descriptor", file);
    expect(component.readAll(stream)).toBe("World!");
    component.drop("io/streams", "input-stream", stream);
    expect(component.error(() => open("file", { create: true, exclusive: true }, { write: true }))).toBe("exist");
    expect(component.error(() => descriptor("read", file, 5n, 1n << 60n))).toBe("invalid");
  });

  it("provides metadata of files", () => {
    writeFileSync(join(sandbox.work, "file"), "123");
    symlinkSync("file", join(sandbox.work, "link"));
    const folder = component.folder("/work");
    const at = (flags: object, path: string) => descriptor("stat-at", folder, flags, path);
    const stat = at({}, "file");
    expect(stat).toMatchObject({ type: "regular-file", size: 3n, linkCount: 1n });
    expect(Math.abs(Number(stat.dataModificationTimestamp.seconds) - Date.now() / 1000)).toBeLessThan(60);
    expect(at({ symlinkFollow: true }, "link")).toEqual(stat);
    expect(at({}, "link").type).toBe("symbolic-link");
    expect(descriptor("readlink-at", folder, "link")).toBe("file");
    const file = open("link", {}, { read: true });
    expect(descriptor("metadata-hash", file)).toEqual(descriptor("metadata-hash-at", folder, {}, "file"));
    expect(descriptor("is-same-object", file, open("file", {}, { read: true }))).toBe(true);
    expect(descriptor("is-same-object", file, folder)).toBe(false);
    const timestamp = { tag: "timestamp", val: { seconds: 1000n, nanoseconds: 0 } };
    descriptor("set-times-at", folder, {}, "file", timestamp, { tag: "no-change" });
    expect(at({}, "file").dataAccessTimestamp).toEqual({ seconds: 1000n, nanoseconds: 0 });
  });

  it("lists, renames and removes", () => {
    const folder = component.folder("/work");
    descriptor("create-directory-at", folder, "d");
    writeFileSync(join(sandbox.work, "d/a"), "");
    descriptor("rename-at", folder, "d/a", folder, "d/b");
    descriptor("link-at", folder, {}, "d/b", folder, "d/c");
    const entries = descriptor("read-directory", open("d", { directory: true }, { read: true }));
    const next = () => component.method("filesystem/types", "directory-entry-stream", "read-directory-entry", entries);
    const names = [next(), next()].sort((one, two) => one.name.localeCompare(two.name));
    expect(names).toEqual(["b", "c"].map((name) => ({ type: "regular-file", name })));
    expect(next()).toBeUndefined();
    expect(component.error(() => descriptor("remove-directory-at", folder, "d"))).toBe("not-empty");
    expect(component.error(() => descriptor("unlink-file-at", folder, "d"))).toBe("is-directory");
    descriptor("unlink-file-at", folder, "d/b");
    descriptor("unlink-file-at", folder, "d/c");
    descriptor("remove-directory-at", folder, "d");
    expect(component.error(() => descriptor("stat-at", folder, {}, "d"))).toBe("no-entry");
  });

  it("closes what a component left open", () => {
    const file = open("file", { create: true }, { write: true });
    const stream = descriptor("write-via-stream", file, 0n);
    component.close();
    expect(component.error(() => descriptor("write", file, new Uint8Array(1), 0n))).toBe("bad-descriptor");
    expect(component.error(() => component.write(stream, "x"))).toMatchObject({ tag: "last-operation-failed" });
  });
});
