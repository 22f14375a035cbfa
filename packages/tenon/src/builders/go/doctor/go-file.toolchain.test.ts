import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs, times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { expect } from "vitest";
import { readGoFile } from "./go-file.js";
import { readTokens } from "./go-tokens.js";

const { test } = needs(missing.go());

/** Prints what Go's own parser finds in every file of the standard library: package, imports, functions, variables. */
const oracle = `package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

type file struct {
	Path, Package               string
	Imports, Functions, Methods []string
	Variables                   []string
}

func main() {
	out := json.NewEncoder(os.Stdout)
	filepath.WalkDir(os.Args[1], func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil
		}
		f := file{path, parsed.Name.Name, []string{}, []string{}, []string{}, []string{}}
		for _, i := range parsed.Imports {
			f.Imports = append(f.Imports, i.Path.Value[1:len(i.Path.Value)-1])
		}
		for _, d := range parsed.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					f.Functions = append(f.Functions, d.Name.Name)
				} else {
					f.Methods = append(f.Methods, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if v, ok := s.(*ast.ValueSpec); ok && d.Tok == token.VAR {
						for _, n := range v.Names {
							f.Variables = append(f.Variables, n.Name)
						}
					}
				}
			}
		}
		out.Encode(f)
		return nil
	})
}
`;

interface Known {
  readonly Path: string;
  readonly Package: string;
  readonly Imports: string[];
  readonly Functions: string[];
  readonly Methods: string[];
  readonly Variables: string[];
}

test("readGoFile() finds the same declarations as Go's own parser, in the whole standard library", {
  timeout: 180_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "tenon-go-oracle-"));
  try {
    writeFileSync(join(folder, "oracle.go"), oracle);
    const root = execFileSync("go", ["env", "GOROOT"], { encoding: "utf8", cwd: folder }).trim();
    const lines = execFileSync("go", ["run", join(folder, "oracle.go"), join(root, "src")], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    }).trimEnd();
    const known = lines.split("\n").map((line) => JSON.parse(line) as Known);
    expect(known.length).toBeGreaterThan(5000);
    const wrong: string[] = [];
    for (const { Path, Package, Imports, Functions, Methods, Variables } of known) {
      const read = readGoFile(Path, readFileSync(Path, "utf8"));
      const names = (isMethod: boolean) =>
        read.functions.filter((item) => item.isMethod === isMethod).map(({ name }) => name);
      const found = [read.packageName, read.importPaths, names(false), names(true), read.variables, read.unclosed];
      const expected = [Package, Imports, Functions, Methods, Variables, undefined];
      if (JSON.stringify(found) !== JSON.stringify(expected))
        wrong.push(`${Path}\n${JSON.stringify(found)}\n${JSON.stringify(expected)}`);
    }
    expect(wrong).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("tokens have their lines, and there are none for the content of comments and strings", () => {
  const { tokens } = readTokens('a /* b\n*/ c // d\n`e\nf` "g\\"h" \'"\' 1.5e-3 .5');
  expect(tokens.map(({ kind, text, line }) => `${line} ${kind} ${text}`)).toEqual([
    "1 word a",
    "2 word c",
    "3 string e\nf",
    '4 string g\\"h',
    "4 rune '\"'",
    "4 number 1.5e-3",
    "4 number .5",
  ]);
});

test.each([
  ["a comment", "package main\n/* never", 2],
  ["a raw string", "package main\nvar x = `never", 2],
  ["a string", 'package main\n\nvar x = "never\n', 3],
  ["a brace", "package main\nfunc f() {\n if x {\n}\n", 2],
])("%s that is not closed is reported with its line", (_what, source, line) => {
  expect(readGoFile("x.go", source).unclosed).toBe(line);
});

test("any text is read without an error, and contains each token", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "func",
      "var",
      "import",
      "(",
      ")",
      "{",
      "}",
      "\n",
      '"',
      "`",
      "'",
      "//",
      "/*",
      "*/",
      ".",
      ";",
      "=",
      "init",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const source = pieces.join(" ");
      const { tokens } = readTokens(source);
      const lines = source.split("\n").length;
      for (const { text, line } of tokens) {
        expect(source).toContain(text);
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(lines);
      }
      readGoFile("x.go", source);
    }),
    { numRuns: times(2000) },
  );
});

test("reading takes linear time", () => {
  for (const unit of ["(", "/*", "`", '"', "'", "import (", "func ", "var x = ", "{", "a.", "/", "\\"]) {
    const source = unit.repeat(200_000 / unit.length);
    const begun = performance.now();
    readGoFile("x.go", `package main\n${source}`);
    expect(performance.now() - begun, unit).toBeLessThan(2000);
  }
});
