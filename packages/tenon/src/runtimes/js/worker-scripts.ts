import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { WorkerScript } from "../../runtime/script.js";

const sourceMaps = "--enable-source-maps";

/**
 * Returns the module `node:worker_threads` of a plugin: its `Worker` starts TypeScript files that were built with the plugin from
 * their built code.
 */
export function workerThreads(threads: object, scripts: readonly WorkerScript[]): object {
  const byFile = new Map(scripts.map((script) => [script.file, script]));
  class PluginWorker extends Worker {
    constructor(target: string | URL, options: WorkerOptions = {}) {
      const built = options.eval === true ? undefined : byFile.get(fileOf(target));
      if (built === undefined) super(target, options);
      else
        super(programOf(built), {
          ...options,
          eval: true,
          execArgv: [...(options.execArgv ?? process.execArgv), sourceMaps],
        });
    }
  }
  Object.defineProperty(PluginWorker, "name", { value: "Worker" });
  return { ...threads, Worker: PluginWorker };
}

/** Compiles the code as a module that is in the file's folder. Node reads the source maps of modules only, not of evaluated code. */
function programOf({ file, name, code }: WorkerScript): string {
  const [path, script, text] = [file, name, code].map((value) => JSON.stringify(value));
  return `const { Module } = require("node:module");
const module_ = new Module(${path});
module_.filename = ${path};
module_.paths = Module._nodeModulePaths(require("node:path").dirname(${path}));
module_._compile(${text}, ${script});`;
}

function fileOf(target: string | URL): string {
  const text = String(target);
  return text.startsWith("file:") ? fileURLToPath(text) : text;
}
