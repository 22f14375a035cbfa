import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { Sandbox } from "../fixtures/sandbox.mjs";
import { type Capabilities, createCapabilities, createPreview1, type Preview1, WasiExit } from "../index.js";

const errno = { success: 0, bad: 8, exist: 20, fault: 21, invalid: 28, isDirectory: 31, tooLong: 37, noEntry: 44 };
const notPermitted = 63;

let sandbox: Sandbox;
let capabilities: Capabilities;
let wasi: Preview1;
let memory: WebAssembly.Memory;

beforeEach(() => {
  sandbox = new Sandbox();
  capabilities = createCapabilities({
    grants: sandbox.grants,
    settings: { input: "input", seed: 1 },
    name: "p",
    log: () => {},
  });
  wasi = createPreview1(capabilities);
  memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
  wasi.bind(memory);
});
afterEach(() => {
  wasi.close();
  capabilities.close();
  sandbox.remove();
});

const call = (name: string, ...flat: unknown[]) => wasi.imports[name]!(...flat);
const view = () => new DataView(memory.buffer);
const end = 65536;

/** Writes a string, and returns its pointer and length. */
function text(value: string, at = 1024): [number, number] {
  const bytes = Buffer.from(value);
  new Uint8Array(memory.buffer).set(bytes, at);
  return [at, bytes.length];
}

function open(path: string, { rights = 2n, flags = 0, folder = 3 } = {}): { error: number; fd: number } {
  const error = call("path_open", folder, 1, ...text(path), flags, rights, 0n, 0, 8) as number;
  return { error, fd: view().getUint32(8, true) };
}

/** Reads or writes one range. @returns the error number and the count */
function move(name: string, fd: number, pointer: number, length: number): [number, number] {
  view().setUint32(64, pointer, true);
  view().setUint32(68, length, true);
  return [call(name, fd, 64, 1, 72) as number, view().getUint32(72, true)];
}

