import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readWasm } from "../../binary/wasm/index.js";
import { createHost } from "../../presets/index.js";
import { readArtifact } from "../../runtime/read-artifact.js";
import { refused } from "../testing/refused.mjs";
import { createRustModuleBuilder } from "./builder.js";
import { findToolchain } from "./toolchain.js";

const wit = `package demo:empty@1.0.0;
world empty {}
`;
const asking = `package demo:empty@1.0.0;
world empty { export greet: func() -> string; }
`;
const cargo = `[package]
name = "empty"
version = "1.0.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]
`;

const compiling = needs(missing.rust("wasm32-wasip2")).describe;

let root: string;
let folder: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tenon-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  folder = join(root, `plugin${count++}`);
  await mkdir(join(folder, "src"), { recursive: true });
  await write("Cargo.toml", cargo);
  await write("plugin.wit", wit);
  await write("src/lib.rs", "");
});
const { PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
});

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const builder = () => createRustModuleBuilder({ cacheFolder: join(root, "cache") });
const build = async (made = builder()) => made.build(await readArtifact(folder));

describe("recognise()", () => {
  test("accepts a folder with a Cargo.toml", async () => {
    expect(await builder().recognise(await readArtifact(folder))).toMatchObject({ description: "Rust package" });
  });

  test("rejects a folder whose entry is another file", async () => {
    await write("index.js", "export const greet = () => '';");
    const artifact = await readArtifact(folder, { names: ["index.js"], sources: [] });
    expect(await builder().recognise(artifact)).toBeUndefined();
  });
});

describe("without building, the builder", () => {
  test("reads the contract from a folder wit, without what the runtime itself provides", async () => {
    await rm(join(folder, "plugin.wit"));
    await mkdir(join(folder, "wit", "deps"), { recursive: true });
    await write("wit/deps/guest.wit", "package tenon:guest@0.1.0;\ninterface log { write: func(line: string); }\n");
    await write(
      "wit/plugin.wit",
      "package demo:kit@1.0.0;\nworld kit { import tenon:guest/log@0.1.0; export greet: func() -> string; }\n",
    );
    const contract = await builder().contract(await readArtifact(folder));
    expect(contract?.id).toBe("demo:kit@1.0.0");
    expect(Object.keys(contract?.imports ?? {})).toEqual([]);
    expect(Object.keys(contract?.exports ?? {})).toEqual(["greet"]);
  });

  test("reports a missing contract", async () => {
    await rm(join(folder, "plugin.wit"));
    const artifact = await readArtifact(folder);
    await refused("TENON_SOURCE_CONTRACT", builder().contract(artifact));
  });

  test.each([
    ["a package that is no cdylib", cargo.replace("cdylib", "rlib"), "cdylib"],
    ["a Cargo.toml with a workspace only", "[workspace]\nmembers = []\n", "found only a workspace"],
  ])("rejects %s", async (_, text, said) => {
    await write("Cargo.toml", text);
    const error = await refused("TENON_SOURCE_INVALID", builder().contract(await readArtifact(folder)));
    expect(error.message).toContain(said);
    expect(error.subject).toBe(join(folder, "Cargo.toml"));
  });

  test("runs no build script in a check, and says so", async () => {
    const mark = join(root, "ran");
    await write("build.rs", `fn main() { std::fs::write(${JSON.stringify(mark)}, "").unwrap(); }`);
    await using host = createHost({ cacheFolder: join(root, "cache") });
    const report = await host.check(folder);
    expect(report).toMatchObject({ verdict: "fits", findings: [{ code: "TENON_SOURCE_UNBUILT", severity: "info" }] });
    await expect(readFile(mark)).rejects.toThrow();
  });
});

describe("the tool chain", () => {
  test("is reported as missing if there is none", async () => {
    process.env.PATH = root;
    const error = await refused("TENON_TOOLCHAIN_MISSING", build());
    expect(error.message).toContain("cargo is not on PATH");
    expect(error.fix.text).toContain("rustup target add wasm32-wasip2");
  });

  test("is reported as incomplete if the target is missing", async () => {
    const tools = join(root, "tools");
    await mkdir(tools, { recursive: true });
    await writeFile(join(tools, "cargo"), "#!/bin/sh\necho cargo 1.90.0\n", { mode: 0o755 });
    const installed = async (folder: string) => {
      const script = `#!/bin/sh\ncase "$1" in --version) echo rustc 1.90.0;; *) echo ${folder};; esac\n`;
      await writeFile(join(tools, "rustc"), script, { mode: 0o755 });
    };
    await installed("/nowhere/lib");
    process.env.PATH = [tools, PATH].join(delimiter);
    const error = await refused("TENON_TOOLCHAIN_MISSING", build());
    expect(error.message).toBe("rustc 1.90.0 has no standard library for wasm32-wasip2");
    expect(error.fix.text).toContain("rustup target add wasm32-wasip2");
    await installed("/nowhere/toolchains/1.90.0-x86_64-unknown-linux-gnu/lib/rustlib/wasm32-wasip2/lib");
    const managed = await refused("TENON_TOOLCHAIN_MISSING", build());
    expect(managed.fix.command).toBe("rustup target add wasm32-wasip2 --toolchain 1.90.0-x86_64-unknown-linux-gnu");
  });
});

