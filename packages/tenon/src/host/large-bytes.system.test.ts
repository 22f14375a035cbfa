import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, type Host, t } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const size = 5_000_000;
const large = contract("test:large-bytes@1.0.0", {
  imports: { reversed: t.func([["bytes", t.bytes]], t.bytes) },
  exports: {
    echo: t.func([["bytes", t.bytes]], t.bytes),
    pass: t.func([["bytes", t.own(t.bytes)]], t.own(t.bytes)),
    kept: t.func([], t.u32),
    turned: t.func([["bytes", t.bytes]], t.bytes),
    chunks: t.func([["bytes", t.bytes]], t.stream(t.u8)),
  },
});
const plugin = `
let imports, last;
export const activate = (context) => { imports = context.imports; };
export const echo = (bytes) => bytes;
export const pass = (bytes) => (last = bytes);
export const kept = () => last.length;
export const turned = async (bytes) => (await imports.reversed(bytes)).reverse();
export const chunks = async function* (bytes) { yield bytes; };
`;

let folder: string;
let host: Host;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-large-bytes-"));
  await writeFile(join(folder, "plugin.mjs"), plugin);
  host = createHost();
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

const bytes = () => new Uint8Array(size).map((_, index) => index * 31);
const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

describe.each(["inline", "worker", "worker-pool", "process"] as const)("%s: large bytes", (place) => {
  const open = () =>
    host.open(join(folder, "plugin.mjs"), large, {
      place,
      fresh: true,
      imports: { reversed: (given) => given.slice().reverse() },
    });

  test("go there and back, through host functions and streams as well", async () => {
    const { exports } = await open();
    const given = bytes();
    expect(same(await exports.echo(given), bytes())).toBe(true);
    expect(same(await exports.turned(given), bytes())).toBe(true);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await exports.chunks(given)) chunks.push(chunk);
    expect(same(Buffer.concat(chunks), bytes())).toBe(true);
    expect(same(given, bytes())).toBe(true);
  });

  test("that are given up arrive, and leave nothing behind in another thread or process", async () => {
    const { exports } = await open();
    const given = bytes();
    expect(same(await exports.pass(given), bytes())).toBe(true);
    const left = place === "inline" ? size : 0;
    expect([given.length, await exports.kept()]).toEqual([left, left]);
  });
});
