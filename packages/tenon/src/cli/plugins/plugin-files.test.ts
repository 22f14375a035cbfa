import { expect, it } from "vitest";
import { isWatched, type WatchList } from "./plugin-files.js";

const list: WatchList = {
  files: ["/plugin", "/plugin/main.go", "/plugin/*.go", "/plugin/pages/*", "/plugin/notes.txt"],
  folders: ["/plugin", "/plugin/pages"],
  wholeFolders: [],
};

it.each([
  ["/plugin/main.go", true],
  ["/plugin/new.go", true],
  ["/plugin/plugin.wit", true],
  ["/plugin/notes.txt", true],
  ["/plugin/pages/new.html", true],
  ["/plugin/pages/new", true],
  ["/plugin/other.txt", false],
  ["/plugin/.go.swp", false],
  ["/plugin/README", false],
  ["/plugin/inner/new.go", false],
])("a change of %s may change the plugin: %s", (path, expected) => {
  expect(isWatched(list, path)).toBe(expected);
});

it("any file in the plugin's folders counts while the plugin cannot be built", () => {
  const unknown = { ...list, wholeFolders: ["/plugin"] };
  expect(isWatched(unknown, "/plugin/README")).toBe(true);
  expect(isWatched(unknown, "/plugin/inner/new.go")).toBe(false);
});