compiling(
  "a build",
  () => {
    test("with debug data names the folder of its own sources, also if another folder has the same", async () => {
      const source = '#[no_mangle]\npub extern "C" fn kept() -> u32 { 7 }\n';
      await write("src/lib.rs", source);
      const other = join(root, "twin");
      await cp(folder, other, { recursive: true });
      for (const each of [folder, other]) {
        // The first build writes Cargo.lock, which is part of the content.
        for (let round = 0; round < 2; round++) {
          const { bytes } = await builder().build(await readArtifact(each), { debug: true });
          const text = Buffer.from(bytes).toString("latin1");
          expect(text).toContain(`${each}\0`);
          expect(text).not.toContain(`${each === folder ? other : folder}\0`);
        }
      }
    });

    test("makes a component that contains the contract, once for the same content", async () => {
      const steps: string[] = [];
      await write("src/text.txt", "one");
      await write("src/lib.rs", 'pub const TEXT: &str = include_str!("text.txt");');
      const first = await builder().build(await readArtifact(folder), { progress: (step) => steps.push(step) });
      expect(readWasm(first.bytes)).toMatchObject({ kind: "component" });
      expect(new TextDecoder().decode(readWasm(first.bytes).customSection("tenon:contract"))).toContain("demo:empty");
      expect(first).toMatchObject({ cached: false, toolchain: await findToolchain(folder, undefined) });
      expect(first.inputs).toContain(join(folder, "src", "text.txt"));
      expect(steps.join("\n")).toContain("compiling crate 1 of 1: empty");
      // Cargo wrote the lock file: from here on, nothing changes.
      await build();
      const again = await build();
      expect(again).toMatchObject({ cached: true });
      expect(Buffer.compare(again.bytes, first.bytes)).toBe(0);
      await write("src/text.txt", "two");
      expect(await build()).toMatchObject({ cached: false });
    });

    test("runs again when a package outside of the folder changes", async () => {
      const other = `${folder}-other`;
      await mkdir(join(other, "src"), { recursive: true });
      await writeFile(join(other, "Cargo.toml"), '[package]\nname = "other"\nversion = "1.0.0"\nedition = "2021"\n');
      await writeFile(join(other, "src", "lib.rs"), "pub fn two() -> u32 { 2 }");
      await write("Cargo.toml", `${cargo}\n[dependencies]\nother = { path = ${JSON.stringify(other)} }\n`);
      await write("src/lib.rs", "#[no_mangle] pub extern fn four() -> u32 { other::two() * 2 }");
      const first = await build();
      expect(first.inputs).toContain(join(other, "src", "lib.rs"));
      await build();
      expect(await build()).toMatchObject({ cached: true });
      await writeFile(join(other, "src", "lib.rs"), "pub fn two() -> u32 { 3 - 1 }");
      expect(await build()).toMatchObject({ cached: false });
    });

    test("keeps plugins with the same name apart", async () => {
      const texts = ["first of two", "second of two"];
      const folders = texts.map((_, at) => `${folder}-${at}`);
      const made = builder();
      for (const round of [1, 2])
        for (const [at, text] of texts.entries()) {
          const own = folders[at]!;
          await mkdir(join(own, "src"), { recursive: true });
          await writeFile(join(own, "Cargo.toml"), cargo);
          await writeFile(join(own, "plugin.wit"), wit);
          const source = `#[no_mangle] pub static TEXT: &[u8] = b"${text}";`;
          // The second round changes a comment alone: cargo finds its own results again.
          await writeFile(join(own, "src", "lib.rs"), `#![allow(unused)] // ${round}\n${source}`);
          const { bytes } = await made.build(await readArtifact(own));
          expect(Buffer.from(bytes).includes(text)).toBe(true);
        }
    });

    test("shows errors in the source with file, line and caret, also in macros", async () => {
      await write(
        "src/lib.rs",
        'pub fn one() -> u32 {\n    "eins"\n}\npub fn two() -> u32 {\n    format!("{}", 2)\n}\n',
      );
      const error = await refused("TENON_SOURCE_INVALID", build());
      const file = join(folder, "src", "lib.rs");
      expect(error.message).toContain(
        `${file}:2:5: mismatched types (E0308): expected \`u32\`, found \`&str\`\n      "eins"\n      ^`,
      );
      expect(error.message).toContain(`${file}:5:5: mismatched types`);
      expect(error.findings.map(({ subject }) => subject)).toEqual([`${file}:2`, `${file}:5`]);
    });

    test("shows the notes of an error with their places", async () => {
      const other = `${folder}-gated`;
      await mkdir(join(other, "src"), { recursive: true });
      await writeFile(
        join(other, "Cargo.toml"),
        '[package]\nname = "gated"\nversion = "1.0.0"\nedition = "2021"\n\n[features]\nextra = []\n',
      );
      await writeFile(join(other, "src", "lib.rs"), '#[cfg(feature = "extra")]\npub fn more() {}\n');
      await write("Cargo.toml", `${cargo}\n[dependencies]\ngated = { path = ${JSON.stringify(other)} }\n`);
      await write("src/lib.rs", "pub fn one() { gated::more() }\n");
      const { message } = await refused("TENON_SOURCE_INVALID", build());
      expect(message).toContain(`note: ${join(other, "src", "lib.rs")}:2:8: found an item that was configured out`);
      expect(message).toContain("the item is gated behind the `extra` feature");
    });

    test("takes a new dependency where the lock file is its own", async () => {
      const depending = async (...names: readonly string[]) => {
        for (const name of names) {
          await mkdir(join(folder, name, "src"), { recursive: true });
          await write(`${name}/Cargo.toml`, `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2021"\n`);
          await write(`${name}/src/lib.rs`, "");
        }
        const listed = names.map((name) => `${name} = { path = "${name}" }\n`);
        await write("Cargo.toml", `${cargo}\n[dependencies]\n${listed.join("")}`);
      };
      await build();
      await depending("one");
      await build();
      const lock = await readFile(join(folder, "Cargo.lock"), "utf8");
      expect(lock).toContain('name = "one"');
      // Once the author has changed it, it is the author's.
      await write("Cargo.lock", `# mine\n${lock}`);
      await depending("one", "two");
      expect((await refused("TENON_SOURCE_INVALID", build())).message).toContain("Cargo.lock does not match");
    });

    test.each([
      ["a Cargo.toml that cannot be read", `${cargo}\n[dependencies\n`, "Cargo.toml"],
      [
        "a lock file that does not match",
        `${cargo}\n[dependencies]\nother = { path = "other" }\n`,
        "Cargo.lock does not match",
      ],
    ])("refuses %s", async (_, text, said) => {
      await write("Cargo.lock", 'version = 4\n\n[[package]]\nname = "empty"\nversion = "1.0.0"\n');
      await mkdir(join(folder, "other", "src"), { recursive: true });
      await write("other/Cargo.toml", '[package]\nname = "other"\nversion = "1.0.0"\nedition = "2021"\n');
      await write("other/src/lib.rs", "");
      await write("Cargo.toml", text);
      const error = await refused("TENON_SOURCE_INVALID", build());
      expect(error.message).toContain(said);
    });

    test("reports a build script that fails", async () => {
      await write("build.rs", 'fn main() { panic!("no luck today") }');
      expect((await refused("TENON_TOOLCHAIN_FAILED", build())).message).toContain("no luck today");
    });

    test("stops when it is cancelled, with all processes that it started", async () => {
      const mark = join(root, "process");
      await write(
        "build.rs",
        `fn main() {
        std::fs::write(${JSON.stringify(`${mark}.tmp`)}, std::process::id().to_string()).unwrap();
        std::fs::rename(${JSON.stringify(`${mark}.tmp`)}, ${JSON.stringify(mark)}).unwrap();
        std::thread::sleep(std::time::Duration::from_secs(600));
      }`,
      );
      const giveUp = new AbortController();
      const building = builder().build(await readArtifact(folder), { signal: giveUp.signal });
      const started = await vi.waitUntil(() => readFile(mark, "utf8").catch(() => undefined), { timeout: 60_000 });
      giveUp.abort();
      await refused("TENON_LOAD_DEADLINE", building);
      const isGone = () => {
        try {
          return !process.kill(Number(started), 0);
        } catch {
          return true;
        }
      };
      await vi.waitUntil(isGone, { timeout: 10_000 });
    });

    test("of a plugin that does not match its contract is rejected when it is opened", async () => {
      await write("plugin.wit", asking);
      await using host = createHost({ cacheFolder: join(root, "cache") });
      expect((await host.check(folder)).verdict).toBe("fits");
      const error = await refused("TENON_WASM_EXPORT_TYPE", host.open(folder));
      expect(error.message).toContain("greet");
    });
  },
  240_000,
);
