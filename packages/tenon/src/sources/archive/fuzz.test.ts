import { gzipSync } from "node:zlib";
import { patience, times } from "@tenon/fixtures/tests";
import { expect, test } from "vitest";
import { Mutant, type Seed } from "../../binary/testing/fuzz/mutation.mjs";
import { Random } from "../../binary/testing/fuzz/random.mjs";
import { isTenonError } from "../../errors/index.js";
import type { ArchiveContent } from "./content.js";
import { archiveLimits, mostUnpacked } from "./limits.js";
import { readArchive } from "./read-archive.js";
import { makeTar, records, sealHeader } from "./testing/make-tar.mjs";
import { makeZip } from "./testing/make-zip.mjs";

const limits = { ...archiveLimits, entries: 100, unpressed: 2 ** 20 };
const codes = new Set(["TENON_ARCHIVE_INVALID", "TENON_ARCHIVE_UNSAFE", "TENON_ARCHIVE_LIMIT"]);
const block = 512;

const tar = makeTar([
  { name: "package/", type: "5" },
  { name: "package/package.json", content: '{"name":"demo"}' },
  { name: "PaxHeaders/x", type: "x", content: records({ path: "package/a long name.js", mtime: "1" }) },
  { name: "short", content: "export const one = 1;".repeat(40), mode: 0o755 },
  { name: "././@LongLink", type: "L", content: `package/${"n".repeat(110)}\0`, magic: "ustar  \0" },
  { name: "package/nnn", content: "x", magic: "ustar  \0" },
  { name: "package/link.js", type: "2", link: "package.json" },
  { name: "package/hard.js", type: "1", link: "package/package.json" },
]);
const zip = makeZip([
  { name: "package/", mode: 0o40755 },
  { name: "package/package.json", content: '{"name":"demo"}', mode: 0o100644 },
  { name: "package/index.js", content: "export const one = 1;".repeat(40), descriptor: "signed" },
  { name: "package/stored.bin", content: "stored", method: 0, mode: 0o100755 },
  { name: "package/link.js", content: "index.js", mode: 0o120777 },
]);
const headers = Array.from({ length: tar.length / block }, (_, index) => ({ offset: index * block, size: 265 }));
const seeds: readonly Seed[] = [
  { name: "tar", group: "archive", bytes: new Uint8Array(tar), hot: headers.slice(0, 14) },
  {
    name: "zip",
    group: "archive",
    bytes: new Uint8Array(zip),
    hot: [
      { offset: zip.length - 350, size: 350 },
      { offset: 0, size: 90 },
    ],
  },
];

test("a changed archive is refused with a code, or what it contains is safe", {
  timeout: patience(120_000),
}, async () => {
  const mutants = seeds.map((seed) => new Mutant(seed));
  const read: Record<string, number> = {};
  const count = times(5000);
  for (let index = 0; index < count; index++) {
    const random = new Random(11, index);
    const which = index % seeds.length;
    const mutant = mutants[which] as Mutant;
    const changed = Buffer.from(mutant.make(random, seeds));
    mutant.restore();
    // A wrong checksum would hide all other changes.
    if (which === 0 && !random.oneIn(8)) sealAll(changed);
    const bytes = which === 0 ? gzipSync(changed, { level: 1 }) : changed;
    let outcome: string;
    try {
      expectSafe(await readArchive("mutant", bytes, limits), bytes.length);
      outcome = "read";
    } catch (error) {
      if (!isTenonError(error) || !codes.has(error.code)) throw new Error(`input ${index}`, { cause: error });
      outcome = error.code;
    }
    read[outcome] = (read[outcome] ?? 0) + 1;
  }
  // A campaign in which everything fails at the first byte would prove nothing.
  for (const outcome of ["read", "TENON_ARCHIVE_INVALID", "TENON_ARCHIVE_UNSAFE"])
    expect([outcome, (read[outcome] ?? 0) > count / 200]).toEqual([outcome, true]);
});

function sealAll(bytes: Buffer): void {
  for (let at = 0; at + block <= bytes.length; at += block) {
    const header = bytes.subarray(at, at + block);
    if (header.subarray(257, 262).toString("latin1").startsWith("ust")) sealHeader(header);
  }
}

function expectSafe({ files, folders }: ArchiveContent, length: number): void {
  const paths = [...files.map(({ path }) => path), ...folders];
  const bytes = files.reduce((total, { content }) => total + content.length, 0);
  expect(bytes).toBeLessThanOrEqual(mostUnpacked(length, limits));
  expect(paths.length).toBeLessThanOrEqual(limits.entries);
  expect(new Set(paths.map((path) => path.normalize("NFKC").toLowerCase())).size).toBe(paths.length);
  for (const path of paths) {
    expect(path).not.toMatch(/^\/|\\|:|\0|(?:^|\/)\.{0,2}(?:\/|$)/);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(limits.path);
  }
}
