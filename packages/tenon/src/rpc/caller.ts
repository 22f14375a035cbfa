import { AsyncResource } from "node:async_hooks";
import type { Items } from "../contract/core.js";
import {
  callDeadline,
  callRejected,
  callResult,
  callUnresponsive,
  exitedWhileBlocked,
  syncUnavailable,
  syncWhileEncoding,
} from "../errors/factories/call.js";
import type { TenonError } from "../errors/index.js";
import { currentContext } from "../runtime/call-context.js";
import { type CallControl, type FunctionTable, type InstanceFunction, noMetadata } from "../runtime/index.js";
import { abortError } from "./abort-error.js";
import { blockedSides } from "./blocked-sides.js";
import { type Decoder, noReferences, type Reader, Unreadable } from "./codec/index.js";
import { encodingError } from "./encoding-error.js";
import { callHeadBytes, extended, kind } from "./envelope.js";
import { type Extension, extensionBytes, writeExtension } from "./extension.js";
import { coded, faultFromText, faultText } from "./fault.js";
import type { Link } from "./link.js";
import { Pending, PendingTable } from "./pending.js";
import { readJson } from "./read-json.js";
import { ServedCall } from "./served-call.js";
import { compileStubs, type Stub } from "./stub.js";
import { UnsentCalls } from "./unsent-calls.js";

export interface CallerOptions {
  /** Milliseconds within which the other side must confirm a cancellation; 0 for no limit. */
  readonly grace: number;
  unresponsive?(error: TenonError): void;
  /** Called with `true` when there is something to confirm, and with `false` when there is nothing any more. */
  doubt?(active: boolean): void;
}

/**
 * The calling half of a peer. Every call settles exactly once. What arrives for a call that has already been rejected is
 * released.
 */
export class Caller {
  readonly #link: Link;
  readonly #options: CallerOptions;
  readonly #pending: PendingTable;
  /** Calls whose cancellation the other side has not confirmed. */
  readonly #silent = new Set<Pending>();
  #confirmation: { readonly promise: Promise<void>; resolve(): void } | undefined;
  readonly #unsent: UnsentCalls;

  constructor(link: Link, options: CallerOptions) {
    this.#link = link;
    this.#options = options;
    this.#unsent = new UnsentCalls(link);
    link.originOf = (id) => this.#pending.get(id)?.origin;
    this.#pending = new PendingTable((pending) => this.#expire(pending));
  }

