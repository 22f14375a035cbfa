import { basename, dirname } from "node:path";
import type { Script } from "../../runtime/script.js";
import type { FileStates } from "./files/file-state.js";
import type { BuiltScript } from "./script-build.js";
import { withoutComments } from "./without-comments.js";

/** Threads from files that are built with the plugin, and all threads. */
const builtThread =
  /\bnew\s+(?:[\w$]+\.)?Worker\s*\(\s*new\s+URL\s*\(\s*(["'])\.{1,2}\/[^"'\n]+\.(?:[cm]?ts|tsx)\1\s*,/g;
const thread = /\bnew\s+(?:[\w$]+\.)?Worker\s*\(/g;
const nativeModule = /\brequire\("((?:[^"\\]|\\.)+\.node)"\)/g;

/** Adds what identifies a build: the files that it was made from, and what it will load that is not in it. */
export function withPinnedFiles(built: BuiltScript, states: FileStates): BuiltScript {
  const settings = [...states.keys()].filter((path) => /^(?:package|tsconfig.*)\.json$/.test(basename(path)));
  const above = foldersAbove(built.inputs);
  const used = [...built.inputs, ...settings.filter((path) => above.has(dirname(path)))];
  const files = [...new Set(used)].flatMap((path) => {
    const hash = states.get(path)?.hash ?? "";
    return /^[0-9a-f]{64}$/.test(hash) ? [[path, hash] as const] : [];
  });
  const later = loadedLater(built.script);
  return { ...built, files, ...(later.length === 0 ? {} : { later }) };
}

function foldersAbove(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files)
    for (let at = dirname(file); !folders.has(at); at = dirname(at)) {
      folders.add(at);
      // What is installed is not configured from outside.
      if (basename(at) === "node_modules") break;
    }
  return folders;
}

/** Returns what Node reads when the plugin runs, in words. What the host shares is the host's own, and no part of the plugin. */
function loadedLater({ externals = [], libraries = [], workers = [], code }: Script): string[] {
  const packages = externals.filter(({ isShared }) => isShared !== true).map(({ specifier }) => specifier);
  const codes = [code, ...libraries.map((each) => each.code), ...workers.map((each) => each.code)];
  const natives = codes.flatMap((text) => [...text.matchAll(nativeModule)].map((found) => found[1] as string));
  const threads = codes.some((text) => text.includes("Worker") && startsOtherThreads(withoutComments(text)));
  return [...new Set([...packages, ...natives]), ...(threads ? ["new Worker(…)"] : [])];
}

function startsOtherThreads(text: string): boolean {
  return (text.match(thread)?.length ?? 0) > (text.match(builtThread)?.length ?? 0);
}