describe("a hostile module", () => {
  it("gets a fault for every pointer outside its memory", () => {
    for (const pointer of [end, end - 1, -1, 0x7fffffff, -4]) {
      expect(call("clock_time_get", 0, 0n, pointer)).toBe(errno.fault);
      expect(call("random_get", pointer, 2)).toBe(errno.fault);
      expect(call("args_sizes_get", pointer, 0)).toBe(errno.fault);
      expect(call("args_get", pointer, 0)).toBe(errno.fault);
      expect(call("args_get", 0, pointer)).toBe(errno.fault);
      expect(call("fd_write", 1, pointer, 1, 0)).toBe(errno.fault);
      expect(call("fd_write", 1, 0, 0, pointer)).toBe(errno.fault);
      expect(call("fd_fdstat_get", 1, pointer)).toBe(errno.fault);
      expect(call("fd_filestat_get", 3, pointer)).toBe(errno.fault);
      expect(call("fd_prestat_get", 3, pointer)).toBe(errno.fault);
      expect(call("path_filestat_get", 3, 0, pointer, 4, 0)).toBe(errno.fault);
      expect(call("fd_readdir", 3, pointer, 100, 0n, 0)).toBe(errno.fault);
      expect(call("poll_oneoff", pointer, 0, 1, 0)).toBe(errno.fault);
      expect(call("poll_oneoff", 0, pointer, 1, 0)).toBe(errno.fault);
      expect(move("fd_read", 0, pointer, 2)[0]).toBe(errno.fault);
    }
    expect(call("random_get", 0, -1)).toBe(errno.fault);
    expect(call("fd_readdir", 3, 0, -1, 0n, 0)).toBe(errno.fault);
    expect(call("path_open", 3, 0, 0, -1, 0, 2n, 0n, 0, 0)).toBe(errno.fault);
    expect(call("fd_write", 1, 0, -1, 0)).toBe(errno.invalid);
    expect(call("poll_oneoff", 0, 0, -1, 0)).toBe(errno.invalid);
  });

  it("creates no file if the result cannot be written", () => {
    expect(call("path_open", 3, 1, ...text("new"), 1, 0x42n, 0n, 0, end)).toBe(errno.fault);
    expect(open("new").error).toBe(errno.noEntry);
  });

  it("may grow its memory at any time", () => {
    expect(call("random_get", end, 4)).toBe(errno.fault);
    memory.grow(1);
    expect(call("random_get", end, 4)).toBe(errno.success);
    expect(view().getUint32(end, true)).not.toBe(0);
  });

  it("may share its memory", () => {
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    wasi.bind(shared);
    shared.grow(1);
    new Uint8Array(shared.buffer).set(Buffer.from("given"), end);
    expect(call("path_open", 4, 0, end, 5, 0, 2n, 0n, 0, 8)).toBe(errno.success);
    const fd = new DataView(shared.buffer).getUint32(8, true);
    new DataView(shared.buffer).setUint32(64, end + 100, true);
    new DataView(shared.buffer).setUint32(68, 50, true);
    expect(call("fd_read", fd, 64, 1, 72)).toBe(errno.success);
    expect(Buffer.from(new Uint8Array(shared.buffer, end + 100, 6)).toString()).toBe("a gift");
  });

  it("has only the descriptors that it was given", () => {
    for (const fd of [5, 100, -1, 0x7fffffff]) {
      expect(call("fd_close", fd)).toBe(errno.bad);
      expect(move("fd_write", fd, 0, 1)[0]).toBe(errno.bad);
      expect(call("fd_renumber", fd, 3)).toBe(errno.bad);
      expect(call("fd_renumber", 3, fd)).toBe(errno.bad);
    }
    expect(move("fd_write", 0, 0, 1)[0]).toBe(errno.bad);
    expect(move("fd_read", 1, 0, 1)[0]).toBe(errno.bad);
    expect(move("fd_read", 3, 0, 1)[0]).toBe(errno.isDirectory);
  });

  it("gets the lowest free number for a descriptor, without the state of the previous one", () => {
    writeFileSync(join(sandbox.work, "one"), "one");
    writeFileSync(join(sandbox.work, "two"), "two");
    const first = open("one");
    expect(first).toEqual({ error: 0, fd: 5 });
    expect(move("fd_read", 5, 200, 2)).toEqual([0, 2]);
    expect(call("fd_close", 5)).toBe(0);
    expect(move("fd_read", 5, 200, 2)[0]).toBe(errno.bad);
    expect(open("two").fd).toBe(5);
    expect(move("fd_read", 5, 200, 10)).toEqual([0, 3]);
    expect(open("one").fd).toBe(6);
    expect(call("fd_renumber", 6, 5)).toBe(0);
    expect(call("fd_close", 6)).toBe(errno.bad);
    expect(move("fd_read", 5, 200, 10)).toEqual([0, 3]);
    expect(Buffer.from(new Uint8Array(memory.buffer, 200, 3)).toString()).toBe("one");
  });

  it("cannot open more descriptors than the limit", () => {
    writeFileSync(join(sandbox.work, "one"), "one");
    let last = 0;
    let opened = 0;
    while ((last = open("one").error) === 0) opened++;
    expect(last).toBe(33);
    expect(opened).toBeGreaterThan(500);
    expect(call("fd_close", 5)).toBe(0);
    expect(open("one").fd).toBe(5);
  });

  it("reads a listing through a buffer of any size", () => {
    mkdirSync(join(sandbox.work, "many"));
    const names = Array.from({ length: 40 }, (_, index) => `name-${"ü".repeat(index)}`);
    for (const name of names) writeFileSync(join(sandbox.work, "many", name), "");
    const { fd } = open("many", { flags: 2 });
    for (const size of [24 + 90, 500, 30_000]) {
      const found: string[] = [];
      for (let cookie = 0n, used = size; used === size; ) {
        expect(call("fd_readdir", fd, 4096, size, cookie, 0)).toBe(0);
        used = view().getUint32(0, true);
        for (let at = 4096; at + 24 <= 4096 + used; ) {
          const length = view().getUint32(at + 16, true);
          if (at + 24 + length > 4096 + used) break;
          found.push(Buffer.from(new Uint8Array(memory.buffer, at + 24, length)).toString());
          cookie = view().getBigUint64(at, true);
          at += 24 + length;
        }
      }
      expect(found.sort()).toEqual([".", "..", ...names].sort());
    }
    expect(call("fd_readdir", fd, 4096, 100, 1n << 60n, 0)).toBe(errno.invalid);
  });

  it("can name files only in UTF-8", () => {
    new Uint8Array(memory.buffer).set([0xff, 0xfe], 1024);
    expect(call("path_open", 3, 0, 1024, 2, 1, 2n, 0n, 0, 8)).toBe(errno.invalid);
    expect(open("a\0b", { flags: 1 }).error).toBe(errno.invalid);
    expect(open("").error).toBe(errno.noEntry);
    expect(open("x".repeat(300), { flags: 1 }).error).toBe(errno.tooLong);
    expect(open("x/".repeat(5000)).error).toBe(errno.tooLong);
    expect(open("../lib/given").error).toBe(notPermitted);
  });

  it("waits for timers in order, and never without a subscription", () => {
    const subscribe = (index: number, tag: number, rest: (at: number) => void) => {
      const at = 2048 + index * 48;
      new Uint8Array(memory.buffer).fill(0, at, at + 48);
      view().setBigUint64(at, BigInt(index + 10), true);
      view().setUint8(at + 8, tag);
      rest(at);
    };
    const clock = (index: number, timeout: bigint) =>
      subscribe(index, 0, (at) => {
        view().setUint32(at + 16, 1, true);
        view().setBigUint64(at + 24, timeout, true);
      });
    clock(0, 50_000_000_000n);
    clock(1, 15_000_000n);
    const start = performance.now();
    expect(call("poll_oneoff", 2048, 4096, 2, 0)).toBe(0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(14);
    expect(view().getUint32(0, true)).toBe(1);
    expect(view().getBigUint64(4096, true)).toBe(11n);
    // A timer that is never due, together with standard input, which is ready.
    clock(0, (1n << 64n) - 1n);
    subscribe(1, 1, (at) => view().setUint32(at + 16, 0, true));
    subscribe(2, 1, (at) => view().setUint32(at + 16, 77, true));
    expect(call("poll_oneoff", 2048, 4096, 3, 0)).toBe(0);
    expect(view().getUint32(0, true)).toBe(2);
    expect(view().getBigUint64(4096 + 16, true)).toBe(5n);
    expect(view().getUint16(4096 + 32 + 8, true)).toBe(errno.bad);
    expect(call("poll_oneoff", 2048, 4096, 0, 0)).toBe(errno.invalid);
  });

  it("exits with any code", () => {
    expect(() => call("proc_exit", 7)).toThrow(expect.objectContaining({ code: 7 }));
    expect(() => call("proc_exit", -1)).toThrow(expect.objectContaining({ code: 0xffffffff }));
  });

  it("gets only error numbers, whatever it calls", () => {
    const names = Object.keys(wasi.imports).filter((name) => name !== "poll_oneoff");
    expect(names).toHaveLength(45);
    const before = sandbox.outsideState();
    const number = fc.oneof(
      fc.integer({ min: -4, max: 16 }),
      fc.constantFrom(1024, 4096, end - 8, end, -1, 0x7fffffff, -0x80000000),
      fc.integer(),
    );
    // 64-bit parameters by their positions; the others are 32-bit.
    const wide: Record<string, number[]> = {
      clock_time_get: [1],
      fd_advise: [1, 2],
      fd_allocate: [1, 2],
      fd_fdstat_set_rights: [1, 2],
      fd_filestat_set_size: [1],
      fd_filestat_set_times: [1, 2],
      fd_pread: [3],
      fd_pwrite: [3],
      fd_readdir: [3],
      fd_seek: [1],
      path_filestat_set_times: [4, 5],
      path_open: [5, 6],
    };
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(number, { minLength: 9, maxLength: 9 }), (name, flat) => {
        text("inner/../a/b", 1024);
        const given = flat.map((each, index) => (wide[name]?.includes(index) === true ? BigInt(each) : each));
        let answer: unknown;
        try {
          answer = call(name, ...given);
        } catch (thrown) {
          expect(thrown instanceof WasiExit || isTenonError(thrown), `${name}: ${String(thrown)}`).toBe(true);
          return;
        }
        expect(answer).toBeTypeOf("number");
        expect(answer).toBeLessThan(77);
      }),
      { numRuns: times(20_000) },
    );
    expect(sandbox.outsideState()).toBe(before);
  });
});

it("calls before the memory is bound are a bug of the linker, and throw", () => {
  const early = createPreview1(capabilities);
  expect(() => early.imports.clock_time_get!(0, 0n, 0)).toThrow(/before the module's memory/);
  early.close();
});
