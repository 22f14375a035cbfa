import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { afterAll, beforeAll, expect, test } from "vitest";

const reading = t.record("reading", { value: t.u32 });
const sensor = contract("test:sensor@1.0.0", {
  imports: { report: t.func([["reading", reading]]) },
  exports: {
    now: t.func([], reading),
    later: t.func([], reading, { async: true }),
    fails: t.func([], t.result(t.u8, reading)),
    many: t.func([], t.stream(reading)),
    kept: t.func([], t.list(t.u32)),
    change: t.func([]),
    reports: t.func([], undefined, { async: true }),
    throws: t.func([], reading),
    bytes: t.func([], t.bytes),
  },
});
const source = `
  let context;
  export const activate = (given) => { context = given; };
  // 1 when it is checked, and something else after that.
  const reading = () => { let reads = 0; return { get value() { return reads++ === 0 ? 1 : "not a number"; } }; };
  export const now = reading;
  export const later = async () => reading();
  export const fails = () => { throw { payload: reading() }; };
  export const many = async function* () { yield reading(); yield reading(); };
  const list = [1, 2];
  export const kept = () => list;
  export const change = () => { list.push("three"); };
  export const reports = () => context.imports.report(reading());
  export const throws = () => ({ get value() { throw new Error("no value today"); } });
  export const bytes = () => Object.defineProperty(new Uint8Array(2), "length", { get: () => "two" });
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-inline-"));
  await writeFile(join(folder, "sensor.mjs"), source);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("what a host receives from an inline plugin is what was checked", async () => {
  const reported: unknown[] = [];
  await using host = createHost();
  const { exports, sync } = await host.open(join(folder, "sensor.mjs"), sensor, {
    imports: {
      report: (given) => {
        reported.push(given.value, given.value);
      },
    },
  });
  const result = await exports.now();
  expect([result.value, result.value]).toEqual([1, 1]);
  expect(Object.getOwnPropertyDescriptor(sync.now(), "value")?.get).toBeUndefined();
  expect({ ...(await exports.later()) }).toEqual({ value: 1 });
  await expect(exports.fails()).rejects.toMatchObject({ code: "TENON_CALL_RESULT", payload: { value: 1 } });
  const items: unknown[] = [];
  for await (const item of await exports.many()) items.push({ ...item });
  expect(items).toEqual([{ value: 1 }, { value: 1 }]);
  await exports.reports();
  expect(reported).toEqual([1, 1]);
  const list = await exports.kept();
  await exports.change();
  expect(list).toEqual([1, 2]);
  await expect(exports.kept()).rejects.toMatchObject({ code: "TENON_VALUE_TYPE" });
  await expect(exports.throws()).rejects.toMatchObject({ code: "TENON_VALUE_TYPE" });
  expect((await exports.bytes()).length).toBe(2);
});
