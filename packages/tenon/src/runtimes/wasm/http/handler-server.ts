import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { faultText } from "../../../rpc/fault.js";
import type { LogLine } from "../../../runtime/index.js";
import {
  type Capabilities,
  type Command,
  createCapabilities,
  type Notice,
  ServedExchange,
  type Waker,
} from "../../../wasi/index.js";
import { PrintedFailures } from "../frames/printed-failures.js";
import { BlockingHostCalls } from "../linking/blocking-host-calls.js";
import { explainFailure } from "../modules/engine.js";
import { HandlerInstances } from "./handler-instances.js";
import type { FromHandler, HandlerThreadData, ToHandler } from "./messages.js";

/** How many bytes of a response are held back to be sent together with what follows. */
const mostHeld = 256 * 1024;

/**
 * Serves requests in its own thread, one after the other. Each gets a new instance, unless the limit `requests` allows an
 * instance to serve more. While the plugin runs or blocks, messages arrive at the port and are taken by {@link pump}.
 */
export class HandlerServer implements Waker {
  readonly counter: Int32Array;
  readonly #subject: string;
  readonly #port: MessagePort;
  readonly #capabilities: Capabilities;
  readonly #imports: BlockingHostCalls;
  readonly #instances: HandlerInstances;
  #started = false;
  readonly #outbox: FromHandler[] = [];
  #outboxBytes = 0;
  #exchange: { readonly id: number; readonly served: ServedExchange } | undefined;
  /** Where the bodies of requests are. */
  #passage: Uint8Array<SharedArrayBuffer> | undefined;

  constructor(data: HandlerThreadData) {
    this.#subject = data.payload.given;
    this.#port = data.port;
    this.counter = data.counter;
    const log = (line: LogLine) => this.#post({ is: "log", line });
    const failures = new PrintedFailures(() => this.#instances.states);
    this.#capabilities = createCapabilities({
      grants: data.grants,
      settings: data.options,
      name: data.name,
      log,
      noticeErrors: (bytes) => failures.printed(bytes),
      waker: this,
    });
    this.#imports = new BlockingHostCalls(
      data.imports,
      (call) => this.#post(call),
      (done) => this.#capabilities.network.until(done),
    );
    this.#instances = new HandlerInstances(data, this.#capabilities, this.#imports, log);
  }

  start(): void {
    this.#prepare(false);
    this.#port.on("message", (messages: readonly ToHandler[]) => this.#takeAll(messages));
  }

  get busy(): boolean {
    return this.#exchange !== undefined;
  }

  pump(): boolean {
    Atomics.store(this.counter, 1, 0);
    let any = false;
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      any = true;
      this.#takeAll(next.message as readonly ToHandler[]);
    }
    return any;
  }

  /** Sends what was held back: the thread is about to wait. */
  waits(): void {
    this.#flush();
    Atomics.store(this.counter, 1, 1);
    if (Atomics.load(this.counter, 2) === 0) return;
    this.#post({ is: "waits" });
    this.#flush();
  }

  #takeAll(messages: readonly ToHandler[]): void {
    for (const message of messages) this.#take(message);
  }

  #take(message: ToHandler): void {
    if (message.is === "request") this.#serve(message);
    else if (message.is === "result" || message.is === "fault") this.#imports.replied(message);
    else if (message.is === "passage") this.#passage = message.bytes;
    else if (message.id === this.#exchange?.id) this.#exchange.served.notice(this.#noticeOf(message));
  }

  #noticeOf(message: Extract<ToHandler, { id: number }>): Notice {
    if (message.is !== "part") return message as Notice;
    const { id, from, length } = message;
    return { is: "data", id, bytes: this.#passage!.subarray(from, from + length) };
  }

  #serve({ id, head, whole }: Extract<ToHandler, { is: "request" }>): void {
    if (!this.#instances.ready) return;
    const sink = { post: (command: Command) => this.#send(command), flush: () => this.#flush() };
    const served = new ServedExchange(id, head, sink, (answer) => this.#post({ is: "answer", answer }));
    if (whole) served.incoming.end();
    this.#exchange = { id, served };
    const failure = this.#instances.serve(served);
    this.#post({ is: "handled", fault: failure && faultText(failure) });
    this.#flush();
    this.#exchange = undefined;
    this.#prepare(failure !== undefined);
  }

  #prepare(failed: boolean): void {
    try {
      this.#instances.prepare(failed);
      if (!this.#started) this.#post({ is: "ready" });
      this.#started = true;
    } catch (thrown) {
      const fault = faultText(explainFailure(thrown, "its initialisation", this.#subject));
      this.#post({ is: "broken", fault });
    }
    this.#flush();
  }

  /** Sends a part of a response, together with others. */
  #send(command: Command): void {
    this.#post({ is: "body", command });
    if (command.do !== "write") return;
    this.#outboxBytes += command.bytes.length;
    if (this.#outboxBytes >= mostHeld) this.#flush();
  }

  #post(message: FromHandler): void {
    this.#outbox.push(message);
    // The plugin may loop after it has said why.
    if (message.is === "log") this.#flush();
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    const list = this.#outbox.splice(0);
    this.#outboxBytes = 0;
    this.#port.postMessage(list, list.flatMap(transferred));
  }
}

/** Returns the buffer of a part that is cheaper to hand over than to copy. */
function transferred(message: FromHandler): ArrayBuffer[] {
  if (message.is !== "body" || message.command.do !== "write") return [];
  const { bytes } = message.command;
  return bytes.length < leastTransferred ? [] : [bytes.buffer as ArrayBuffer];
}

const leastTransferred = 4096;
