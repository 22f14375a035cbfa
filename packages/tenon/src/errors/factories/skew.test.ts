import { expect, test } from "vitest";
import {
  compilerFlagsDiffer,
  foldersDiffer,
  mainModuleShared,
  moduleVersionsDiffer,
  rebuildFix,
  trimPathDiffers,
  withoutRebuild,
} from "./skew.js";

const command = "tenon go build --for host . -o plugin.so";

test("a finding says what the host and the plugin have, and how to build a plugin that fits", () => {
  expect(compilerFlagsDiffer("plugin.so", { host: "", plugin: "all=-N -l" }, command)).toMatchObject({
    code: "TENON_GO_COMPILER_FLAGS",
    subject: "plugin.so",
    message: 'plugin.so was compiled with -gcflags="all=-N -l", but the host without -gcflags',
    fix: {
      text: "Build the plugin with the host's -gcflags. Run this in the folder of the plugin's main package:",
      command,
    },
  });
  expect(
    moduleVersionsDiffer("example.com/dep", { host: "v1.0.0", plugin: "v1.1.0" }, ["example.com/dep"], undefined),
  ).toMatchObject({
    message: "example.com/dep: the host uses v1.0.0, but the plugin uses v1.1.0 (example.com/dep)",
    fix: { text: "Build the plugin with the host's version of example.com/dep: v1.0.0." },
  });
});

test("a difference names the side that has the flag", () => {
  expect(trimPathDiffers("plugin.so", "host", undefined).message).toBe(
    "the host was built with -trimpath, but plugin.so was not",
  );
  expect(trimPathDiffers("plugin.so", "plugin", undefined).message).toBe(
    "plugin.so was built with -trimpath, but the host was not",
  );
});

test("long lists of packages are shortened", () => {
  const folders = { name: "a", host: "/h", plugin: "/p", isVendored: false };
  expect(foldersDiffer("plugin.so", ["a", "b", "c", "d", "e"], folders, undefined).message).toBe(
    "a, b, c and 2 more were compiled in different folders: a in /p for plugin.so, in /h for the host",
  );
});

test("a fix explains the placeholders in its command", () => {
  const shared = mainModuleShared(
    "plugin.so",
    { owner: "host", module: "example.com/host", used: "example.com/host@v1.0.0", packages: ["example.com/host/api"] },
    `${command} --host-source HOST_SOURCE`,
  );
  expect(shared.message).toBe(
    "plugin.so uses example.com/host/api from example.com/host@v1.0.0, but in the host it is part of the main module example.com/host",
  );
  expect(shared.fix.text).toContain("(replace HOST_SOURCE with the folder of the host's source):");
});

test("withoutRebuild() removes the command and the sentence that introduces it", () => {
  const found = trimPathDiffers("plugin.so", "host", command);
  expect(withoutRebuild(found).fix).toEqual({ text: "Build the plugin with -trimpath." });
  expect(rebuildFix("Build the plugin with -trimpath.", undefined)).toEqual(withoutRebuild(found).fix);
});
