/** Builds one variant of the host or of the plugin into the cache, unless its inputs are unchanged. */
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "./run-command.mjs";
import { replaced, sourceFiles, writeFiles, writeWorld } from "./sources.mjs";

/** @import { Build, BuildContext, Files, Layout, Step, Toolchain, Variant, World } from "./types.js" */

/**
 * Returns the path of the file with the settings of a build.
 *
 * @param {string} file
 */
export function environmentOf(file) {
  return `${file}.environment.json`;
}

/**
 * Returns the folders for one toolchain's builds.
 *
 * @param {string} cache
 * @param {Toolchain} toolchain
 * @returns {Layout}
 */
export function layout(cache, toolchain) {
  const version = `go${toolchain.version}`;
  return {
    cache,
    toolchain,
    version,
    sources: join(cache, "sources", version),
    built: join(cache, "built", version),
    logs: join(cache, "logs", version),
  };
}

/**
 * Returns the output file of a variant.
 *
 * @param {Layout} place
 * @param {Variant} variant
 */
export function outputOf(place, variant) {
  const ending = variant.ending ?? (variant.role === "plugin" ? ".so" : "");
  return join(place.built, variant.role, `${variant.name}${ending}`);
}

/**
 * Returns `{ variant, file, built: true, reused }`, or `{ variant, file, built: false, reason }` if the toolchain fails. Builds and
 * failures are both cached under a hash of all inputs.
 *
 * @param {Layout} place
 * @param {Variant} variant
 * @param {(name: string) => World} worlds
 * @returns {Promise<Build>}
 */
export async function buildVariant(place, variant, worlds) {
  const out = outputOf(place, variant);
  const source = join(place.sources, `${variant.role}-${variant.name}`);
  const world = worlds(variant.world ?? "base");
  /** @type {BuildContext} */
  const context = { ...place, ...place.toolchain, out, source, world, variant };
  const files = filesOf(variant);
  const env = environment(context);
  const commands = commandsOf(variant, context);
  const parent = variant.from === undefined ? "" : readFileSync(`${siblingOf(out, variant)}.key`, "utf8");
  const settings = Object.entries(env).filter(([name]) => /^(GO(?!CACHE)|CGO_|CC$)/.test(name));
  const recipe = [files, settings, commands, variant.prepare, variant.after, world.content, place.toolchain, parent];
  const key = createHash("sha256").update(JSON.stringify(recipe, describe)).digest("hex");
  const record = `${out}.key`;
  const known = existsSync(record) ? readFileSync(record, "utf8").split("\n\n") : [];
  const settingsFile = () => writeFileSync(environmentOf(out), JSON.stringify(Object.fromEntries(settings)));
  if (known[0] === key && known[1] !== undefined) return { variant, file: out, built: false, reason: known[1] };
  if (known[0] === key && existsSync(out)) {
    settingsFile();
    return { variant, file: out, built: true, reused: true };
  }
  mkdirSync(dirname(out), { recursive: true });
  for (const stale of [out, record]) rmSync(stale, { recursive: true, force: true });
  const failure = await build(context, { files, env, commands });
  if (failure !== undefined) {
    writeFileSync(record, `${key}\n\n${failure}`);
    return { variant, file: out, built: false, reason: failure };
  }
  writeFileSync(record, key);
  settingsFile();
  return { variant, file: out, built: true, reused: false };
}

/**
 * @param {BuildContext} context
 * @param {{ files: Files; env: NodeJS.ProcessEnv; commands: readonly Step[] }} options
 * @returns {Promise<string | undefined>} why it failed
 */