  /**
   * Resolves when the other side has confirmed every cancellation, or the connection has ended. Returns `undefined` if it
   * has already. Until then it may be stuck, and about to be killed.
   */
  get unconfirmed(): Promise<void> | undefined {
    if (this.#silent.size === 0) return undefined;
    if (this.#confirmation === undefined) {
      let resolve!: () => void;
      const promise = new Promise<void>((resolved) => {
        resolve = resolved;
      });
      this.#confirmation = { promise, resolve };
    }
    return this.#confirmation.promise;
  }

  /** Returns the other side's functions, by path. */
  functions(items: Items, has: (path: string) => boolean): FunctionTable {
    const functions = new Map<string, InstanceFunction>();
    for (const stub of compileStubs(items)) {
      if (has(stub.signature.path)) functions.set(stub.signature.path, this.#remote(stub));
    }
    return functions;
  }

  /** Makes a control call. */
  control(name: string, parameters: unknown, control: CallControl, attachment: Uint8Array): Promise<unknown> {
    const { closed, outbox } = this.#link;
    if (closed !== undefined) return Promise.reject(callRejected(name, closed));
    if (control.signal?.aborted) return Promise.reject(abortError(name, control.signal.reason));
    const pending = new Pending(this.#pending.reserve(), name, undefined, control.deadline);
    const writer = outbox.begin(kind.control, Number.POSITIVE_INFINITY);
    try {
      writer.varint(pending.id);
      writer.text(name);
      writer.varint(Math.ceil(control.deadline));
      writer.text(parameters === undefined ? "" : JSON.stringify(parameters));
      writer.blob(attachment);
      outbox.commit();
    } catch (thrown) {
      outbox.abandon();
      this.#pending.unreserve(pending.id);
      return Promise.reject(coded(thrown, "TENON_VALUE_TYPE", name));
    }
    return this.#await(pending, control);
  }

  /** Rejects every pending call of a function. Control calls stay pending. */
  abandon(reason: TenonError): void {
    this.#unsent.abandon(reason);
    for (const pending of this.#pending.all()) {
      if (typeof pending.target !== "string") this.#giveUp(pending, callRejected(pending.label, reason), 0);
    }
  }

  /** The connection has ended: rejects everything pending. */
  close(reason: TenonError): void {
    for (const pending of this.#pending.clear()) {
      pending.acknowledged?.();
      pending.detach?.();
      pending.exchange?.end();
      if (pending.abandoned) continue;
      this.#link.hold(false);
      // The object that was to be dropped is gone with the connection.
      if (isDrop(pending.target)) pending.resolve(undefined);
      else pending.reject(callRejected(pending.label, reason));
    }
  }

  /** Handles an answer with a value: the result, or its error case. */
  answered(reader: Reader, how: "return" | "fail"): void {
    const pending = this.#find(reader);
    const stub = pending.target;
    if (typeof stub === "string") throw new Unreadable("a control call is answered like a call of a function");
    if (how === "fail" && !stub.fallible) throw new Unreadable("a function without an error case returned one");
    const framed = reader.left;
    const decode: Decoder | undefined = how === "return" ? stub.decodeOk : stub.decodeErr;
    const { exchange } = pending;
    const value = decode?.(reader, exchange ?? noReferences);
    reader.finish();
    const size = framed + reader.blobBytes;
    this.#settle(pending);
    const failure =
      exchange?.failure ?? (size > this.#link.bytes ? this.#link.tooLarge(stub.label, "result") : undefined);
    if (pending.abandoned || failure !== undefined) exchange?.refuse();
    exchange?.end();
    if (pending.abandoned) return;
    if (failure !== undefined) pending.reject(failure);
    else if (how === "return") pending.resolve(value);
    else pending.reject(callResult(stub.label, value));
  }

  /** Handles an answer that is a failure. */
  thrown(reader: Reader): void {
    const pending = this.#find(reader);
    const text = reader.text();
    this.#settle(pending);
    pending.exchange?.end();
    if (pending.abandoned) return;
    pending.reject(faultFromText(text, this.#link.role === "host" ? "TENON_CALL_THREW" : "TENON_IMPORT_THREW"));
  }

  /** Handles the answer to a control call. */
  controlAnswered(reader: Reader): void {
    const pending = this.#find(reader);
    if (typeof pending.target !== "string")
      throw new Unreadable("a call of a function is answered like a control call");
    const value = readJson(reader.text());
    this.#settle(pending);
    if (!pending.abandoned) pending.resolve(value);
  }

  /** The other side confirms a cancellation, so it is alive. */
  acknowledged(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || !pending.abandoned || pending.seen) {
      throw new Unreadable("a confirmation is for an unknown cancellation");
    }
    pending.seen = true;
    pending.acknowledged?.();
    this.#free(pending);
  }

  #remote(stub: Stub): InstanceFunction {
    const invoke = (parameters: readonly unknown[], control: CallControl) => this.#call(stub, parameters, control);
    if (this.#link.channel.blocking === undefined) return { invoke };
    return { invoke, invokeSync: (parameters, control) => this.#callBlocking(stub, parameters, control) };
  }

  #call(stub: Stub, parameters: readonly unknown[], control: CallControl): Promise<unknown> {
    if (this.#link.room.full && !this.#isNested() && !isDrop(stub) && this.#link.closed === undefined)
      return this.#unsent.wait(stub, control, (left) =>
        this.#await(this.#begin(stub, parameters, left, kind.call), left),
      );
    try {
      return this.#await(
        this.#begin(stub, parameters, control, this.#isNested() ? kind.nestedCall : kind.call),
        control,
      );
    } catch (thrown) {
      if (this.#link.closed !== undefined && isDrop(stub)) return Promise.resolve();
      return Promise.reject(thrown);
    }
  }

  #begin(stub: Stub, parameters: readonly unknown[], control: CallControl, what: number): Pending {
    const { closed, outbox, bytes } = this.#link;
    if (closed !== undefined) throw callRejected(`${stub.label}()`, closed);
    if (control.cancelled ?? control.signal?.aborted) throw abortError(`${stub.label}()`, control.signal?.reason);
    const exchange = stub.hasReferences ? this.#link.exchange() : undefined;
    const extension = this.#extension(control);
    const id = this.#pending.reserve();
    const writer =
      extension === undefined
        ? outbox.begin(what, bytes + callHeadBytes)
        : outbox.begin(what | extended, bytes + callHeadBytes + extensionBytes);
    let at = 0;
    try {
      writer.varint(id);
      writer.varint(stub.index);
      writer.varint(control.deadline > 0 ? Math.ceil(control.deadline) : 0);
      if (extension !== undefined) writeExtension(writer, extension);
      for (; at < stub.parameters.length; at++) {
        stub.parameters[at]!.encode(writer, parameters[at], exchange ?? noReferences);
      }
      outbox.commit();
    } catch (thrown) {
      outbox.abandon();
      this.#pending.unreserve(id);
      exchange?.takeBack();
      const parameter = stub.parameters[at];
      const where = parameter === undefined ? `${stub.label}()` : `${stub.label}(): parameter "${parameter.name}"`;
      throw encodingError(thrown, where, parameter?.type, parameters[at], () =>
        this.#link.tooLarge(stub.label, "parameters"),
      );
    }
    const sides = blockedSides();
    if (sides !== undefined) this.#link.within.set(id, sides);
    const pending = new Pending(id, stub, exchange, control.deadline);
    if (this.#link.role === "host" && this.#link.serves)
      pending.origin = { resource: new AsyncResource("TENON_CALL"), call: control.call };
    return pending;
  }

  /** What a call carries beside its parameters. The host knows what its own calls carry, so that a plugin only names them. */
  #extension(control: CallControl): Extension | undefined {
    const link = this.#link;
    if (link.role === "host") {
      const { metadata } = control;
      return metadata === undefined || metadata === noMetadata ? undefined : { metadata, maker: undefined };
    }
    const context = currentContext();
    if (context === undefined) return undefined;
    const { call } = context;
    const served = call instanceof ServedCall && call.link === link && !call.ended ? call : undefined;
    const metadata = context === call ? undefined : context.metadata;
    return served === undefined && metadata === undefined ? undefined : { metadata, maker: served?.id };
  }

  /** Whether the other side is blocked until the running code returns. */
  #isNested(): boolean {
    return this.#link.unclear > 0 || blockedSides()?.has(this.#link) === true;
  }

  #await(pending: Pending, control: CallControl): Promise<unknown> {
    const promise = new Promise<unknown>((resolve, reject) => {
      pending.resolve = resolve;
      pending.reject = reject;
    });
    this.#pending.add(pending);
    this.#link.hold(true);
    if (control.cancelled === undefined) this.#listen(pending, control.signal);
    else control.onCancel = (reason) => this.#giveUp(pending, reason);
    return promise;
  }

  #listen(pending: Pending, signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const abort = () => this.#giveUp(pending, abortError(pending.label, signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    pending.detach = () => signal.removeEventListener("abort", abort);
  }

  #callBlocking(stub: Stub, parameters: readonly unknown[], control: CallControl): unknown {
    const link = this.#link;
    const { blocking } = link.channel;
    if (blocking === undefined) throw syncUnavailable(stub.label);
    if (link.outbox.writing) throw syncWhileEncoding(stub.label);
    // If it is stuck, it will be killed, and this call must not reach it.
    for (const silent of this.#silent) this.#awaitConfirmation(silent);
    const pending = this.#begin(stub, parameters, control, kind.blockingCall);
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
    link.hold(true);
    link.blocked++;
    try {
      link.blocking();
      blocking.announce();
      link.outbox.flush();
      let left = control.deadline > 0 ? control.deadline : Number.POSITIVE_INFINITY;
      while (!done) {
        if (blocking.wait(left)) {
          if (!done) left = pending.due - performance.now();
          continue;
        }
        if (pending.due - performance.now() <= clockSlack) this.#expireBlocking(pending);
        else this.#endedWhileBlocked(pending);
      }
    } finally {
      link.blocked--;
    }
    if (error !== undefined) throw error;
    return value;
  }

  #endedWhileBlocked(pending: Pending): void {
    this.#settle(pending);
    pending.exchange?.end();
    pending.reject(callRejected(pending.label, exitedWhileBlocked()));
  }

