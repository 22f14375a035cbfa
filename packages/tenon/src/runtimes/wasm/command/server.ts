import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { faultText } from "../../../rpc/fault.js";
import type { LogLine } from "../../../runtime/index.js";
import {
  type Capabilities,
  type Command,
  createCapabilities,
  OutgoingBytes,
  RequestedInput,
  type StandardStreams,
  type Waker,
} from "../../../wasi/index.js";
import { PrintedFailures } from "../frames/printed-failures.js";
import { BlockingHostCalls } from "../linking/blocking-host-calls.js";
import type { LoadContext } from "../linking/load-context.js";
import { ownThread } from "../linking/own-thread.js";
import { moduleFinder } from "../modules/compile.js";
import { explainFailure } from "../modules/engine.js";
import { type PluginState, sourcesOf } from "../state/plugin-state.js";
import { commandComponent } from "./component-program.js";
import { type FromProgram, type ProgramThreadData, streamIds, type ToProgram } from "./messages.js";
import { commandModule, exitCodeOf, type StartCommand } from "./run.js";

/**
 * Runs a program in its own thread, once. While the program runs or blocks, messages arrive at the port and are taken by
 * {@link pump}.
 */
export class ProgramServer implements Waker {
  readonly counter: Int32Array;
  readonly busy = true;
  readonly #data: ProgramThreadData;
  readonly #port: MessagePort;
  readonly #streams: StandardStreams;
  readonly #capabilities: Capabilities;
  readonly #imports: BlockingHostCalls;

  constructor(data: ProgramThreadData) {
    this.#data = data;
    this.#port = data.port;
    this.counter = data.counter;
    const sink = { post: (command: Command) => this.#post({ is: "stream", command }) };
    this.#streams = {
      stdin: new RequestedInput(sink, streamIds.stdin),
      stdout: new OutgoingBytes(sink, streamIds.stdout),
      stderr: new OutgoingBytes(sink, streamIds.stderr),
    };
    const failures = new PrintedFailures();
    this.#capabilities = createCapabilities({
      grants: data.grants,
      settings: data.options,
      name: data.name,
      log: (line) => this.#log(line),
      streams: this.#streams,
      noticeErrors: (bytes) => failures.printed(bytes),
      waker: this,
    });
    this.#imports = new BlockingHostCalls(
      data.imports,
      (call) => this.#post(call),
      (done) => this.#capabilities.network.until(done),
    );
  }

  run(): void {
    const { payload } = this.#data;
    try {
      this.#post({ is: "exited", code: exitCodeOf(payload.given, this.#command()) });
    } catch (thrown) {
      const error = explainFailure(thrown, "run()", payload.given);
      this.#post({ is: "broken", fault: faultText(error) });
    } finally {
      this.#capabilities.close();
      this.#port.close();
    }
  }

  pump(): boolean {
    let any = false;
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      any = true;
      this.#take(next.message as ToProgram);
    }
    return any;
  }

  /** What it posts is sent immediately. */
  waits(): void {}

  #take(message: ToProgram): void {
    if (message.is === "result" || message.is === "fault") {
      this.#imports.replied(message);
      return;
    }
    const { stdin, stdout, stderr } = this.#streams;
    const output = message.id === streamIds.stdout ? stdout : stderr;
    switch (message.is) {
      case "data":
        stdin.arrived(message.bytes);
        break;
      case "ended":
        stdin.end();
        break;
      case "written":
        output.written(message.bytes);
        break;
      case "failed":
        if (message.id === streamIds.stdin) stdin.fail(message.reason);
        else output.fail(message.reason);
        break;
    }
  }

  #command(): StartCommand {
    const { payload, limits, settings, options, grants, contract, shared, name } = this.#data;
    const sources = sourcesOf(payload.bytes);
    const plugin: PluginState = { subject: payload.given, limit: limits.bytes, sources, states: [], onTrap() {} };
    const signal = new AbortController().signal;
    const loading: LoadContext = {
      payload,
      request: {
        settings,
        options,
        grants,
        limits,
        contract,
        imports: this.#imports,
        traits: ownThread,
        log: (line) => this.#log(line),
        signal,
      },
      plugin,
      capabilities: this.#capabilities,
      module: moduleFinder(payload, shared, limits),
      shared,
      name,
    };
    return payload.kind === "component" ? commandComponent(loading) : commandModule(loading);
  }

  #log(line: LogLine): void {
    this.#post({ is: "log", line });
  }

  #post(message: FromProgram): void {
    this.#port.postMessage(message);
  }
}
