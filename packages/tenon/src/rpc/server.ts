import type { Items, ResourceType, Type } from "../contract/core.js";
import {
  callerGaveUp,
  callResultUndeclared,
  importMissing,
  symbolMissing,
  syncReturnedPromise,
} from "../errors/factories/call.js";
import { controlUnknown } from "../errors/factories/wire.js";
import { isTenonError, type TenonError } from "../errors/index.js";
import type { CallControl, FunctionTable, InstanceFunction } from "../runtime/index.js";
import { type Encoder, noReferences, type Reader, Unreadable } from "./codec/index.js";
import { encodingError } from "./encoding-error.js";
import { callHeadBytes, kind } from "./envelope.js";
import { coded, faultText } from "./fault.js";
import type { Link } from "./link.js";
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

  call(reader: Reader, blocking: boolean): void {
    const id = this.#newId(reader);
    const stub = this.#stubs[reader.varint()];
    const deadline = reader.varint();
    if (stub === undefined) throw new Unreadable("a call names an unknown function");
    const size = reader.left;
    const exchange = stub.hasReferences ? this.#link.exchange() : undefined;
    const parameters: unknown[] = [];
    for (const { decode } of stub.parameters) parameters.push(decode(reader, exchange ?? noReferences));
    reader.finish();
    const call = new ServedCall(id, deadline, exchange);
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
    try {
      answer = target?.invoke(parameters, call);
    } catch (thrown) {
      // If neither side is blocked, answer a moment later: if the plugin was lost, that is then reported first.
      if (blocking || this.#link.blocked > 0) this.#failed(call, stub, thrown);
      else this.#later(call, stub, Promise.reject(thrown));
      return;
    }
    // A future is the result itself.
    if (!isPromise(answer) || stub.ok?.kind === "future") this.#return(call, stub, answer);
    else if (blocking && (this.#link.role === "plugin" || this.#link.blocked > 0))
      this.#refuseToWait(call, stub, answer);
    else this.#later(call, stub, answer);
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
  cancel(id: number): void {
    this.#served.get(id)?.cancel(callerGaveUp());
    this.#link.sendNumber(kind.cancelled, id);
  }

  close(reason: TenonError): void {
    for (const call of this.#served.values()) {
      call.cancel(reason);
      call.exchange?.end();
    }
    this.#served.clear();
  }

  #newId(reader: Reader): number {
    const id = reader.varint();
    if (this.#served.has(id)) throw new Unreadable("a call has the same number as another one");
    return id;
  }

  #later(call: ServedCall, stub: Stub, answer: Promise<unknown>): void {
    this.#served.set(call.id, call);
    answer.then(
      (value) => {
        if (this.#served.delete(call.id)) this.#return(call, stub, value);
      },
      (thrown: unknown) => {
        if (this.#served.delete(call.id)) this.#failed(call, stub, thrown);
      },
    );
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
    if (isTenonError(thrown, "TENON_CALL_RESULT") && stub.fallible) {
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
    if (this.#link.closed !== undefined) return;
    const { outbox, bytes } = this.#link;
    const writer = outbox.begin(what, bytes + callHeadBytes);
    const given = stub.hasReferences ? this.#link.exchange() : undefined;
    try {
      writer.varint(call.id);
      encode?.(writer, value, given ?? noReferences);
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

const free: CallControl = { signal: undefined, deadline: 0 };

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
