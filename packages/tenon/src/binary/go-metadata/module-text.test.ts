import fc from "fast-check";
import { expect, test } from "vitest";
import { parseModuleText } from "./module-text.js";

test("modules, sums, replacements and settings are parsed", () => {
  const text = [
    "path\texample.com/app/cmd",
    "mod\texample.com/app\tv1.0.0\th1:own=",
    "=>\t./fork\t(devel)\t",
    "dep\tgithub.com/a/b\tv1.2.3\th1:one=",
    "dep\tgithub.com/c/d/v2\tv2.0.0-20240102150405-abcdefabcdef",
    "=>\tgithub.com/e/f\tv2.0.1\th1:two=",
    "=>\tignored\tv9\t",
    "later\twhat no release says yet",
    "build\t-buildmode=plugin",
    'build\t-ldflags="-X main.version=1 -s\\t\\"quoted\\""',
    "build\t`odd key`=x=y",
    "build\tno value",
    "",
  ].join("\n");
  expect(parseModuleText(text)).toEqual({
    path: "example.com/app/cmd",
    main: {
      path: "example.com/app",
      version: "v1.0.0",
      sum: "h1:own=",
      replace: { path: "./fork", version: "(devel)", sum: undefined, replace: undefined },
    },
    dependencies: [
      { path: "github.com/a/b", version: "v1.2.3", sum: "h1:one=", replace: undefined },
      {
        path: "github.com/c/d/v2",
        version: "v2.0.0-20240102150405-abcdefabcdef",
        sum: undefined,
        replace: { path: "github.com/e/f", version: "v2.0.1", sum: "h1:two=", replace: undefined },
      },
    ],
    settings: new Map([
      ["-buildmode", "plugin"],
      ["-ldflags", '-X main.version=1 -s\t"quoted"'],
      ["odd key", "x=y"],
    ]),
  });
});

test("every text is parsed, and quoted values keep their content", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      parseModuleText(text);
      const value = text.replaceAll("\n", "");
      expect(parseModuleText(`build\t-x=${JSON.stringify(value)}`).settings.get("-x")).toBe(
        JSON.parse(JSON.stringify(value)),
      );
    }),
  );
});
