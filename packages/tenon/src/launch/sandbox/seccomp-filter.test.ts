import { readFileSync } from "node:fs";
import { needs } from "@tenon/fixtures/tests";
import { describe, expect, test } from "vitest";
import { assemble, decisions, type Instruction, seccompData } from "./bpf.js";
import { seccompFilter } from "./seccomp-filter.js";
import {
  checkedCalls,
  type FilterArchitecture,
  forbiddenCalls,
  hiddenCalls,
  newestCall,
  numberOf,
} from "./system-calls.js";

const audit = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
const architectures = ["x64", "arm64"] as const;

interface Call {
  readonly number: number;
  readonly architecture?: number;
  readonly parameters?: readonly number[];
}

/** Runs a filter as the kernel does. Source: Linux, net/core/filter.c, bpf_check_classic and ___bpf_prog_run. */
function decide(filter: Uint8Array, { number, architecture = audit.x64, parameters = [] }: Call): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(seccompData.number, number, true);
  data.setUint32(seccompData.architecture, architecture, true);
  for (const [index, value] of parameters.entries())
    data.setBigUint64(16 + 8 * index, BigInt.asUintN(64, BigInt(value)), true);
  const code = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  let accumulator = 0;
  for (let at = 0, steps = 0; steps < 5000; steps++, at++) {
    if (at * 8 >= filter.length) throw new Error("ran past the end");
    const operation = code.getUint16(at * 8, true);
    const constant = code.getUint32(at * 8 + 4, true);
    const jump = (holds: boolean) => (at += code.getUint8(at * 8 + (holds ? 2 : 3)));
    if (operation === 0x06) return constant;
    if (operation === 0x20) {
      if (constant % 4 !== 0) throw new Error("an unaligned load");
      accumulator = data.getUint32(constant, true);
    } else if (operation === 0x54) accumulator = (accumulator & constant) >>> 0;
    else if (operation === 0x15) jump(accumulator === constant);
    else if (operation === 0x35) jump(accumulator >= constant);
    else if (operation === 0x25) jump(accumulator > constant);
    else if (operation === 0x45) jump((accumulator & constant) !== 0);
    else throw new Error(`operation ${operation}`);
  }
  throw new Error("did not end");
}

const denied = decisions.fail(1);
const unknown = decisions.fail(38);
const noFamily = decisions.fail(97);

describe("the assembler", () => {
  test("writes instructions as the kernel reads them", () => {
    const bytes = assemble([
      { load: 4 },
      { if: "equal", value: 0xc000003e, yes: "yes", no: "no" },
      { label: "no" },
      { return: 0 },
      { label: "yes" },
      { and: 7 },
      { return: 0x7fff0000 },
    ]);
    expect(Buffer.from(bytes).toString("hex").match(/.{16}/g)).toEqual([
      "2000000004000000",
      "150001003e0000c0",
      "0600000000000000",
      "5400000007000000",
      "060000000000ff7f",
    ]);
  });

  const end: Instruction = { return: 0 };
  test.each<[string, readonly Instruction[]]>([
    ["no instructions", []],
    ["a label that does not exist", [{ if: "equal", value: 0, yes: "nowhere" }, end]],
    ["a label behind the end", [end, { if: "equal", value: 0, yes: "end" }, { label: "end" }]],
    ["a jump backwards", [{ label: "again" }, { if: "equal", value: 0, yes: "again" }, end]],
    ["a jump that is too far", [{ if: "equal", value: 0, yes: "far" }, ...Array(256).fill(end), { label: "far" }, end]],
    ["a label twice", [{ label: "a" }, { label: "a" }, end]],
    ["too many instructions", Array(4097).fill(end)],
  ])("refuses %s", (_, instructions) => {
    expect(() => assemble(instructions)).toThrow(RangeError);
  });
});

