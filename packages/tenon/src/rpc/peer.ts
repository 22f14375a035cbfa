import type { FutureType, Items, ResourceType, StreamType, Type } from "../contract/index.js";
import { errors, isTenonError, type TenonError } from "../errors/index.js";
import type { CallControl, FunctionTable, InstanceFunction, LogLine } from "../runtime/index.js";
import type { Channel } from "./channel.js";
import { type Decoder, noReferences, Reader, type References, Unreadable } from "./codec/index.js";
import { encodingError } from "./encoding-error.js";
import { kind, maximumMessage, wireMagic, wireVersion } from "./envelope.js";
import { Exchange, type ExchangeOwner } from "./exchange.js";
import { coded, faultFromText, faultText } from "./fault.js";
import { HandleTable } from "./handles.js";
import { Outbox } from "./outbox.js";
import { Pending, PendingTable } from "./pending.js";
import { ServedCall } from "./served-call.js";
import { Streams } from "./streams.js";
import { compileStubs, dropPaths, type Stub } from "./stub.js";

/** Answers a control call: a call by name, with JSON, apart from the contract. */
export type ControlHandler = (request: ControlRequest) => unknown;

export interface ControlRequest {
  /** JSON value. */
  readonly parameters: unknown;
  /** Bytes that came with it; empty when none did. */
  readonly attachment: Uint8Array;
  readonly control: CallControl;
}

export interface PeerOptions {
  readonly channel: Channel;
  /** Which side this is: it decides what an exception means, and who may wait for promises while the other is blocked. */
  readonly role: "host" | "plugin";
  /** Bytes of the largest value either way: parameters, a result, a stream's element. 64 MiB unless said. */
  readonly bytes?: number;
  /** Bytes of the largest message that is accepted; by default what follows from `bytes`. */
  readonly accepts?: number;
  /** Milliseconds in which a cancelled call must be acknowledged; 0 for no watch. */
  readonly grace?: number;
  readonly controls?: Readonly<Record<string, ControlHandler>>;
  log?(line: LogLine): void;
  /** The connection ended other than by {@link Peer.close}: with the error that ended it, or because the other side closed it. */
  closed?(error: TenonError | undefined): void;
  /** A cancelled call was not acknowledged in time: the other side loops, or is stopped. */
  unresponsive?(error: TenonError): void;
  /** Told `true` while something is awaited from the other side, and `false` after. */
  hold?(active: boolean): void;
}

/** The two halves of a contract, as one side of the connection has them. */
export interface Binding {
  /** What the other side implements. */
  readonly calls: Items;
  /** What this side implements. */
  readonly serves: Items;
}

/**
 * One end of a connection. Both ends are of this class: each calls the other's functions and serves its own.
 *
 * Every call gets exactly one outcome. A call that is cancelled, late or cut off rejects at once; whatever the other side
 * still sends for it is released. Bytes that cannot be read end the connection with TENON_WIRE_MALFORMED, and with it
 * everything that is pending.
 */
