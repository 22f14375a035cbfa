import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { errors, type TenonError } from "../../errors/index.js";
import type { LoadRequest } from "../../runtime/index.js";
import { runsInline } from "../../runtime/runs-inline.js";
import { type Script, type ScriptScope, scriptParameters } from "../../runtime/script.js";
import { shadowOutput } from "./shadows/output.js";
import { shadowProcess } from "./shadows/process.js";
import { shadowTimers } from "./shadows/timers.js";
import type { StackMapper } from "./stack.js";

export interface SurroundingsOptions {
  readonly script: Script;
  readonly request: LoadRequest;
  readonly stack: StackMapper;
  /** Is told what a timer's callback threw. */
  failed(thrown: unknown): void;
}

export interface Surroundings {
  /** The values of the script's parameters, in order. */
  readonly values: readonly unknown[];
  readonly module: { exports: unknown };
  /** Takes back what the plugin left behind in the host: timers, listeners, half a line of output. */
  release(): void;
}

/**
 * What a script finds around it. Inline it shares the host's process, so that it is given stand-ins for what would end
 * or outlive it: `process`, `console` and the timers. They prevent accidents and are no sandbox.
 */
export function createSurroundings(options: SurroundingsOptions): Surroundings {
  const { script } = options;
  const module = { exports: {} as unknown };
  const moduleMeta = (path: string) => metaOf(path, script.entry);
  const real = acceptingUrls(createRequire(script.entry));
  const shared = {
    exports: module.exports,
    module,
    __tenon_module: moduleMeta,
    __tenon_meta: moduleMeta(script.entry),
  };
  if (!runsInline()) {
    const scope: ScriptScope = {
      ...shared,
      require: real,
      process,
      console,
      setTimeout,
      setInterval,
      setImmediate,
      clearTimeout,
      clearInterval,
      clearImmediate,
      queueMicrotask,
    };
    return { values: scriptParameters.map((name) => scope[name]), module, release() {} };
  }
  const output = shadowOutput((line) => options.request.log(line));
  const timers = shadowTimers((thrown) => options.failed(thrown));
  const shadow = shadowProcess(options.request.grants, output, (call) => refusal(call, options));
  const scope: ScriptScope = {
    ...shared,
    require: shadowRequire(real, shadow.process, output.console, timers.functions),
    process: shadow.process,
    console: output.console,
    ...timers.functions,
  };
  return {
    values: scriptParameters.map((name) => scope[name]),
    module,
    release() {
      timers.release();
      shadow.release();
      output.release();
    },
  };
}

/** `import()` became `require()`, and may be given a URL, which only the former accepts. */
function acceptingUrls(require: NodeJS.Require): NodeJS.Require {
  const load = (id: string): unknown => require(/^file:/.test(id) ? fileURLToPath(id) : id);
  return Object.assign(load, require);
}

function shadowRequire(
  real: NodeJS.Require,
  process: NodeJS.Process,
  console: Console,
  timers: Partial<typeof import("node:timers")>,
): NodeJS.Require {
  const require = (id: string): unknown => {
    switch (id.startsWith("node:") ? id.slice(5) : id) {
      case "process":
        return process;
      case "console":
        return console;
      case "timers":
        return { ...real("node:timers"), ...timers };
      default:
        return real(id);
    }
  };
  return Object.assign(require, real);
}

function metaOf(path: string, entry: string) {
  return {
    url: pathToFileURL(path).href,
    filename: path,
    dirname: dirname(path),
    main: path === entry,
    resolve: (specifier: string): string => {
      const found = createRequire(path).resolve(specifier);
      return found.startsWith("/") || /^[A-Za-z]:[\\/]/.test(found) ? pathToFileURL(found).href : found;
    },
  };
}

function refusal(call: string, { script, stack }: SurroundingsOptions): TenonError {
  const here = new Error(`${call} was refused`);
  return errors.TENON_CALL_THREW({
    message: `${script.entry} called ${call}, which inline would have ended the host as well; it was refused`,
    subject: script.entry,
    fix: { text: "Throw an error instead, or open the plugin in a worker or process." },
    pluginStack: stack(here),
  });
}
