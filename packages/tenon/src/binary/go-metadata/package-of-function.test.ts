import fc from "fast-check";
import { expect, test } from "vitest";
import { importPathToPrefix, packageLength, prefixToImportPath } from "./package-of-function.js";

function packageOf(name: string): string {
  const bytes = Buffer.from(`xx${name}\0behind.It`);
  return bytes.toString("utf8", 2, 2 + packageLength(bytes, 2, bytes.length).length);
}

test.each([
  ["main.main", "main"],
  ["runtime.(*mheap).alloc.func1", "runtime"],
  ["gopkg.in/yaml%2ev3.(*Node).Decode", "gopkg.in/yaml%2ev3"],
  ["go.uber.org/zap.New", "go.uber.org/zap"],
  ["slices.SortFunc[go.shape.[]github.com/x/y.T,github.com/x/y.U]", "slices"],
  ["example.com/a..b/c.glob..func1", "example.com/a..b/c"],
  ["type:.eq.example.com/a.T", ""],
  ["type..eq.example.com/a.T", ""],
  ["go:textfipsstart", ""],
  ["_cgo_init", ""],
  ["", ""],
])("%j is of %j", (name, expected) => {
  expect(packageOf(name)).toBe(expected);
});

test("import paths are escaped as by the compiler", () => {
  expect(importPathToPrefix("gopkg.in/yaml.v3")).toBe("gopkg.in/yaml%2ev3");
  expect(importPathToPrefix("example.com/a b/ü%")).toBe("example.com/a%20b/%c3%bc%25");
  expect(importPathToPrefix("main")).toBe("main");
});

test("escaped import paths can be restored and are found in function names", () => {
  const path = fc
    .array(fc.stringMatching(/^[^/\0]+$/), { minLength: 1, maxLength: 4 })
    .map((parts) => Buffer.from(parts.join("/")).toString());
  fc.assert(
    fc.property(path, (importPath) => {
      const prefix = importPathToPrefix(importPath);
      expect(prefixToImportPath(prefix)).toBe(importPath);
      fc.pre(!/^[^/]*[:[]|\[/.test(importPath) && !importPath.startsWith("type.."));
      expect(packageOf(`${prefix}.(*T).Method`)).toBe(prefix);
    }),
  );
});
