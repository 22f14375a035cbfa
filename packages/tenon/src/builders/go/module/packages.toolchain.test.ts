import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { missing, needs, times } from "@tenon/fixtures/tests";
import { afterAll, afterEach, beforeEach, describe, expect } from "vitest";
// The entry of the compiler's process stands only in the built package.
import { createGoModuleBuilder as createBuilt } from "../../../../dist/builders/go/module/index.js";
import type { TenonError } from "../../../errors/index.js";
import { createHost } from "../../../presets/index.js";
import { readArtifact } from "../../../runtime/read-artifact.js";
import { createWasmRuntime } from "../../../runtimes/wasm/runtime.js";
import { createGoModuleBuilder } from "./index.js";

const bundled = fileURLToPath(new URL("../../../../../go-toolchain", import.meta.url));
const withoutBundle = existsSync(join(bundled, "dist", "index.json"))
  ? undefined
  : "the bundled Go toolchain is not built (npm run build:go-toolchain)";

const cacheFolder = await mkdtemp(join(tmpdir(), "tenon-go-cache-"));
afterAll(() => rm(cacheFolder, { recursive: true, force: true }));
const builders = [
  [
    "the local Go",
    missing.go(),
    () => createGoModuleBuilder({ cacheFolder: join(cacheFolder, "local"), toolchain: "local" }),
  ],
  [
    "Go as WebAssembly",
    withoutBundle,
    () => createBuilt({ cacheFolder: join(cacheFolder, "bundled"), toolchain: "bundled", bundled }),
  ],
] as const;

let folder = "";
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tenon-go-packages-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