export class Peer implements ExchangeOwner {
  readonly handles = new HandleTable();
  ownedReferences = 0;
  readonly #options: PeerOptions;
  readonly #channel: Channel;
  readonly #outbox: Outbox;
  readonly #pending: PendingTable;
  readonly #served = new Map<number, ServedCall>();
  readonly #streams: Streams;
  #bytes: number;
  readonly #accepts: number;
  #calls: readonly Stub[] = [];
  #serves: readonly Stub[] = [];
  #targets: (InstanceFunction | undefined)[] = [];
  #drops: ReadonlyMap<ResourceType, string> = new Map();
  #table: FunctionTable | undefined;
  #greeted = false;
  #closed: TenonError | undefined;
  #held = 0;
  #blocked = 0;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#channel = options.channel;
    this.#bytes = options.bytes ?? 64 * 1024 * 1024;
    this.#accepts = options.accepts ?? maximumMessage(this.#bytes);
    this.#outbox = new Outbox((frame) => this.#channel.send(frame));
    this.#pending = new PendingTable((pending) => this.#expire(pending));
    this.#streams = new Streams({
      outbox: this.#outbox,
      limit: () => this.#bytes,
      exchange: () => new Exchange(this),
      threw: options.role === "host" ? "TENON_IMPORT_THREW" : "TENON_CALL_THREW",
      hold: (active) => this.#hold(active),
    });
    const hello = this.#outbox.begin(kind.hello, 64);
    hello.text(wireMagic);
    hello.varint(wireVersion);
    this.#outbox.commit();
    this.#channel.open({ frame: (bytes) => this.#receive(bytes), closed: (error) => this.#ended(error) });
  }

  /** The error that everything ends with now, once the connection has ended. */
  get closed(): TenonError | undefined {
    return this.#closed;
  }

  /** Bytes of the largest value, once they are known. */
  limit(bytes: number): void {
    this.#bytes = bytes;
  }

  /**
   * Settles the contract; both sides must bind the same one. Returns the functions of the other side.
   *
   * @param has whether the other side offers a function (by path); it may leave out optional ones.
   */
  bind(binding: Binding, has: (path: string) => boolean = () => true): FunctionTable {
    this.#calls = compileStubs(binding.calls);
    this.#serves = compileStubs(binding.serves);
    this.#drops = dropPaths(binding.serves);
    const functions = new Map<string, InstanceFunction>();
    for (const stub of this.#calls)
      if (has(stub.signature.path)) functions.set(stub.signature.path, this.#remote(stub));
    return functions;
  }

  /** Gives the functions of this side, by path. Calls that come before are answered with TENON_SYMBOL_MISSING. */
  serve(table: FunctionTable): void {
    this.#table = table;
    this.#targets = this.#serves.map(({ signature }) => table.get(signature.path));
  }

  /** Makes a control call: answers the JSON value that the other side's handler returned. */
  control(
    name: string,
    parameters?: unknown,
    control: CallControl = free,
    attachment: Uint8Array = nothing,
  ): Promise<unknown> {
    if (this.#closed !== undefined) return Promise.reject(this.#rejection(name, this.#closed));
    const early = this.#abortedEarly(name, control);
    if (early !== undefined) return Promise.reject(early);
    const pending = new Pending(this.#pending.reserve(), name, undefined, control.deadline);
    try {
      const writer = this.#outbox.begin(kind.control, Number.POSITIVE_INFINITY);
      try {
        writer.varint(pending.id);
        writer.text(name);
        writer.varint(Math.ceil(control.deadline));
        writer.text(parameters === undefined ? "" : JSON.stringify(parameters));
        writer.blob(attachment);
        this.#outbox.commit();
      } catch (thrown) {
        this.#outbox.abandon();
        throw thrown;
      }
    } catch (thrown) {
      this.#pending.unreserve(pending.id);
      return Promise.reject(coded(thrown, "TENON_VALUE_TYPE", name));
    }
    return this.#await(pending, control);
  }

  /** Sends a line of the log. */
  log(line: LogLine): void {
    if (this.#closed !== undefined) return;
    const writer = this.#outbox.begin(kind.log, Number.POSITIVE_INFINITY);
    writer.byte(logStreams.indexOf(line.stream));
    writer.text(wellFormed(line.text.slice(0, longestLine)));
    this.#outbox.commit();
  }

  /** Sends what was gathered in this turn at once, instead of at its end. */
  flush(): void {
    this.#outbox.flush();
  }

  /** Rejects every call of a function that is under way, and lets control calls go on. */
  abandonCalls(reason: TenonError): void {
    for (const pending of this.#pending.all()) {
      if (typeof pending.target !== "string") this.#giveUp(pending, this.#rejection(pending.label, reason), 0);
    }
  }

  /**
   * Drops every object of this side that the other side holds. Returns how many there were.
   */
  releaseHandles(): number {
    const held = this.handles.clear();
    for (const { resource, object, borrowed } of held) if (!borrowed) this.dropObject(resource, object);
    return held.length;
  }

  /**
   * Ends the connection: what is pending rejects with `reason`, streams break, and every resource is released. Returns
   * how many resources were still held, by either side. Closing again returns none.
   */
  close(reason: TenonError): { readonly resources: number } {
    if (this.#closed !== undefined) return { resources: 0 };
    this.#outbox.flush();
    const resources = this.#shut(reason);
    this.#channel.close();
    return { resources };
  }

  // Calls that this side makes.

  #remote(stub: Stub): InstanceFunction {
    const invoke = (parameters: readonly unknown[], control: CallControl) => this.#call(stub, parameters, control);
    if (this.#channel.blocking === undefined) return { invoke };
    return { invoke, invokeSync: (parameters, control) => this.#callBlocking(stub, parameters, control) };
  }

  #call(stub: Stub, parameters: readonly unknown[], control: CallControl): Promise<unknown> {
    try {
      return this.#await(this.#begin(stub, parameters, control, false), control);
    } catch (thrown) {
      if (this.#closed !== undefined && stub.signature.kind === "drop") return Promise.resolve();
      return Promise.reject(thrown);
    }
  }

  #begin(stub: Stub, parameters: readonly unknown[], control: CallControl, blocking: boolean): Pending {
    if (this.#closed !== undefined) throw this.#rejection(`${stub.label}()`, this.#closed);
    if (control.signal?.aborted) throw this.#abortedEarly(`${stub.label}()`, control);
    const exchange = stub.refers ? new Exchange(this) : undefined;
    const references: References = exchange ?? noReferences;
    const id = this.#pending.reserve();
    const writer = this.#outbox.begin(blocking ? kind.blockingCall : kind.call, this.#bytes + callHeadBytes);
    let at = 0;
    try {
      writer.varint(id);
      writer.varint(stub.index);
      writer.varint(control.deadline > 0 ? Math.ceil(control.deadline) : 0);
      for (; at < stub.parameters.length; at++) stub.parameters[at]!.encode(writer, parameters[at], references);
      this.#outbox.commit();
    } catch (thrown) {
      this.#outbox.abandon();
      this.#pending.unreserve(id);
      exchange?.takeBack();
      const parameter = stub.parameters[at];
      throw this.#encodingError(
        thrown,
        parameter === undefined ? `${stub.label}()` : `${stub.label}(): parameter "${parameter.name}"`,
        parameter?.type,
        parameters[at],
        `${stub.label}(): the parameters are larger`,
      );
    }
    return new Pending(id, stub, exchange, control.deadline);
  }

  #await(pending: Pending, { signal }: CallControl): Promise<unknown> {
    const promise = new Promise<unknown>((resolve, reject) => {
      pending.resolve = resolve;
      pending.reject = reject;
    });
    this.#pending.add(pending);
    this.#hold(true);
    if (signal !== undefined) {
      const abort = () => this.#giveUp(pending, abortError(pending.label, signal.reason));
      signal.addEventListener("abort", abort, { once: true });
      pending.detach = () => signal.removeEventListener("abort", abort);
    }
    return promise;
  }

  #callBlocking(stub: Stub, parameters: readonly unknown[], control: CallControl): unknown {
    const blocking = this.#channel.blocking;
    if (blocking === undefined || this.#outbox.writing) {
      throw errors.TENON_SYNC_UNAVAILABLE({
        message: `${stub.label}() cannot be called synchronously from here`,
        subject: stub.label,
      });
    }
    const pending = this.#begin(stub, parameters, control, true);
    let done = false;
    let value: unknown;
    let error: TenonError | undefined;
    pending.resolve = (resolved) => {
      done = true;
      value = resolved;
    };
    pending.reject = (rejected) => {
      done = true;
      error = rejected;
    };
    this.#pending.add(pending);
    this.#hold(true);
    blocking.announce();
    this.#outbox.flush();
    this.#blocked++;
    try {
      while (!done) {
        if (blocking.wait(pending.due - performance.now())) continue;
        if (performance.now() < pending.due) {
          this.#settle(pending);
          pending.reject(
            this.#rejection(
              pending.label,
              errors.TENON_PLUGIN_CRASHED("the thread ended while it was being waited for"),
            ),
          );
        } else if (!done) this.#expireBlocking(pending);
      }
    } finally {
      this.#blocked--;
    }
    if (error !== undefined) throw error;
    return value;
  }

  #expireBlocking(pending: Pending): void {
    const wait = this.#channel.blocking!.wait.bind(this.#channel.blocking);
    this.#expire(pending);
    if (pending.acknowledged === undefined) return;
    // Nobody else can watch for the sign of life while this thread is blocked.
    const until = performance.now() + (this.#options.grace ?? 0);
    while (pending.acknowledged !== undefined) {
      const left = until - performance.now();
      if (left > 0 && wait(left)) continue;
      pending.acknowledged?.();
      this.#options.unresponsive?.(this.#silent(pending));
      return;
    }
  }

  #expire(pending: Pending): void {
    this.#giveUp(
      pending,
      errors.TENON_CALL_DEADLINE({
        message: `${pending.label}: no answer within ${Math.round(pending.allowed)} ms`,
        subject: pending.label,
      }),
    );
  }

  /** The caller no longer waits: it is answered now, and the other side is told. */
  #giveUp(pending: Pending, error: TenonError, grace = this.#options.grace ?? 0): void {
    if (pending.abandoned || this.#closed !== undefined) return;
    pending.abandoned = true;
    pending.detach?.();
    this.#number(kind.cancel, pending.id);
    this.#outbox.flush();
    if (grace > 0) {
      const timer = setTimeout(() => {
        pending.acknowledged = undefined;
        this.#options.unresponsive?.(this.#silent(pending));
      }, grace);
      pending.acknowledged = () => {
        clearTimeout(timer);
        pending.acknowledged = undefined;
      };
    }
    this.#hold(false);
    pending.reject(error);
  }

  #silent(pending: Pending): TenonError {
    return errors.TENON_PLUGIN_CRASHED({
      message: `${pending.label} was cancelled, and the plugin gave no sign of life for ${this.#options.grace} ms: it loops or is stopped`,
      subject: pending.label,
    });
  }

  // What comes from the other side.

  #receive(bytes: Uint8Array): void {
    const reader = new Reader(bytes);
    const frameEnd = reader.end;
    try {
      while (reader.position < frameEnd && this.#closed === undefined) {
        const length = reader.u32();
        if (length > frameEnd - reader.position) throw new Unreadable("a message is cut short");
        if (length > this.#accepts) throw new Unreadable(`a message has ${length} bytes, more than are accepted`);
        reader.end = reader.position + length;
        this.#message(reader);
        reader.finish();
        reader.end = frameEnd;
      }
    } catch (thrown) {
      if (this.#closed !== undefined) return;
      const error =
        thrown instanceof Unreadable
          ? errors.TENON_WIRE_MALFORMED({
              message: `a message from the other side cannot be read: ${thrown.message}`,
              cause: thrown,
            })
          : coded(thrown, "TENON_INTERNAL", "reading a message failed");
      this.#fail(error);
      return;
    }
    // A blocked side waits for the answer now; and while this one is blocked, no turn of the event loop ends.
    if (this.#blocked > 0 || this.#channel.blocking?.awaited() === true) this.#outbox.flush();
  }

  #message(reader: Reader): void {
    const what = reader.byte();
    if (!this.#greeted && what !== kind.hello) throw new Unreadable("it does not begin with a greeting");
    switch (what) {
      case kind.call:
      case kind.blockingCall:
        return this.#serveCall(reader, what === kind.blockingCall);
      case kind.return:
        return this.#answered(reader, "return");
      case kind.fail:
        return this.#answered(reader, "fail");
      case kind.throw:
        return this.#thrown(reader);
      case kind.answer:
        return this.#controlAnswered(reader);
      case kind.cancel: {
        const id = reader.varint();
        this.#served.get(id)?.cancel(errors.TENON_CALL_ABORTED("the caller gave up"));
        return this.#number(kind.cancelled, id);
      }
      case kind.cancelled: {
        const id = reader.varint();
        return this.#pending.get(id)?.acknowledged?.();
      }
      case kind.control:
        return this.#serveControl(reader);
      case kind.log: {
        const stream = logStreams[reader.byte()];
        if (stream === undefined) throw new Unreadable("a log line has no such stream");
        return this.#options.log?.({ stream, text: reader.text() });
      }
      case kind.release: {
        const handle = reader.varint();
        const held = this.handles.get(handle);
        if (held === undefined || held.borrowed) return;
        this.handles.delete(handle);
        return this.dropObject(held.resource, held.object);
      }
      case kind.hello:
        return this.#hello(reader);
      default:
        if (!this.#streams.message(what, reader)) throw new Unreadable("a message is of no known kind");
    }
  }

  #hello(reader: Reader): void {
    if (this.#greeted) throw new Unreadable("it greets twice");
    if (reader.text() !== wireMagic) throw new Unreadable("it does not begin with a greeting");
    const version = reader.varint();
    this.#greeted = true;
    if (version !== wireVersion) {
      this.#fail(
        errors.TENON_WIRE_VERSION(
          `the other side speaks version ${version} of the wire protocol, this side version ${wireVersion}`,
        ),
      );
    }
  }

  #answered(reader: Reader, how: "return" | "fail"): void {
    const pending = this.#take(reader);
    const stub = pending.target;
    if (typeof stub === "string") throw new Unreadable("a control call is answered like a function");
    if (how === "fail" && !stub.fallible) throw new Unreadable("a function without error case fails with one");
    const size = reader.left;
    const decode: Decoder | undefined = how === "return" ? stub.decodeOk : stub.decodeErr;
    const { exchange } = pending;
    const value = decode?.(reader, exchange ?? noReferences);
    this.#settle(pending);
    const failure =
      exchange?.failure ??
      (size > this.#bytes ? this.#tooLarge(`${stub.label}(): the result is larger`, stub.label) : undefined);
    if (pending.abandoned || failure !== undefined) exchange?.refuse();
    exchange?.end();
    if (pending.abandoned) return;
    if (failure !== undefined) pending.reject(failure);
    else if (how === "return") pending.resolve(value);
    else {
      pending.reject(
        errors.TENON_CALL_RESULT({
          message: `${stub.label}() returned its error case`,
          subject: stub.label,
          payload: value,
        }),
      );
    }
  }

  #thrown(reader: Reader): void {
    const pending = this.#take(reader);
    const text = reader.text();
    this.#settle(pending);
    pending.exchange?.end();
    if (!pending.abandoned)
      pending.reject(faultFromText(text, this.#options.role === "host" ? "TENON_CALL_THREW" : "TENON_IMPORT_THREW"));
  }

  #controlAnswered(reader: Reader): void {
    const pending = this.#take(reader);
    if (typeof pending.target !== "string") throw new Unreadable("a function is answered like a control call");
    const value = json(reader.text());
    this.#settle(pending);
    if (!pending.abandoned) pending.resolve(value);
  }

  #take(reader: Reader): Pending {
    const pending = this.#pending.get(reader.varint());
    if (pending === undefined) throw new Unreadable("an answer belongs to no call");
    return pending;
  }

  /** The answer has come: nothing is awaited for this call any more. */
  #settle(pending: Pending): void {
    this.#pending.delete(pending.id);
    pending.acknowledged?.();
    if (!pending.abandoned) {
      pending.detach?.();
      this.#hold(false);
    }
  }

  // Calls that this side serves.

  #serveCall(reader: Reader, blocking: boolean): void {
    const id = reader.varint();
    const stub = this.#serves[reader.varint()];
    const deadline = reader.varint();
    if (stub === undefined) throw new Unreadable("a call names no function");
    if (this.#served.has(id)) throw new Unreadable("a call has the number of another that is under way");
    const size = reader.left;
    const exchange = stub.refers ? new Exchange(this) : undefined;
    const parameters: unknown[] = [];
    for (const { decode } of stub.parameters) parameters.push(decode(reader, exchange ?? noReferences));
    const call = new ServedCall(id, deadline, exchange);
    const target = this.#targets[stub.index];
    const failure =
      exchange?.failure ??
      (size > this.#bytes ? this.#tooLarge(`${stub.label}(): the parameters are larger`, stub.label) : undefined) ??
      (target === undefined && stub.signature.kind !== "drop" ? this.#missing(stub) : undefined);
    if (failure !== undefined) {
      exchange?.refuse();
      return this.#throw(call, failure);
    }
    let answer: unknown;
    try {
      answer = target?.invoke(parameters, call);
    } catch (thrown) {
      return this.#failed(call, stub, thrown);
    }
    if (!isPromise(answer) || stub.ok?.kind === "future") return this.#return(call, stub, answer);
    if (blocking && (this.#options.role === "plugin" || this.#blocked > 0)) {
      answer.then(undefined, () => {});
      call.cancel(errors.TENON_CALL_ABORTED("the call was synchronous, and the function answered with a promise"));
      return this.#throw(
        call,
        errors.TENON_SYNC_UNAVAILABLE({
          message: `${stub.label}() answered with a promise, and was called synchronously`,
          subject: stub.label,
        }),
      );
    }
    this.#served.set(id, call);
    answer.then(
      (value) => this.#served.delete(id) && this.#return(call, stub, value),
      (thrown: unknown) => this.#served.delete(id) && this.#failed(call, stub, thrown),
    );
  }

  #return(call: ServedCall, stub: Stub, value: unknown): void {
    if (this.#closed !== undefined) return;
    const writer = this.#outbox.begin(kind.return, this.#bytes + callHeadBytes);
    const given = call.exchange === undefined ? undefined : new Exchange(this);
    try {
      writer.varint(call.id);
      stub.encodeOk?.(writer, value, given ?? noReferences);
      this.#outbox.commit();
      call.exchange?.end();
    } catch (thrown) {
      this.#outbox.abandon();
      given?.takeBack();
      this.#throw(
        call,
        this.#encodingError(thrown, `${stub.label}(): result`, stub.ok, value, `${stub.label}(): the result is larger`),
      );
    }
  }

  #failed(call: ServedCall, stub: Stub, thrown: unknown): void {
    if (this.#closed !== undefined) return;
    if (!isTenonError(thrown, "TENON_CALL_RESULT") || !stub.fallible) {
      return this.#throw(call, coded(thrown, this.#threw, `${stub.label}() threw`));
    }
    const writer = this.#outbox.begin(kind.fail, this.#bytes + callHeadBytes);
    const given = call.exchange === undefined ? undefined : new Exchange(this);
    try {
      writer.varint(call.id);
      stub.encodeErr?.(writer, thrown.payload, given ?? noReferences);
      this.#outbox.commit();
      call.exchange?.end();
    } catch (refused) {
      this.#outbox.abandon();
      given?.takeBack();
      this.#throw(
        call,
        this.#encodingError(
          refused,
          `${stub.label}(): error`,
          stub.err,
          thrown.payload,
          `${stub.label}(): the error is larger`,
        ),
      );
    }
  }

  #throw(call: ServedCall, error: TenonError): void {
    call.exchange?.end();
    if (this.#closed !== undefined) return;
    const writer = this.#outbox.begin(kind.throw, Number.POSITIVE_INFINITY);
    writer.varint(call.id);
    writer.text(faultText(isTenonError(error, "TENON_CALL_RESULT") ? unexpectedResult(error) : error));
    this.#outbox.commit();
  }

  #serveControl(reader: Reader): void {
    const id = reader.varint();
    const name = reader.text();
    const deadline = reader.varint();
    const parameters = json(reader.text());
    const attachment = reader.blob();
    if (this.#served.has(id)) throw new Unreadable("a call has the number of another that is under way");
    const call = new ServedCall(id, deadline, undefined);
    this.#served.set(id, call);
    const { controls = {} } = this.#options;
    const handler = Object.hasOwn(controls, name) ? controls[name] : undefined;
    void this.#control(call, name, handler, { parameters, attachment, control: call });
  }

  async #control(
    call: ServedCall,
    name: string,
    handler: ControlHandler | undefined,
    request: ControlRequest,
  ): Promise<void> {
    let text: string;
    try {
      if (handler === undefined)
        throw errors.TENON_WIRE_VERSION(
          `the other side asks for "${name.slice(0, 40)}", which this side does not know`,
        );
      const value = await handler(request);
      text = value === undefined ? "" : JSON.stringify(value);
    } catch (thrown) {
      if (this.#served.delete(call.id)) this.#throw(call, coded(thrown, this.#threw, name));
      return;
    }
    if (!this.#served.delete(call.id) || this.#closed !== undefined) return;
    const writer = this.#outbox.begin(kind.answer, Number.POSITIVE_INFINITY);
    writer.varint(call.id);
    writer.text(text);
    this.#outbox.commit();
  }

  // What an exchange asks for.

  implementsResource(resource: ResourceType): boolean {
    return this.#drops.has(resource);
  }

  sendRelease(handle: number): void {
    if (this.#closed === undefined) this.#number(kind.release, handle);
  }

  dropObject(resource: ResourceType, object: unknown): void {
    const path = this.#drops.get(resource);
    try {
      const dropped = path === undefined ? undefined : this.#table?.get(path)?.invoke([object], free);
      // The other side has left: nobody is to be told that the drop failed.
      if (isPromise(dropped)) dropped.then(undefined, () => {});
    } catch {}
  }

  openOutgoingStream(type: StreamType, source: AsyncIterable<unknown>): number {
    return this.#streams.openOutgoing(type, source);
  }

  openIncomingStream(type: StreamType, id: number) {
    return this.#streams.openIncoming(type, id);
  }

  openOutgoingFuture(type: FutureType, source: PromiseLike<unknown>): number {
    return this.#streams.openOutgoingFuture(type, source);
  }

  openIncomingFuture(type: FutureType, id: number) {
    return this.#streams.openIncomingFuture(type, id);
  }

  discardOutgoing(id: number): void {
    this.#streams.discardOutgoing(id);
  }

  // The end.

  /** The connection cannot go on: this side ends it. */
  #fail(error: TenonError): void {
    if (this.#closed !== undefined) return;
    this.#shut(error);
    this.#channel.close();
    this.#options.closed?.(error);
  }

  /** The channel ended by itself. */
  #ended(error: TenonError | undefined): void {
    if (this.#closed !== undefined) return;
    this.#shut(error ?? errors.TENON_WIRE_CLOSED("the connection to the other side is closed"));
    this.#options.closed?.(error);
  }

  #shut(reason: TenonError): number {
    this.#closed = reason;
    for (const pending of this.#pending.clear()) {
      pending.acknowledged?.();
      pending.detach?.();
      pending.exchange?.end();
      if (pending.abandoned) continue;
      this.#hold(false);
      if (typeof pending.target !== "string" && pending.target.signature.kind === "drop") pending.resolve(undefined);
      else pending.reject(this.#rejection(pending.label, reason));
    }
    for (const call of this.#served.values()) {
      call.cancel(reason);
      call.exchange?.end();
    }
    this.#served.clear();
    this.#streams.close(reason);
    const resources = this.ownedReferences + this.releaseHandles();
    this.ownedReferences = 0;
    return resources;
  }

  #rejection(label: string, reason: TenonError): TenonError {
    return errors[reason.code]({
      message: `${label}: ${reason.message}`,
      subject: label,
      fix: reason.fix,
      cause: reason.cause ?? reason,
    });
  }

  // Small parts.

  get #threw(): "TENON_IMPORT_THREW" | "TENON_CALL_THREW" {
    return this.#options.role === "host" ? "TENON_IMPORT_THREW" : "TENON_CALL_THREW";
  }

  #missing(stub: Stub): TenonError {
    const host = this.#options.role === "host";
    return errors[host ? "TENON_IMPORT_MISSING" : "TENON_SYMBOL_MISSING"]({
      message: `the ${host ? "host" : "plugin"} has no function ${stub.label}()`,
      subject: stub.label,
    });
  }

  #tooLarge(what: string, subject: string): TenonError {
    return errors.TENON_CALL_TOO_LARGE({ message: `${what} than the limit of ${this.#bytes} bytes`, subject });
  }

  #encodingError(thrown: unknown, where: string, type: Type | undefined, value: unknown, larger: string): TenonError {
    return encodingError(thrown, where, type, value, () => this.#tooLarge(larger, where));
  }

  #abortedEarly(label: string, { signal }: CallControl): TenonError | undefined {
    return signal?.aborted === true ? abortError(label, signal.reason) : undefined;
  }

  #number(what: number, id: number): void {
    this.#outbox.begin(what, Number.POSITIVE_INFINITY).varint(id);
    this.#outbox.commit();
  }

  #hold(active: boolean): void {
    this.#held += active ? 1 : -1;
    if (this.#held === (active ? 1 : 0)) this.#options.hold?.(active);
  }
}

const free: CallControl = { signal: undefined, deadline: 0 };
const nothing = new Uint8Array(0);
const callHeadBytes = 32;
const longestLine = 64 * 1024;
const logStreams = ["stdout", "stderr", "log"] as const;

/** Why a call was given up, as a coded error: the signal's reason where that is one. */
function abortError(label: string, reason: unknown): TenonError {
  if (isTenonError(reason)) return reason;
  return errors.TENON_CALL_ABORTED({ message: `${label}: the call was cancelled`, subject: label, cause: reason });
}

function unexpectedResult(error: TenonError): TenonError {
  return errors.TENON_CALL_THREW({
    message: `${error.message}, but the contract declares none`,
    cause: error.cause,
    pluginStack: error.pluginStack,
  });
}

function json(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable("JSON text cannot be read");
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function wellFormed(text: string): string {
  return (text as string & { toWellFormed(): string }).toWellFormed();
}