  #expireBlocking(pending: Pending): void {
    this.#expire(pending);
    this.#awaitConfirmation(pending);
  }

  /** Waits for the confirmation of a cancellation here, because no timer can fire while this thread is blocked. */
  #awaitConfirmation(pending: Pending): void {
    const blocking = this.#link.channel.blocking!;
    const until = performance.now() + this.#options.grace;
    while (pending.acknowledged !== undefined) {
      const left = until - performance.now();
      if (left > 0 && blocking.wait(left)) continue;
      this.#options.unresponsive?.(this.#silence(pending));
      pending.acknowledged?.();
    }
  }

  #expire(pending: Pending): void {
    this.#giveUp(pending, callDeadline(pending.label, pending.allowed));
  }

  /** Rejects a call now, and tells the other side that it is cancelled. */
  #giveUp(pending: Pending, error: TenonError, grace = this.#options.grace): void {
    if (pending.abandoned || pending.answered || this.#link.closed !== undefined) return;
    pending.abandoned = true;
    pending.detach?.();
    const { outbox } = this.#link;
    const writer = outbox.begin(kind.cancel, Number.POSITIVE_INFINITY);
    writer.varint(pending.id);
    writer.text(faultText(error));
    outbox.commit();
    outbox.flush();
    if (grace > 0) {
      const timer = setTimeout(() => {
        this.#options.unresponsive?.(this.#silence(pending));
        pending.acknowledged?.();
      }, grace);
      this.#silent.add(pending);
      if (this.#silent.size === 1) this.#options.doubt?.(true);
      pending.acknowledged = () => {
        clearTimeout(timer);
        pending.acknowledged = undefined;
        this.#silent.delete(pending);
        if (this.#silent.size > 0) return;
        this.#options.doubt?.(false);
        this.#confirmation?.resolve();
        this.#confirmation = undefined;
      };
    }
    this.#link.hold(false);
    pending.reject(error);
  }

  #silence(pending: Pending): TenonError {
    return callUnresponsive(pending.label, this.#options.grace);
  }

  #find(reader: Reader): Pending {
    const pending = this.#pending.get(reader.varint());
    if (pending === undefined || pending.answered) throw new Unreadable("an answer is for an unknown call");
    return pending;
  }

  /** The answer has arrived: nothing is awaited for this call any more. */
  #settle(pending: Pending): void {
    this.#link.within.delete(pending.id);
    pending.answered = true;
    pending.acknowledged?.();
    this.#free(pending);
    if (pending.abandoned) return;
    pending.detach?.();
    this.#link.hold(false);
  }

  /** Frees the number for reuse, once nothing more can arrive for this call. */
  #free(pending: Pending): void {
    if (pending.answered && (!pending.abandoned || pending.seen)) this.#pending.delete(pending.id);
  }
}

/** By how many milliseconds a wait may end early. */
const clockSlack = 0.5;

function isDrop(target: Stub | string): boolean {
  return typeof target !== "string" && target.signature.kind === "drop";
}
