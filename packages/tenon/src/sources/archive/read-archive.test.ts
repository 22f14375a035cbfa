import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { archiveLimits } from "./limits.js";
import { readArchive } from "./read-archive.js";
import { makeTar, makeTgz, records, type TarEntry } from "./testing/make-tar.mjs";
import { makeZip, type ZipEnd, type ZipOptions } from "./testing/make-zip.mjs";

const ok: TarEntry = { name: "index.js", content: "export {}" };
const small = { ...archiveLimits, bytes: 4096, entries: 8, depth: 4, path: 64, name: 20, unpressed: 4096 };

async function pathsOf(bytes: Uint8Array) {
  const { files } = await readArchive("a", bytes);
  return Object.fromEntries(files.map(({ path, content }) => [path, Buffer.from(content).toString()]));
}

async function failure(bytes: Uint8Array, limits = archiveLimits): Promise<string> {
  try {
    await readArchive("a", bytes, limits);
    return "nothing";
  } catch (error) {
    if (!isTenonError(error)) throw error;
    return `${error.code} ${error.message}`;
  }
}

describe("tar", () => {
  test("files and folders of the formats ustar, GNU and v7 are read, with long names", async () => {
    const long = `${"d/".repeat(20)}${"n".repeat(120)}.js`;
    const bytes = makeTgz([
      { name: "./", type: "5" },
      { name: "package/", type: "5" },
      { name: "package/index.js", content: "one", mode: 0o755 },
      { name: "c.js", prefix: "package/deep", content: "two" },
      { name: "package/gnu.js", content: "three", magic: "ustar  \0" },
      { name: "package/old.js", content: "four", magic: "\0".repeat(8), type: "\0" },
      { name: "././@LongLink", type: "L", content: `${long}\0`, magic: "ustar  \0" },
      { name: long.slice(0, 100), content: "five", magic: "ustar  \0" },
      {
        name: "PaxHeaders/x",
        type: "x",
        content: records({ path: `p/${long}`, mtime: "1.5", "SCHILY.xattr.user.a": "b" }),
      },
      { name: "short", content: "six" },
      { name: "pax_global_header", type: "g", content: records({ comment: "0123abc" }) },
      { name: "package/empty/", type: "5" },
    ]);
    expect(await pathsOf(bytes)).toEqual({
      "package/index.js": "one",
      "package/deep/c.js": "two",
      "package/gnu.js": "three",
      "package/old.js": "four",
      [long]: "five",
      [`p/${long}`]: "six",
    });
    const { files, folders } = await readArchive("a", bytes);
    expect(folders).toContain("package/empty");
    expect(files.filter(({ executable }) => executable).map(({ path }) => path)).toEqual(["package/index.js"]);
  });

  test("links to files inside become copies, and setuid is dropped", async () => {
    const bytes = makeTgz([
      { name: "lib/real.js", content: "real", mode: 0o4755 },
      { name: "lib/soft.js", type: "2", link: "real.js" },
      { name: "bin/soft.js", type: "2", link: "../lib/soft.js" },
      { name: "hard.js", type: "1", link: "lib/real.js" },
    ]);
    const { files } = await readArchive("a", bytes);
    expect(files.map(({ path }) => path).sort()).toEqual(["bin/soft.js", "hard.js", "lib/real.js", "lib/soft.js"]);
    for (const { content, executable } of files)
      expect([Buffer.from(content).toString(), executable]).toEqual(["real", true]);
  });

  test.each<[string, readonly TarEntry[], RegExp]>([
    [
      "a path that leaves",
      [{ name: "../evil.js", content: "x" }],
      /UNSAFE a: the entry "\.\.\/evil\.js" leads out of the folder/,
    ],
    ["a path that leaves later", [{ name: "a/../../evil.js" }], /UNSAFE .*leads out/],
    ["a path that leaves by a long name", [{ name: "x", type: "L", content: "../evil\0" }, ok], /UNSAFE .*leads out/],
    [
      "a path that leaves by a pax record",
      [{ name: "x", type: "x", content: records({ path: "/etc/passwd" }) }, ok],
      /UNSAFE .*absolute/,
    ],
    ["an absolute path", [{ name: "/etc/cron.d/x" }], /UNSAFE .*absolute path/],
    ["a prefix that leaves", [{ name: "evil.js", prefix: ".." }], /UNSAFE .*leads out/],
    ["a drive letter", [{ name: "C:evil.js" }], /UNSAFE .*colon/],
    ["a backslash", [{ name: "..\\evil.js" }], /UNSAFE .*backslash/],
    ["a control character", [{ name: "a\u001b[2J.js" }], /UNSAFE .*control character/],
    ["text from right to left", [{ name: "a\u202esj.exe" }], /UNSAFE .*control character/],
    ["a name that is not UTF-8", [{ name: Buffer.from([0x61, 0xff, 0x62]) }], /UNSAFE .*not UTF-8/],
    ["a name with a NUL inside", [{ name: "a.js\0.png" }], /INVALID .*NUL/],
    ["a device of Windows", [{ name: "aux.js" }], /UNSAFE .*device on Windows/],
    ["a name that ends with a space", [{ name: "index.js " }], /UNSAFE .*Windows drops/],
    ["a name twice", [ok, ok], /UNSAFE .*is there twice/],
    ["names that differ in case", [ok, { name: "Index.JS" }], /UNSAFE .*"index\.js" are the same file/],
    ["folders that differ in case", [{ name: "Lib/a.js" }, { name: "lib/b.js" }], /UNSAFE .*same file/],
    ["names that differ in form", [{ name: "caf\u00e9.js" }, { name: "cafe\u0301.js" }], /UNSAFE .*same file/],
    ["names that differ in ligatures", [{ name: "o\ufb03ce.js" }, { name: "office.js" }], /UNSAFE .*same file/],
    ["a file inside of a file", [{ name: "a", content: "x" }, { name: "a/b.js" }], /UNSAFE .*inside of a file/],
    ["a folder that is a file", [{ name: "a/b.js" }, { name: "a", content: "x" }], /UNSAFE .*twice/],
    ["a symbolic link that leaves", [ok, { name: "l", type: "2", link: "../../etc/passwd" }], /UNSAFE .*leads out/],
    ["a symbolic link that is absolute", [ok, { name: "l", type: "2", link: "/etc/passwd" }], /UNSAFE .*leads out/],
    ["a hard link that leaves", [ok, { name: "l", type: "1", link: "../x" }], /UNSAFE .*leads out/],
    ["a link to a folder", [{ name: "d/a.js" }, { name: "l", type: "2", link: "d" }], /UNSAFE .*no file/],
    ["a file below a link", [ok, { name: "l", type: "2", link: "." }, { name: "l/x.js" }], /UNSAFE .*inside of a file/],
    [
      "links in a circle",
      [ok, { name: "l", type: "2", link: "m" }, { name: "m", type: "2", link: "l" }],
      /UNSAFE .*no file/,
    ],
    ["a device", [{ name: "d", type: "3" }], /UNSAFE .*is a device/],
    ["a named pipe", [{ name: "p", type: "6" }], /UNSAFE .*named pipe/],
    ["a sparse file", [{ name: "s", type: "S" }], /UNSAFE .*sparse/],
    [
      "a sparse file by records",
      [{ name: "x", type: "x", content: records({ "GNU.sparse.name": "a" }) }, ok],
      /INVALID .*GNU\.sparse/,
    ],
    ["an unknown kind", [{ name: "z", type: "Z" }], /UNSAFE .*unknown kind/],
    ["a link with content", [{ name: "l", type: "2", link: "a", content: "x" }], /INVALID .*has content/],
    ["two sizes", [{ name: "x", type: "x", content: records({ size: "1" }) }, ok], /INVALID .*two sizes, 9 and 1/],
    [
      "two long names",
      [{ name: "x", type: "L", content: "a\0" }, { name: "x", type: "x", content: records({ path: "b" }) }, ok],
      /INVALID .*two fields "path"/,
    ],
    ["a name for all entries", [{ name: "g", type: "g", content: records({ path: "b" }) }, ok], /INVALID .*same path/],
    ["a record of a wrong length", [{ name: "x", type: "x", content: "99 path=a\n" }, ok], /INVALID .*wrong length/],
    ["a record without a name", [{ name: "x", type: "x", content: "5 =a\n" }, ok], /INVALID .*without a name/],
    ["a long name of megabytes", [{ name: "x", type: "L", content: "a".repeat(70_000) }, ok], /INVALID .*70000 bytes/],
    ["a long name without an entry", [ok, { name: "x", type: "L", content: "a\0" }], /INVALID .*has no entry/],
    ["a wrong checksum", [{ ...ok, checksum: 1 }], /INVALID .*checksum/],
    [
      "a size in base 256",
      [{ ...ok, sizeField: Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]) }],
      /INVALID .*"size".*no octal/,
    ],
    ["a size that is larger than the file", [{ ...ok, size: 100_000 }], /INVALID .*cut short/],
    ["content after the content", [{ ...ok, padding: 65 }], /INVALID .*after the content/],
    ["an unknown format", [{ ...ok, magic: "funny\x0000" }], /INVALID .*unknown format/],
    ["no files", [{ name: "a/", type: "5" }], /INVALID .*no files/],
  ])("an archive with %s is refused", async (_, entries, message) => {
    expect(await failure(makeTgz(entries))).toMatch(message);
  });

  test("what is cut short or followed by something is refused", async () => {
    const tar = makeTar([ok]);
    expect(await failure(gzipSync(makeTar([ok], 1)))).toMatch(/INVALID .*end is missing/);
    expect(await failure(gzipSync(Buffer.concat([tar, makeTar([ok])])))).toMatch(/INVALID .*bytes after its end/);
    const tgz = gzipSync(tar);
    expect(await failure(tgz.subarray(0, -9))).toMatch(/INVALID .*(?:cut short|damaged)/);
    expect(await failure(tgz.subarray(0, 12))).toMatch(/INVALID .*cut short/);
    expect(await failure(Buffer.concat([tgz, Buffer.from("more")]))).toMatch(/INVALID .*4 bytes after its end/);
    expect(await failure(Buffer.concat([tgz, tgz]))).toMatch(/INVALID .*bytes after its end/);
    const wrong = Buffer.from(tgz);
    wrong[wrong.length - 8] = (wrong.at(-8) as number) ^ 1;
    expect(await failure(wrong)).toMatch(/INVALID .*checksum/);
    expect(await failure(Buffer.from("#!/bin/sh\n"))).toMatch(/INVALID .*begins with 2321/);
    expect(await failure(Buffer.alloc(0))).toMatch(/INVALID /);
  });

  test("bombs are refused at the limit", async () => {
    expect(await failure(makeTgz([{ name: "zeros", content: Buffer.alloc(64 * 2 ** 20) }]))).toMatch(
      /LIMIT a: what it contains: expected at most \d+ bytes/,
    );
    expect(await failure(makeTgz([{ name: "a", content: "x".repeat(5000) }]), small)).toMatch(/LIMIT .*4096 bytes/);
    const many = Array.from({ length: 9 }, (_, index) => ({ name: `f${index}` }));
    expect(await failure(makeTgz(many), small)).toMatch(/LIMIT .*8 files and folders/);
    expect(await failure(makeTgz([{ name: "a/b/c/d/e" }]), small)).toMatch(/LIMIT .*4 levels/);
    expect(await failure(makeTgz([{ name: "n".repeat(21) }]), small)).toMatch(/LIMIT .*20 bytes/);
    expect(await failure(makeTgz([{ name: `${"n".repeat(19)}/`.repeat(4) }]), small)).toMatch(/LIMIT .*64 bytes/);
    const copies = Array.from({ length: 6 }, (_, index) => ({ name: `l${index}`, type: "1", link: "a" }));
    expect(await failure(makeTgz([{ name: "a", content: "x".repeat(1000) }, ...copies]), small)).toMatch(
      /LIMIT .*4096 bytes/,
    );
  });
});