async function build(context, { files, env, commands }) {
  const { variant, out, source } = context;
  if (variant.from === undefined) writeFiles(source, files);
  else copyFileSync(siblingOf(out, variant), out);
  const cwd = variant.from === undefined ? source : dirname(out);
  for (const step of [...(variant.prepare ?? []), ...commands, ...(variant.after ?? [])]) {
    if (typeof step === "function") {
      const failure = await attempt(step, context);
      if (failure !== undefined) return failure;
      continue;
    }
    const [program = "", ...args] = step.map((word) => fill(word, context));
    const done = await runCommand(program, args, { cwd, env, limit: 900_000 });
    if (done.code !== 0) return `${program} ${args.join(" ")}: ${done.stderr.trim() || done.signal || done.code}`;
  }
  return existsSync(out) ? undefined : "the build produced no file";
}

/**
 * @param {(context: BuildContext) => void | Promise<void>} step
 * @param {BuildContext} context
 * @returns {Promise<string | undefined>}
 */
async function attempt(step, context) {
  try {
    await step(context);
    return undefined;
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/**
 * @param {string} out
 * @param {Variant} variant
 */
function siblingOf(out, variant) {
  const ending = variant.role === "plugin" ? ".so" : "";
  return join(dirname(out), `${variant.from}${ending}`);
}

/**
 * @param {Variant} variant
 * @param {BuildContext} context
 */
function commandsOf(variant, context) {
  if (variant.from !== undefined) return [];
  const commands = variant.command ?? [["{go}", "build", ...(variant.role === "plugin" ? ["-buildmode=plugin"] : [])]];
  const last = commands.length - 1;
  const target = variant.command === undefined ? ["-o", "{out}", ...(variant.flags ?? []), "."] : [];
  return commands.map((command, at) =>
    (at === last ? [...command, ...target] : command).map((word) => fill(word, context)),
  );
}

/**
 * @param {string} word
 * @param {BuildContext} context
 */
function fill(word, context) {
  return word.replace(
    /\{(go|goroot|version|out|source|built|sources|cache)\}/g,
    (_, /** @type {"go" | "goroot" | "version" | "out" | "source" | "built" | "sources" | "cache"} */ name) =>
      context[name],
  );
}

/**
 * @param {Variant} variant
 * @returns {Files}
 */
function filesOf(variant) {
  if (variant.from !== undefined) return {};
  const files = sourceFiles(variant.role);
  if (variant.role === "plugin") {
    const module = variant.module ?? `example.com/plugins/${variant.name}`;
    files["go.mod"] = replaced(files["go.mod"], "module example.com/plugin\n", `module ${module}\n`);
  }
  variant.edit?.(files);
  return files;
}

/**
 * @param {BuildContext} context
 * @returns {NodeJS.ProcessEnv}
 */
function environment(context) {
  const { variant, world } = context;
  const kept = ["PATH", "HOME", "GOCACHE", "TMPDIR"].filter((name) => process.env[name] !== undefined);
  return {
    ...Object.fromEntries(kept.map((name) => [name, process.env[name]])),
    GOTOOLCHAIN: "local",
    GOROOT: context.goroot,
    GOFLAGS: "-mod=mod -modcacherw -buildvcs=false",
    GOPROXY: `file://${world.tree}`,
    GOSUMDB: "off",
    GOWORK: "off",
    GOENV: "off",
    CGO_ENABLED: "1",
    GOMODCACHE: join(context.cache, "modules", `${variant.moduleCache ?? world.name}-${world.hash}`),
    ...Object.fromEntries(Object.entries(variant.env ?? {}).map(([name, text]) => [name, fill(text, context)])),
  };
}

/**
 * Returns a function that returns a world of shared modules, and writes it on first use.
 *
 * @param {string} cache
 * @returns {(name: string) => World}
 */
export function worldWriter(cache) {
  /** @type {Map<string, World>} */
  const known = new Map();
  return (name) => {
    let world = known.get(name);
    if (world === undefined) {
      const tree = join(cache, "proxy", name);
      const content = writeWorld(tree, name);
      const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 8);
      world = { name, tree, content, hash };
      known.set(name, world);
    }
    return world;
  };
}

/**
 * @param {string} _
 * @param {unknown} value
 */
function describe(_, value) {
  if (typeof value === "function") return value.toString();
  return value;
}
