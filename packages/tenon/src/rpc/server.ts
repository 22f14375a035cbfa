import type { Items, ResourceType, Type } from "../contract/core.js";
import {
  callResultUndeclared,
  importMissing,
  resultsNotTaken,
  symbolMissing,
  syncReturnedPromise,
} from "../errors/factories/call.js";
import { controlUnknown } from "../errors/factories/wire.js";
import { isMadeHere, isTenonError, type TenonError } from "../errors/index.js";
import { contextsUsed, inContext, millisecondsUntil, shorter } from "../runtime/call-context.js";
import type { CallControl, FunctionTable, InstanceFunction, Metadata } from "../runtime/index.js";
import { serveBlocked } from "./blocked-sides.js";
import { type Encoder, noReferences, type Reader, Unreadable } from "./codec/index.js";
import { encodingError } from "./encoding-error.js";
import { callHeadBytes, kind } from "./envelope.js";
import type { Exchange } from "./exchange.js";
import { readExtension } from "./extension.js";
import { coded, faultFromText, faultText } from "./fault.js";
import type { Link } from "./link.js";
import type { Origin } from "./pending.js";
import { readJson } from "./read-json.js";
import { ServedCall } from "./served-call.js";
import { compileStubs, dropPaths, type Stub } from "./stub.js";

/** Serves a control call: a call by name, with JSON, that is not part of the contract. */
export type ControlHandler = (request: ControlRequest) => unknown;

export interface ControlRequest {
  /** A JSON value. */
  readonly parameters: unknown;
  /** The bytes sent with it; empty if there are none. */
  readonly attachment: Uint8Array;
  readonly control: CallControl;
}

/** The serving half of a peer. Every call is answered exactly once, as long as the connection is open. */
export class Server {
  readonly #link: Link;
  readonly #controls: Readonly<Record<string, ControlHandler>>;
  readonly #served = new Map<number, ServedCall>();
  #stubs: readonly Stub[] = [];
  #targets: readonly (InstanceFunction | undefined)[] = [];
  #drops: ReadonlyMap<ResourceType, string> = new Map();
  #table: FunctionTable | undefined;
  /** Functions that have returned a promise. */
  readonly #answersLater = new Set<Stub>();
  /** Functions that have returned, and never a promise. */
  readonly #answersNow = new Set<Stub>();
  /** Bytes of results that wait for room. */
  #held = 0;
  /** How many calls have begun in this turn whose results may be large. */
  #begun = 0;
  /** About how large such results are: the largest of the recent ones. */
  #expected = 0;
  /** Bytes of the calls that run: their parameters, and what a call itself occupies. */
  running = 0;
  /** Called when so many calls have begun that their results should be seen first. */
  rest: () => void = () => {};
  /** Called when a call has ended. */
  ended: () => void = () => {};

  constructor(link: Link, controls: Readonly<Record<string, ControlHandler>>) {
    this.#link = link;
    this.#controls = controls;
  }

  bind(items: Items): void {
    this.#stubs = compileStubs(items);
    this.#drops = dropPaths(items);
  }

  serve(table: FunctionTable): void {
    this.#table = table;
    this.#targets = this.#stubs.map(({ signature }) => table.get(signature.path));
  }

  implements(resource: ResourceType): boolean {
    return this.#drops.has(resource);
  }

  /** The other side no longer holds an object of this one. */
  drop(resource: ResourceType, object: unknown): void {
    const path = this.#drops.get(resource);
    try {
      const dropped = path === undefined ? undefined : this.#table?.get(path)?.invoke([object], free);
      if (isPromise(dropped)) dropped.then(undefined, () => {});
    } catch {
      // The other side has released it: there is nothing to report the error to.
    }
  }