describe.each(architectures)("the filter for %s", (architecture) => {
  const filter = seccompFilter(architecture);
  const call = (number: number, ...parameters: number[]) =>
    decide(filter, { number, architecture: audit[architecture], parameters });
  const checked = (name: keyof typeof checkedCalls) => numberOf(checkedCalls[name], architecture);

  test("decides every call, and refuses exactly those in its tables", () => {
    const table = (calls: typeof forbiddenCalls) =>
      new Set(Object.values(calls).map((numbers) => numberOf(numbers, architecture)));
    const forbidden = table(forbiddenCalls);
    const hidden = table(hiddenCalls);
    const dependent = new Set(Object.values(checkedCalls).map((numbers) => numberOf(numbers, architecture)));
    for (let number = 0; number < 1200; number++) {
      if (dependent.has(number)) continue;
      const expected =
        number > newestCall || hidden.has(number) ? unknown : forbidden.has(number) ? denied : decisions.allow;
      expect(call(number), String(number)).toBe(expected);
    }
  });

  test("ends the process for calls of another architecture", () => {
    for (const other of [audit[architecture === "x64" ? "arm64" : "x64"], 0x40000003, 0x40000028, 0])
      expect(decide(filter, { number: 0, architecture: other })).toBe(decisions.killProcess);
  });

  test("ends the process for calls of x32, which has its own numbers, and knows no negative ones", () => {
    const expected = architecture === "x64" ? decisions.killProcess : unknown;
    for (const number of [0, 101, 512, 547]) expect(call(0x40000000 + number)).toBe(expected);
    expect(call(0xffffffff)).toBe(expected);
  });

  test("lets threads start, but no namespaces", () => {
    const clone = checked("clone") as number;
    expect(call(clone, 0x3d0f00)).toBe(decisions.allow);
    expect(call(clone, 0x11)).toBe(decisions.allow);
    for (const flag of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
      expect(call(clone, 0x3d0f00 | flag)).toBe(denied);
  });

  test("lets a program ask for its personality, and keep Linux's own", () => {
    const personality = checked("personality") as number;
    for (const value of [0, 0xffffffff]) expect(call(personality, value)).toBe(decisions.allow);
    for (const value of [0x0040000, 0x0400000, 8, 0xff]) expect(call(personality, value)).toBe(denied);
  });

  test("refuses what types into terminals, whatever the upper bits are", () => {
    const ioctl = checked("ioctl") as number;
    for (const request of [0x5412, 0x541c, 0x5423, 0x541d]) {
      expect(call(ioctl, 0, request)).toBe(denied);
      expect(call(ioctl, 0, request + 2 ** 32)).toBe(denied);
    }
    for (const request of [0x5401, 0x5413, 0x541b, 0x5421]) expect(call(ioctl, 0, request)).toBe(decisions.allow);
  });

  test("has sockets of unix, inet, inet6 and netlink's routes, and no raw ones", () => {
    const socket = checked("socket") as number;
    for (const family of [1, 2, 10])
      for (const type of [1, 2, 1 | 0o2004000]) expect(call(socket, family, type, 0)).toBe(decisions.allow);
    for (const family of [2, 10])
      for (const type of [3, 3 | 0o2000000]) expect(call(socket, family, type, 255)).toBe(denied);
    expect(call(socket, 16, 3, 0)).toBe(decisions.allow);
    for (const protocol of [2, 9, 15, 16]) expect(call(socket, 16, 3, protocol)).toBe(noFamily);
    for (const family of [0, 3, 9, 17, 21, 29, 31, 38, 40, 44]) expect(call(socket, family, 1, 0)).toBe(noFamily);
    const pair = checked("socketpair") as number;
    expect(call(pair, 1, 1, 0)).toBe(decisions.allow);
    for (const family of [2, 30]) expect(call(pair, family, 1, 0)).toBe(noFamily);
  });

  test("refuses files that run as their owner, and devices", () => {
    for (const [name, mode, flags] of [
      ["chmod", 1],
      ["fchmod", 1],
      ["fchmodat", 2],
      ["fchmodat2", 2],
      ["creat", 1],
      ["mkdir", 1],
      ["mkdirat", 2],
      ["mknod", 1],
      ["mknodat", 2],
      ["open", 2, 1],
      ["openat", 3, 2],
    ] as const) {
      const number = checked(name);
      if (number === undefined) continue;
      const parameters = (value: number) => {
        const list = [0, 0, 0, 0];
        list[mode] = value;
        if (flags !== undefined) list[flags] = 0o101;
        return list;
      };
      expect(call(number, ...parameters(0o777)), name).toBe(decisions.allow);
      for (const bits of [0o4755, 0o2755, 0o6000]) expect(call(number, ...parameters(bits)), name).toBe(denied);
      if (name.startsWith("mknod")) {
        for (const kind of [0o020000, 0o060000]) expect(call(number, ...parameters(kind | 0o666)), name).toBe(denied);
        for (const kind of [0, 0o010000, 0o100000, 0o140000])
          expect(call(number, ...parameters(kind | 0o666)), name).toBe(decisions.allow);
      }
      if (flags === undefined) continue;
      const reading = parameters(0o4755);
      reading[flags] = 0;
      expect(call(number, ...reading), name).toBe(decisions.allow);
    }
  });

  const header = headerOf(architecture);
  needs(header === undefined ? "the kernel's headers are not installed" : undefined).test(
    "has the numbers that the kernel's headers have",
    () => {
      const known = new Map(
        [...(header ?? "").matchAll(/#define __NR(?:3264)?_(\w+)\s+(\d+)/g)].map(([, name, number]) => [
          name,
          Number(number),
        ]),
      );
      for (const [name, numbers] of Object.entries({ ...forbiddenCalls, ...hiddenCalls, ...checkedCalls })) {
        const number = numberOf(numbers, architecture);
        const there = known.get(name);
        if (number !== undefined && there !== undefined) expect(number, name).toBe(there);
        if (number === undefined) expect(there, name).toBeUndefined();
        // Calls that are younger than the headers.
        else if (number < 440) expect(there, name).toBe(number);
      }
    },
  );
});

function headerOf(architecture: FilterArchitecture): string | undefined {
  const path = architecture === "x64" ? "x86_64-linux-gnu/asm/unistd_64.h" : "asm-generic/unistd.h";
  try {
    return readFileSync(`/usr/include/${path}`, "utf8");
  } catch {
    return undefined;
  }
}
