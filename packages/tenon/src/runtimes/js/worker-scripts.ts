import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { WorkerScript } from "../../runtime/script.js";

const sourceMaps = "--enable-source-maps";

/**
 * Returns the module `node:worker_threads` of a plugin: its `Worker` starts TypeScript files that were built with the plugin from
 * their built code. So does the `Worker` of these threads.
 */
export function workerThreads(threads: object, scripts: readonly WorkerScript[]): object {
  const files = new Set(scripts.map(({ file }) => file));
  class PluginWorker extends Worker {
    constructor(target: string | URL, options: WorkerOptions = {}) {
      const text = String(target);
      const file = text.startsWith("file:") ? fileURLToPath(text) : text;
      if (options.eval === true || !files.has(file)) super(target, options);
      else {
        const { execArgv = process.execArgv } = options;
        const program = `${prelude}\nstart(${JSON.stringify({ prelude, scripts, file })});`;
        super(program, { ...options, eval: true, execArgv: [...execArgv, sourceMaps] });
      }
    }
  }
  Object.defineProperty(PluginWorker, "name", { value: "Worker" });
  return { ...threads, Worker: PluginWorker };
}

/**
 * The program of a thread, up to the call of `start`. It compiles the code as a module that is in the file's folder: Node reads
 * the source maps of modules only, not of evaluated code. Its `Worker` does what the class above does, so it needs its own text.
 */
const prelude = `"use strict";
function start({ prelude, scripts, file }) {
  const { Module } = require("node:module");
  const threads = require("node:worker_threads");
  const files = new Set(scripts.map(({ file }) => file));
  class Worker extends threads.Worker {
    constructor(target, options = {}) {
      const text = String(target);
      const file = text.startsWith("file:") ? require("node:url").fileURLToPath(text) : text;
      if (options.eval === true || !files.has(file)) super(target, options);
      else {
        const program = prelude + "\\nstart(" + JSON.stringify({ prelude, scripts, file }) + ");";
        const { execArgv = process.execArgv } = options;
        super(program, { ...options, eval: true, execArgv: [...execArgv, "${sourceMaps}"] });
      }
    }
  }
  const { code, name } = scripts.find((script) => script.file === file);
  const module_ = new Module(file);
  module_.filename = file;
  module_.paths = Module._nodeModulePaths(require("node:path").dirname(file));
  const own = { ...threads, Worker };
  const isThreads = (id) => /^(?:node:)?worker_threads$/.test(id);
  module_.require = (id) => (isThreads(id) ? own : Module.prototype.require.call(module_, id));
  module_._compile(code, name);
}`;