  call(reader: Reader, how: "call" | "nested" | "blocking", isExtended: boolean): void {
    const blocking = how === "blocking";
    const id = this.#newId(reader);
    const stub = this.#stubs[reader.varint()];
    const deadline = reader.varint();
    if (stub === undefined) throw new Unreadable("a call names an unknown function");
    const extension = isExtended ? readExtension(reader) : undefined;
    const origin = extension?.maker === undefined ? undefined : this.#originOf(extension.maker);
    const framed = reader.left;
    const exchange = stub.hasReferences ? this.#link.exchange() : undefined;
    const parameters: unknown[] = [];
    for (const { decode } of stub.parameters) parameters.push(decode(reader, exchange ?? noReferences));
    reader.finish();
    const size = framed + reader.blobBytes;
    const nested = blocking ? undefined : how === "nested";
    const call = this.#begin(id, deadline, exchange, nested, extension?.metadata, origin);
    const target = this.#targets[stub.index];
    const failure =
      exchange?.failure ??
      (size > this.#link.bytes ? this.#link.tooLarge(stub.label, "parameters") : undefined) ??
      (target === undefined && stub.signature.kind !== "drop" ? this.#missing(stub) : undefined);
    if (failure !== undefined) {
      exchange?.refuse();
      this.#throw(call, failure);
      return;
    }
    let answer: unknown;
    let later: boolean;
    try {
      answer =
        blocking && this.#link.role === "host"
          ? this.#serveBlocked(stub, () => this.#invoke(stub, target, parameters, call, origin))
          : this.#invoke(stub, target, parameters, call, origin);
      // A future is the result itself. The answer is not checked yet: reading its `then` may throw.
      later = stub.ok?.kind !== "future" && isPromise(answer);
    } catch (thrown) {
      // If neither side is blocked, answer a moment later: if the plugin was lost, that is then reported first.
      if (blocking || this.#link.blocked > 0) this.#failed(call, stub, thrown);
      else this.#later(call, stub, Promise.reject(thrown));
      return;
    }
    this.#noteAnswer(stub, later);
    if (!later) this.#return(call, stub, answer);
    else if (blocking && (this.#link.role === "plugin" || this.#link.blocked > 0))
      this.#refuseToWait(call, stub, answer as Promise<unknown>);
    else {
      call.size = size + callBytes;
      this.#later(call, stub, answer as Promise<unknown>);
    }
  }

  #noteAnswer(stub: Stub, later: boolean): void {
    if (!later) {
      if (!this.#answersLater.has(stub)) this.#answersNow.add(stub);
      return;
    }
    this.#answersLater.add(stub);
    this.#answersNow.delete(stub);
  }

  #originOf(maker: number): Origin {
    const origin = this.#link.originOf(maker);
    if (origin === undefined) throw new Unreadable("a call was made by an unknown call");
    return origin;
  }

  #begin(
    id: number,
    deadline: number,
    exchange: Exchange | undefined,
    nested: boolean | undefined,
    own: Metadata | undefined,
    origin: Origin | undefined,
  ): ServedCall {
    const maker = origin?.call?.ended === false ? origin.call : undefined;
    const inherited = maker?.metadata;
    const metadata = own === undefined || inherited === undefined ? (own ?? inherited) : { ...inherited, ...own };
    const left = maker === undefined ? deadline : shorter(deadline, millisecondsUntil(maker.due));
    const call = new ServedCall(id, left, exchange, nested, this.#link, metadata, maker);
    if (maker === undefined) return call;
    if (maker.reason === undefined) maker.follow(call);
    else call.cancel(maker.reason);
    return call;
  }

  /** Calls a function in the context of its call: on the plugin's side if it can call back, on the host's for a call that made it. */
  #invoke(
    stub: Stub,
    target: InstanceFunction | undefined,
    parameters: readonly unknown[],
    call: ServedCall,
    origin: Origin | undefined,
  ): unknown {
    if (target === undefined) return undefined;
    const invoke = () => target.invoke(parameters, call);
    const { role, calls } = this.#link;
    if (role === "plugin") return calls ? inContext(call, !this.#answersNow.has(stub), invoke) : invoke();
    const later = target.answersLater === true || stub.type.async === true || this.#answersLater.has(stub);
    if (origin === undefined) return inContext(call, later && (call.metadata !== undefined || contextsUsed()), invoke);
    return origin.resource.runInAsyncScope(inContext, undefined, call, later, invoke);
  }

  control(reader: Reader): void {
    const id = this.#newId(reader);
    const name = reader.text();
    const deadline = reader.varint();
    const parameters = readJson(reader.text());
    const attachment = reader.blob();
    const call = new ServedCall(id, deadline, undefined);
    this.#served.set(id, call);
    void this.#answerControl(call, name, { parameters, attachment, control: call });
  }

  /** The caller cancels a call: confirms it immediately, whatever the function does, to show that this side is alive. */
  cancel(id: number, reason: string): void {
    this.#served.get(id)?.cancel(faultFromText(reason, "TENON_CALL_ABORTED", this.#link.role === "plugin"));
    this.#link.sendNumber(kind.cancelled, id);
  }

  close(reason: TenonError): void {
    for (const call of this.#served.values()) {
      call.cancel(reason);
      call.exchange?.end();
    }
    this.#served.clear();
    this.running = 0;
  }

  #newId(reader: Reader): number {
    const id = reader.varint();
    if (this.#served.has(id)) throw new Unreadable("a call has the same number as another one");
    return id;
  }

  #later(call: ServedCall, stub: Stub, answer: PromiseLike<unknown>): void {
    this.#served.set(call.id, call);
    this.running += call.size;
    if (stub.measureOk !== undefined) this.#beginLarge();
    answer.then(
      (value) => {
        const size = this.#link.room.full ? (stub.measureOk?.(value) ?? 0) : 0;
        if (size === 0) {
          if (this.#end(call)) this.#return(call, stub, value);
          return;
        }
        this.#returnInTurn(call, stub, value, size);
      },
      (thrown: unknown) => {
        if (this.#end(call)) this.#failed(call, stub, thrown);
      },
    );
  }

  #end(call: ServedCall): boolean {
    if (!this.#served.delete(call.id)) return false;
    this.running -= call.size;
    this.ended();
    return true;
  }

  /** The other side has not taken what was sent: returns the result once it has. */
  #returnInTurn(call: ServedCall, stub: Stub, value: unknown, size: number): void {
    const { room, role } = this.#link;
    if (role === "host" && this.#held + size > room.limit) {
      if (this.#end(call)) this.#throw(call, resultsNotTaken(stub.label, room.limit));
      return;
    }
    this.#held += size;
    room.enter({
      run: () => {
        this.#held -= size;
        if (this.#end(call)) this.#return(call, stub, value);
      },
    });
  }

  #beginLarge(): void {
    const { role, room } = this.#link;
    if (role !== "host" || room.limit === 0) return;
    if (++this.#begun < Math.max(fewestBegun, Math.min(mostBegun, room.limit / 16 / (this.#expected || room.limit))))
      return;
    this.#begun = 0;
    this.rest();
  }

  /** Runs a host function that the plugin is blocked in. Calls that it makes of the plugin are marked as nested. */
  #serveBlocked(stub: Stub, serve: () => unknown): unknown {
    const link = this.#link;
    const sides = new Set<object>([link]);
    for (const outer of link.within.values()) for (const side of outer) sides.add(side);
    const tracked = stub.type.async === true || this.#answersLater.has(stub);
    const answer = serveBlocked(sides, tracked, serve);
    if (tracked || !(answer instanceof Promise)) return answer;
    // From its next call on, it is known which calls this function makes.
    this.#answersLater.add(stub);
    link.unclear++;
    const end = () => link.unclear--;
    answer.then(end, end);
    return answer;
  }

  #refuseToWait(call: ServedCall, stub: Stub, answer: Promise<unknown>): void {
    answer.then(undefined, () => {});
    const error = syncReturnedPromise(stub.label);
    call.cancel(error);
    this.#throw(call, error);
  }

  async #answerControl(call: ServedCall, name: string, request: ControlRequest): Promise<void> {
    let text: string;
    try {
      const handler = Object.hasOwn(this.#controls, name) ? this.#controls[name] : undefined;
      if (handler === undefined) throw controlUnknown(name);
      const value = await handler(request);
      text = value === undefined ? "" : JSON.stringify(value);
    } catch (thrown) {
      if (this.#served.delete(call.id)) this.#throw(call, coded(thrown, this.#link.threw, name));
      return;
    }
    if (!this.#served.delete(call.id) || this.#link.closed !== undefined) return;
    const writer = this.#link.outbox.begin(kind.answer, Number.POSITIVE_INFINITY);
    writer.varint(call.id);
    writer.text(text);
    this.#link.outbox.commit();
  }

  #return(call: ServedCall, stub: Stub, value: unknown): void {
    this.#answer(call, stub, kind.return, stub.encodeOk, stub.ok, value, "result");
  }

  #failed(call: ServedCall, stub: Stub, thrown: unknown): void {
    if (isMadeHere(thrown) && thrown.code === "TENON_CALL_RESULT" && stub.fallible) {
      this.#answer(call, stub, kind.fail, stub.encodeErr, stub.err, thrown.payload, "error");
    } else this.#throw(call, coded(thrown, this.#link.threw, `${stub.label}() threw`));
  }

  #answer(
    call: ServedCall,
    stub: Stub,
    what: number,
    encode: Encoder | undefined,
    type: Type | undefined,
    value: unknown,
    part: "result" | "error",
  ): void {
    call.end();
    if (this.#link.closed !== undefined) return;
    const { outbox, bytes } = this.#link;
    const writer = outbox.begin(what, bytes + callHeadBytes);
    const given = stub.hasReferences ? this.#link.exchange() : undefined;
    try {
      writer.varint(call.id);
      const start = writer.size;
      encode?.(writer, value, given ?? noReferences);
      if (stub.measureOk !== undefined)
        this.#expected = Math.max(leastExpected, writer.size - start, this.#expected * 0.9);
      outbox.commit();
      call.exchange?.end();
    } catch (thrown) {
      outbox.abandon();
      given?.takeBack();
      const error = encodingError(thrown, `${stub.label}(): ${part}`, type, value, () =>
        this.#link.tooLarge(stub.label, part),
      );
      this.#throw(call, error);
    }
  }

  #throw(call: ServedCall, error: TenonError): void {
    call.end();
    call.exchange?.end();
    if (this.#link.closed !== undefined) return;
    const writer = this.#link.outbox.begin(kind.throw, Number.POSITIVE_INFINITY);
    writer.varint(call.id);
    writer.text(faultText(isTenonError(error, "TENON_CALL_RESULT") ? callResultUndeclared(error) : error));
    this.#link.outbox.commit();
  }

  #missing(stub: Stub): TenonError {
    return this.#link.role === "host" ? importMissing(stub.label) : symbolMissing(stub.label);
  }
}

/** What a call that runs occupies, beside its parameters. */
const callBytes = 1024;
const leastExpected = 256;
/** How many calls may begin before the size of their results is known, and while they are small. */
const fewestBegun = 16;
const mostBegun = 4096;

const free: CallControl = { signal: undefined, deadline: 0, nested: false };

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
