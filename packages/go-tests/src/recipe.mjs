/** @import { Recipe, Unrunnable } from "./types.js" */

/** @type {Record<string, string>} */
const kinds = {
  run: "run",
  buildrun: "run",
  rundir: "rundir",
  runoutput: "runoutput",
  runindir: "needs the go command",
  buildrundir: "needs Go's assembler",
  errorcheckandrundir: "expects compiler errors",
};
const experiments = "needs an experiment that the toolchain was not built with";

/**
 * Reads the instructions in the first comment of a test: `run -gcflags=-l`. Source: cmd/internal/testdir.
 *
 * @param {string} source
 * @returns {Recipe | Unrunnable | undefined} `undefined` if the test runs nothing; with a `reason` if it cannot run here.
 */
export function readRecipe(source) {
  const [action, ...words] = firstWords(source);
  const kind = action !== undefined && Object.hasOwn(kinds, action) ? kinds[action] : undefined;
  if (kind === undefined) return undefined;
  /** @type {{ kind: string; compiler: string[]; linker: string[]; words: string[]; environment: Record<string, string | undefined> }} */
  const recipe = { kind, compiler: [], linker: [], words: [], environment: {} };
  if (kind.includes(" ")) return { ...recipe, reason: kind };
  while (words[0]?.startsWith("-")) {
    const word = words.shift() ?? "";
    const [flag, joined] = word.split(/=(.*)/s);
    if (flag === "-t") words.shift();
    else if (flag === "-race") return { ...recipe, reason: "needs the race detector, which WebAssembly does not have" };
    else if (flag === "-goexperiment") return { ...recipe, reason: experiments };
    else if (flag === "-tags") return { ...recipe, reason: "needs a standard library built with other tags" };
    else if (flag === "-godebug") recipe.environment.GODEBUG = words.shift();
    else if (flag === "-gcflags")
      recipe.compiler.push(...splitWords((joined ?? words.shift() ?? "").replace(/^all=/, "")));
    // All remaining words are for the linker.
    else if (flag === "-ldflags" && kind === "rundir") recipe.linker.push(...words.splice(0));
    else if (kind === "rundir") recipe.compiler.push(word);
    else return { ...recipe, reason: `needs the go command's ${flag}` };
  }
  const isFile = (/** @type {string} */ word) => kind !== "rundir" && word.endsWith(".go");
  return { ...recipe, words: words.filter((word) => !isFile(word)), further: words.filter(isFile) };
}

/**
 * Returns the words of the first comment that is not a build constraint.
 *
 * @param {string} source
 */
function firstWords(source) {
  for (const line of source.split("\n")) {
    if (line.trim() === "" || line.startsWith("//go:build") || line.startsWith("// +build")) continue;
    return line.startsWith("//") ? splitWords(line.slice(2)) : [];
  }
  return [];
}

/**
 * Quotes keep words together, also inside a word: `-gcflags='all=-N -l'`.
 *
 * @param {string} text
 */
function splitWords(text) {
  return [...text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replace(/['"]/g, ""));
}
