import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { watchFiles } from "./watch.js";

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** Watches files. Each round is passed to the test, and lasts until the test asks for the next. */
function follow(files: () => readonly string[], wholeFolders: () => readonly string[] = () => []) {
  const stop = new AbortController();
  const rounds: ((paths: readonly string[]) => void)[] = [];
  const pending: (readonly string[])[] = [];
  let release: () => void = () => {};
  let noticed: () => void = () => {};
  const done = watchFiles({
    list: async () => ({
      files: files(),
      folders: [...new Set(files().map((file) => dirname(file)))],
      wholeFolders: wholeFolders(),
    }),
    next(paths) {
      const waiting = rounds.shift();
      if (waiting === undefined) pending.push(paths);
      else waiting(paths);
      return new Promise((resolve) => (release = resolve));
    },
    noticed: () => noticed(),
    signal: stop.signal,
  });
  ended.push(async () => {
    stop.abort();
    await done;
  });
  return {
    /** Ends the current round, and waits for the next. */
    round(): Promise<readonly string[]> {
      const next = pending.shift();
      const paths = next === undefined ? new Promise<readonly string[]>((resolve) => rounds.push(resolve)) : next;
      release();
      return Promise.resolve(paths);
    },
    notice: () => new Promise<void>((resolve) => (noticed = resolve)),
  };
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "tenon-watch-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}~`, text);
  renameSync(`${path}~`, path);
}

test("fast changes of one file are all found", async () => {
  const file = join(scratch(), "main.js");
  writeFileSync(file, "0");
  const watched = follow(() => [file]);
  expect(await watched.round()).toEqual([]);
  for (let edit = 1; edit <= 20; edit++) {
    const next = watched.round();
    replace(file, String(edit));
    expect(await next).toEqual([file]);
  }
});

test("a change during a round is noticed immediately, and starts the next round", async () => {
  const folder = scratch();
  const [file, added] = [join(folder, "main.js"), join(folder, "word.go")];
  writeFileSync(file, "0");
  const watched = follow(() => [file, join(folder, "*.go")]);
  await watched.round();
  for (const path of [file, added]) {
    const noticed = watched.notice();
    replace(path, "1");
    await noticed;
    expect(await watched.round()).toEqual([path]);
  }
});

test("a change of a file that is added to the list in the same round is found", async () => {
  const folder = scratch();
  const other = mkdtempSync(join(folder, "other-"));
  const [main, word] = [join(folder, "main.js"), join(other, "word.js")];
  writeFileSync(main, "0");
  writeFileSync(word, "0");
  const files = [main];
  const watched = follow(() => files);
  await watched.round();
  files.push(word);
  replace(word, "1");
  expect(await watched.round()).toContain(word);
});

test("removed and new files are found, also with their folder", async () => {
  const folder = join(scratch(), "plugin");
  const file = join(folder, "main.js");
  mkdirSync(folder);
  writeFileSync(file, "0");
  const watched = follow(() => [file]);
  await watched.round();

  let next = watched.round();
  rmSync(folder, { recursive: true });
  expect(await next).toEqual([file]);

  next = watched.round();
  mkdirSync(folder);
  writeFileSync(file, "1");
  expect(await next).toEqual([file]);

  next = watched.round();
  replace(file, "2");
  expect(await next).toEqual([file]);
});

test("changes of other files start no round", async () => {
  const folder = scratch();
  const [file, pattern] = [join(folder, "go.mod"), join(folder, "*.go")];
  writeFileSync(file, "0");
  const watched = follow(() => [file, pattern]);
  await watched.round();
  const next = watched.round();
  writeFileSync(join(folder, "notes.txt"), "1");
  writeFileSync(join(folder, "greet.go"), "1");
  writeFileSync(join(folder, "greet.wit"), "1");
  expect((await next).toSorted()).toEqual([join(folder, "greet.go"), join(folder, "greet.wit")]);
});

test("known files stay watched while the list is incomplete", async () => {
  const folder = scratch();
  const other = mkdtempSync(join(folder, "other-"));
  const [main, word] = [join(folder, "main.js"), join(other, "word.js")];
  writeFileSync(main, "0");
  writeFileSync(word, "0");
  const state: { files: string[]; wholeFolders: string[] } = { files: [main, word], wholeFolders: [] };
  const watched = follow(
    () => state.files,
    () => state.wholeFolders,
  );
  await watched.round();
  Object.assign(state, { files: [main], wholeFolders: [folder] });
  let next = watched.round();
  replace(word, "broken");
  expect(await next).toEqual([word]);
  next = watched.round();
  replace(word, "fixed");
  expect(await next).toEqual([word]);
});
