import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing } from "@tenon/fixtures";
import { needs } from "@tenon/fixtures/tests";
import { afterAll, expect } from "vitest";
import { resolveLinks, VisibleFiles } from "./visible-files.js";

const { describe, test } = needs(missing.unix());
const folder = realpathSync(mkdtempSync(join(tmpdir(), "tenon-visible-")));
afterAll(() => rmSync(folder, { recursive: true }));

describe("files that a sandbox shows", () => {
  mkdirSync(join(folder, "usr/bin"), { recursive: true });
  writeFileSync(join(folder, "usr/bin/dash"), "");
  symlinkSync("usr/bin", join(folder, "bin"));
  symlinkSync("dash", join(folder, "usr/bin/sh"));
  symlinkSync(join(folder, "bin/sh"), join(folder, "absolute"));
  symlinkSync("../bin/../bin/sh", join(folder, "usr/up"));
  symlinkSync("cycle", join(folder, "cycle"));
  symlinkSync("missing", join(folder, "dangling"));

  test("are found through all links on the way, which are shown as links", () => {
    const files = new VisibleFiles();
    expect(files.add(join(folder, "bin/sh"))).toBe(join(folder, "usr/bin/dash"));
    expect([...files.paths]).toEqual([join(folder, "usr/bin/dash")]);
    expect([...files.links]).toEqual([
      [join(folder, "bin"), "usr/bin"],
      [join(folder, "usr/bin/sh"), "dash"],
    ]);
  });

  test.each(["absolute", "usr/up", "bin/../usr/bin/./dash", "bin/dash"])(
    "are where the system finds them: %s",
    (path) => {
      expect(resolveLinks(join(folder, path))).toBe(realpathSync(join(folder, path)));
    },
  );

  test.each(["cycle", "dangling", "nothing", "bin/dash/below"])(
    "are none where the system finds nothing: %s",
    (path) => {
      const files = new VisibleFiles();
      expect(files.add(join(folder, path))).toBeUndefined();
      expect(files.links.size + files.paths.size).toBe(0);
    },
  );

  test("are never the root", () => {
    expect(new VisibleFiles().add("/")).toBeUndefined();
    expect(new VisibleFiles().add("/usr/..")).toBeUndefined();
  });
});
