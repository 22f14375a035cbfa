import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { signatures } from "../../../contract/core.js";
import { pluginClosed } from "../../../errors/factories/closed.js";
import { handlerThreadLost } from "../../../errors/factories/wasm.js";
import { commandProgram } from "../../../program/command-program-contract.js";
import { faultFromText } from "../../../rpc/fault.js";
import { ownFile } from "../../../runtime/own-package.js";
import { profilingOptions } from "../../../runtime/profiling-options.js";
import type { WasiSettings } from "../../../wasi/index.js";
import { RequestBody } from "../http/request-body.js";
import { ResponseBody } from "../http/response-body.js";
import { replyTo } from "../linking/blocking-host-calls.js";
import type { LoadContext, LoadedPlugin } from "../linking/load-context.js";
import { type FromProgram, type ProgramThreadData, streamIds, type ToProgram } from "./messages.js";

/** A program that was started, in the form that contracts declare. */
export interface Running {
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly stderr: AsyncIterable<Uint8Array>;
  readonly exitCode: Promise<number>;
}

const [start] = signatures({ program: commandProgram });

/** Returns the function of {@link commandProgram} for a command. Each start runs it in a thread of its own. */
export function programFunctions(loading: LoadContext): LoadedPlugin {
  const running = new Set<ProgramThread>();
  const call = (words: readonly string[], stdin: AsyncIterable<Uint8Array>): Running => {
    const thread = new ProgramThread(loading, words, stdin, () => running.delete(thread));
    running.add(thread);
    return thread;
  };
  return {
    functions: new Map([[start!.path, { signature: start!, call }]]),
    release() {
      for (const thread of running) thread.end(pluginClosed(loading.payload.given));
    },
  };
}

/** Whether a signature is what {@link programFunctions} provides. */
export function isProgramStart({ path }: { readonly path: string }): boolean {
  return path === start!.path;
}

interface Exit {
  resolve(code: number): void;
  reject(reason: unknown): void;
}

class ProgramThread implements Running {
  readonly stdout: ResponseBody;
  readonly stderr: ResponseBody;
  readonly exitCode: Promise<number>;
  readonly #loading: LoadContext;
  readonly #stdin: RequestBody;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #counter = new Int32Array(new SharedArrayBuffer(4));
  readonly #ended: () => void;
  #exit: Exit | undefined;
  #isReading = false;

  constructor(loading: LoadContext, words: readonly string[], stdin: AsyncIterable<Uint8Array>, ended: () => void) {
    this.#loading = loading;
    this.#ended = ended;
    const { payload, request, shared, name } = loading;
    const { settings, options, grants, limits, contract, imports } = request;
    const offered = signatures(contract.imports).filter(({ path }) => imports.get(path) !== undefined);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: ProgramThreadData = {
      ...{ payload, shared, name, settings, grants, limits, contract },
      options: { ...options, arguments: [...((options as WasiSettings).arguments ?? []), ...words] },
      imports: offered.map(({ path }) => path),
      port: port2,
      counter: this.#counter,
    };
    this.stdout = this.#output(streamIds.stdout);
    this.stderr = this.#output(streamIds.stderr);
    this.#stdin = new RequestBody(streamIds.stdin, { body: stdin }, (notice) => this.#post(notice));
    this.exitCode = new Promise((resolve, reject) => {
      this.#exit = { resolve, reject };
    });
    // An exit code that nobody asks for must not end the host with an unhandled rejection.
    this.exitCode.catch(() => {});
    this.#worker = new Worker(ownFile("runtimes/wasm/command/entry.js"), {
      name: "tenon command",
      env: process.env,
      argv: [],
      execArgv: profilingOptions(),
      workerData,
      transferList: [port2],
    });
    port1.on("message", (message: FromProgram) => this.#take(message));
    this.#worker.on("error", (cause) => this.end(handlerThreadLost(payload.given, cause)));
    this.#worker.on("exit", (code) => {
      // What it sent last may not have been delivered yet.
      for (let next = receiveMessageOnPort(port1); next !== undefined; next = receiveMessageOnPort(port1))
        this.#take(next.message as FromProgram);
      this.end(handlerThreadLost(payload.given, new Error(`it exited with code ${code}`)));
    });
  }

  /** Stops the program, unless it has exited. */
  end(reason: unknown): void {
    this.#finish((exit) => exit.reject(reason));
  }

  #finish(settle: (exit: Exit) => void): void {
    const exit = this.#exit;
    if (exit === undefined) return;
    this.#exit = undefined;
    this.#stdin.stop();
    this.stdout.end();
    this.stderr.end();
    settle(exit);
    this.#port.close();
    void this.#worker.terminate();
    this.#ended();
  }

  #output(id: number): ResponseBody {
    return new ResponseBody(
      (bytes) => this.#post({ is: "written", id, bytes }),
      () => this.#post({ is: "failed", id, reason: "pipe" }),
    );
  }

  #take(message: FromProgram): void {
    const { given } = this.#loading.payload;
    switch (message.is) {
      case "exited":
        this.#finish((exit) => exit.resolve(message.code));
        break;
      case "broken":
        this.end(faultFromText(message.fault, "TENON_WASM_TRAP"));
        break;
      case "log":
        this.#loading.request.log(message.line);
        break;
      case "call":
        void replyTo(message, this.#loading.request.imports, given, (reply) => this.#post(reply));
        break;
      case "stream":
        this.#obey(message.command);
    }
  }

  #obey(command: Extract<FromProgram, { is: "stream" }>["command"]): void {
    if (command.do === "write") (command.id === streamIds.stdout ? this.stdout : this.stderr).push(command.bytes);
    if (command.do !== "consumed") return;
    this.#stdin.consumed(command.bytes);
    // Its input is read when the program first asks for it: what it does not use belongs to others.
    if (!this.#isReading) void this.#stdin.send();
    this.#isReading = true;
  }

  #post(message: ToProgram): void {
    if (this.#exit === undefined) return;
    this.#port.postMessage(message);
    Atomics.add(this.#counter, 0, 1);
    Atomics.notify(this.#counter, 0);
  }
}