describe("zip", () => {
  const one: ZipOptions = { name: "index.js", content: "export {}" };

  test("files and folders are read, stored and deflated, with sizes before and after the content", async () => {
    const bytes = makeZip(
      [
        { name: "package/", mode: 0o40755 },
        { name: "package/index.js", content: "one", mode: 0o100755 },
        { name: "package/stored.js", content: "two", method: 0 },
        { name: "package/later.js", content: "three".repeat(50), descriptor: "signed" },
        { name: "package/unsigned.js", content: "four".repeat(50), descriptor: "plain" },
        { name: "package/link.js", content: "index.js", mode: 0o120777 },
        { name: "empty" },
      ],
      { comment: Buffer.from("0123abc") },
    );
    expect(await pathsOf(bytes)).toEqual({
      "package/index.js": "one",
      "package/stored.js": "two",
      "package/later.js": "three".repeat(50),
      "package/unsigned.js": "four".repeat(50),
      "package/link.js": "one",
      empty: "",
    });
  });

  test.each<[string, readonly ZipOptions[], RegExp, ZipEnd?]>([
    ["a path that leaves", [{ name: "../evil.js", content: "x" }], /UNSAFE .*leads out/],
    ["an absolute path", [{ name: "/evil.js", content: "x" }], /UNSAFE .*absolute/],
    ["backslashes", [{ name: "a\\..\\..\\evil.js", content: "x" }], /UNSAFE .*backslash/],
    ["a link that leaves", [one, { name: "l", content: "../../etc/passwd", mode: 0o120777 }], /UNSAFE .*leads out/],
    ["a device", [{ name: "d", mode: 0o020666 }], /UNSAFE .*device/],
    ["a name twice", [one, one], /UNSAFE .*twice/],
    ["names that differ in case", [one, { name: "INDEX.js", content: "x" }], /UNSAFE .*same file/],
    ["another name in its own header", [{ ...one, local: { name: "INDEX.js" } }], /INVALID .*name of .*differs/],
    ["another size in its own header", [{ ...one, local: { size: 3 } }], /INVALID .*differs/],
    ["another method in its own header", [{ ...one, local: { method: 0 } }], /INVALID .*differs/],
    ["other flags in its own header", [{ ...one, local: { flags: 0 } }], /INVALID .*differs/],
    [
      "a smaller size than its content",
      [{ ...one, local: { size: 3 }, central: { size: 3 } }],
      /INVALID .*more than the 3 bytes/,
    ],
    [
      "a larger size than its content",
      [{ ...one, local: { size: 30 }, central: { size: 30 } }],
      /INVALID .*declares 30 bytes and has 9/,
    ],
    ["a wrong checksum", [{ ...one, local: { checksum: 1 }, central: { checksum: 1 } }], /INVALID .*checksum/],
    ["encryption", [{ ...one, local: { flags: 1 }, central: { flags: 1 } }], /INVALID .*encrypted/],
    ["unknown flags", [{ ...one, local: { flags: 32 }, central: { flags: 32 } }], /INVALID .*unknown flags/],
    ["another compression", [{ ...one, local: { method: 12 }, central: { method: 12 } }], /INVALID .*method 12/],
    ["zip64 sizes", [{ ...one, central: { extra: Buffer.from([1, 0, 0, 0]) } }], /INVALID .*zip64/],
    ["a second name", [{ ...one, central: { extra: Buffer.from([0x75, 0x70, 0, 0]) } }], /INVALID .*second name/],
    [
      "an extra field that is cut short",
      [{ ...one, central: { extra: Buffer.from([9, 9, 9, 0]) } }],
      /INVALID .*cut short/,
    ],
    ["a gap", [{ ...one, gap: Buffer.from("gap") }], /INVALID .*3 bytes between/],
    [
      "entries that share bytes",
      [one, { name: "b.js", content: "x", central: { offset: 0 } }],
      /INVALID .*begins at 0/,
    ],
    [
      "data after the data",
      [{ ...one, data: Buffer.concat([Buffer.from([3, 0]), Buffer.from("more")]), content: "", method: 8 }],
      /INVALID .*bytes after its content/,
    ],
    ["a folder with content", [{ name: "a/", content: "x" }], /INVALID .*has content/],
    ["a folder that says it is a file", [{ name: "a/", mode: 0o100644 }], /UNSAFE .*folder by its name/],
    ["a program before it", [one], /INVALID .*not where it should be/, { start: 5 }],
    ["something between entries and directory", [one], /INVALID .*between/, { before: Buffer.from("gap") }],
    ["something after it", [one], /INVALID .*after its directory/, { after: Buffer.from("tail") }],
    ["a directory in its comment", [one], /INVALID .*more than one directory/, { comment: makeZip([one]) }],
    ["a wrong count", [one], /INVALID .*no entry|after its directory/, { count: 2 }],
    ["parts", [one], /INVALID .*several parts/, { disk: 1 }],
    ["too many entries", [one], /LIMIT .*20000/, { count: 30_000 }],
    ["no entries", [], /INVALID .*no files/],
  ])("an archive with %s is refused", async (_, entries, message, end) => {
    expect(await failure(makeZip(entries, end))).toMatch(message);
  });

  test("what is cut short is refused at every length", async () => {
    const bytes = makeZip([one, { name: "b.js", content: "x".repeat(300), descriptor: "signed" }]);
    for (let length = 4; length < bytes.length; length++)
      expect(await failure(bytes.subarray(0, length))).toMatch(/^TENON_ARCHIVE_INVALID/);
  });

  test("bombs are refused at the limit, those whose entries overlap as well", async () => {
    const bomb = Array.from({ length: 8 }, (_, index) => ({ name: `z${index}`, content: Buffer.alloc(8 * 2 ** 20) }));
    expect(await failure(makeZip(bomb))).toMatch(/LIMIT .*what it contains/);
    expect(await failure(makeZip([{ name: "a", content: "x".repeat(5000) }]), small)).toMatch(/LIMIT .*4096 bytes/);
  });
});