async function write(files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

const wit = "package demo:teller@1.0.0;\nworld teller { export tell: func(name: string) -> string; }\n";

/** A plugin whose function returns an expression. */
const teller = (imports: string, declarations: string, expression: string): Files => ({
  "plugin.wit": wit,
  "go.mod": "module example.com/teller\n\ngo 1.24\n",
  "teller.go": `package main\n\nimport (\n${imports}\n)\n\n${declarations}\n\ntype Plugin struct{}\n\nfunc (Plugin) Tell(name string) string { return ${expression} }\n`,
});

describe.each(builders)("packages and files built by %s", (name, reason, create) => {
  /** For what is decided before a compiler runs: with more effort also by the slower one. */
  const once = needs(
    name === "the local Go" || times(1) > 1 ? reason : "the full campaign runs it (npm run verify -- toolchains)",
  );
  const result = async (name = ""): Promise<unknown> => {
    const host = createHost({ runtimes: [createWasmRuntime({ builders: [create()] })] });
    try {
      const plugin = await host.open(folder);
      return await (plugin.exports as { tell(name: string): Promise<string> }).tell(name);
    } finally {
      await host.close();
    }
  };
  const failure = async (): Promise<TenonError> =>
    create()
      .build(await readArtifact(folder))
      .then(
        () => expect.fail("it was built"),
        (error: TenonError) => error,
      );

  needs(reason).test("embed what //go:embed names: text, bytes and folders", { timeout: 240_000 }, async () => {
    await write({
      ...teller(
        '\t"embed"\n\n\t"example.com/teller/words"',
        ["//go:embed greeting.txt", "var greeting string", "//go:embed all:pages *.md", "var pages embed.FS"].join(
          "\n",
        ),
        "greeting + words.All() + read(name)",
      ),
      "read.go": [
        "package main",
        'import ("io/fs"; "strings")',
        "func read(name string) string {",
        "\tvar names []string",
        '\t_ = fs.WalkDir(pages, ".", func(path string, d fs.DirEntry, err error) error {',
        '\t\tif !d.IsDir() { text, _ := pages.ReadFile(path); names = append(names, path + "=" + string(text)) }',
        "\t\treturn err",
        "\t})",
        '\treturn strings.Join(names, ",")',
        "}",
      ].join("\n"),
      "greeting.txt": "Hello;",
      "pages/one.html": "1",
      "pages/.hidden": "2",
      "notes.md": "3",
      "words/words.go":
        'package words\n\nimport _ "embed"\n\n//go:embed "the words.txt"\nvar all []byte\n\nfunc All() string { return string(all) }\n',
      "words/the words.txt": "ünï;",
    });
    expect(await result()).toBe("Hello;ünï;notes.md=3,pages/.hidden=2,pages/one.html=1");
    const first = await create().build(await readArtifact(folder));
    expect(first.inputs).toEqual(
      expect.arrayContaining(
        ["greeting.txt", "pages/.hidden", "pages/*", "*", "words/the words.txt"].map((name) => join(folder, name)),
      ),
    );
    await writeFile(join(folder, "words/the words.txt"), "changed;");
    await writeFile(join(folder, "pages/two.html"), "4");
    expect(await result()).toBe("Hello;changed;notes.md=3,pages/.hidden=2,pages/one.html=1,pages/two.html=4");
  });

  needs(reason).test(
    "are rejected if //go:embed matches nothing, or a file outside of the package",
    { timeout: 120_000 },
    async () => {
      await write({
        ...teller('\t_ "embed"', "//go:embed absent.txt\nvar a string\n\n//go:embed\tlink.txt\nvar b string", '""'),
        "outside.txt": "secret",
      });
      await symlink("outside.txt", join(folder, "link.txt"));
      const error = await failure();
      expect(error.code).toBe("TENON_SOURCE_INVALID");
      expect(error.message).toContain(
        `${join(folder, "teller.go")}:7:12: pattern absent.txt: no matching files found\n  //go:embed absent.txt\n             ^`,
      );
      expect(error.message).toContain(
        `${join(folder, "teller.go")}:10:12: pattern link.txt: cannot embed irregular file`,
      );
      // The compiler itself reports this.
      await write(teller('\t"strings"', "//go:embed outside.txt\nvar a = strings.ToUpper(`x`)", "a"));
      expect((await failure()).message).toMatch(/teller\.go:7:3: go:embed requires import "embed"/);
    },
  );

  once.test("do not include tests and files for other systems", { timeout: 120_000 }, async () => {
    await write({
      ...teller('\t"strings"', "", "strings.ToUpper(name) + system"),
      "system_wasip1.go": 'package main\n\nconst system = " wasip1"\n',
      "system_linux.go": 'package main\n\nconst system = " linux"\n',
      "old.go": "//go:build ignore\n\npackage other\n",
      "fast_amd64.s": "TEXT ·fast(SB), $0\n\tRET\n",
      "teller_test.go":
        'package main\n\nimport (\n\t"testing"\n\t"example.com/absent"\n)\n\nfunc TestTell(t *testing.T) { absent.Do() }\n',
    });
    expect(await result("ada")).toBe("ADA wasip1");
  });

  needs(reason).test(
    "may be vendored, replaced with folders, and written for older Go",
    { timeout: 240_000 },
    async () => {
      await write({
        ...teller(
          '\t"example.com/near"\n\t"example.org/vendored/deep"\n\t"example.org/old"',
          "",
          "near.Name() + deep.Name + old.Last()",
        ),
        "go.mod":
          "module example.com/teller\n\ngo 1.24\n\nrequire (\n\texample.com/near v1.0.0\n\texample.org/vendored v1.2.0\n\texample.org/old v1.0.0\n)\n\nreplace example.com/near => ./near\n",
        "near/go.mod": "module example.com/near\n\ngo 1.22\n",
        "near/near.go":
          'package near\n\nimport _ "embed"\n\n//go:embed name.txt\nvar name string\n\nfunc Name() string { return name }\n',
        "near/name.txt": "near ",
        "vendor/modules.txt":
          "# example.org/vendored v1.2.0\n## explicit; go 1.21\nexample.org/vendored/deep\n# example.org/old v1.0.0\n## explicit\nexample.org/old\n",
        "vendor/example.org/vendored/deep/deep.go": 'package deep\n\nconst Name = "vendored "\n',
        "vendor/example.org/vendored/deep/cgo.go": 'package deep\n\nimport "C"\n',
        // Before Go 1.22, a loop has one variable for all of its turns.
        "vendor/example.org/old/old.go":
          'package old\n\nfunc Last() string {\n\tvar last []func() string\n\tfor _, each := range []string{"a", "b", "c"} {\n\t\tlast = append(last, func() string { return each })\n\t}\n\treturn last[0]()\n}\n',
      });
      expect(await result()).toBe("near vendored c");
    },
  );

  once.test("are rejected with a position and a fix if they need C or assembly", { timeout: 120_000 }, async () => {
    const files = teller('\t"example.com/teller/fast"', "", "fast.Name()");
    const fast = 'package fast\n\nfunc Name() string { return "fast" }\n';
    await write({
      ...files,
      "fast/fast.go": fast,
      "fast/fast.s": '#include "textflag.h"\nTEXT ·more(SB), NOSPLIT, $0\n\tRET\n',
    });
    expect((await failure()).message).toContain(
      `${join(folder, "fast/fast.s")}:1:1: assembly cannot be part of a Go plugin`,
    );
    // A file without code lets functions have their bodies elsewhere.
    await write({
      "fast/fast.s": "// Nothing.\n",
      "fast/fast.go":
        'package fast\n\nimport _ "unsafe"\n\nfunc Name() string { return name() }\n\n//go:linkname name example.com/teller/fast.named\nfunc name() string\n\nfunc named() string { return "linked" }\n',
    });
    expect(await result()).toBe("linked");
    await rm(join(folder, "fast/fast.s"));
    await write({ "fast/fast.go": "package fast\n\nfunc Name() string\n" });
    expect((await failure()).message).toMatch(/fast\.go:3:6: missing function body/);
    await write({ "fast/fast.go": fast, "fast/fast.c": "int x;\n" });
    expect((await failure()).message).toContain("fast.c:1:1: a source file that needs cgo cannot be part");
    await rm(join(folder, "fast/fast.c"));
    await write({ "fast/fast.go": `${fast.replace("package fast", 'package fast\n\nimport "C"')}` });
    expect((await failure()).message).toContain("fast.go:3:8: cgo is not available in WebAssembly");
    await write({ "fast/fast.go": `//go:build cgo\n\n${fast}` });
    expect((await failure()).message).toContain(
      'package "example.com/teller/fast" cannot be part of a plugin: it has no Go file for a wasip1/wasm build',
    );
  });

  needs(reason).test(
    "that are missing are reported with the command that downloads them",
    { timeout: 120_000 },
    async () => {
      await write(teller('\t"example.org/absent/deep"', "", "deep.Name"));
      expect(await failure()).toMatchObject({
        code: "TENON_SOURCE_INVALID",
        message: expect.stringContaining("teller.go:4:2:"),
        fix: { text: expect.stringContaining("go get") },
      });
      await write({ "go.mod": "module example.com/teller\n\ngo 1.24\n\nrequire example.org/absent v1.0.0\n" });
      expect(await failure()).toMatchObject({
        message: expect.stringContaining("is required by go.mod, but is neither in vendor/ nor in the module cache"),
        fix: { command: `cd ${folder} && go mod download` },
      });
      await rm(join(folder, "go.mod"));
      expect(await failure()).toMatchObject({ message: expect.stringContaining("no go.mod that says where it is") });
    },
  );
});
