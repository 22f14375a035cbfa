import type { Items, ResourceType, Type } from "../contract/core.js";
import { errors, isTenonError, type TenonError } from "../errors/index.js";
import type { CallControl, FunctionTable, InstanceFunction } from "../runtime/index.js";
import { type Encoder, noReferences, type Reader, Unreadable } from "./codec/index.js";
import { encodingError } from "./encoding-error.js";
import { callHeadBytes, kind } from "./envelope.js";
import { coded, faultText } from "./fault.js";
import type { Link } from "./link.js";
import { readJson } from "./read-json.js";
import { ServedCall } from "./served-call.js";
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

/** The serving half of a peer. Every call that comes is answered exactly once, while the connection stands. */
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
      // The other side has let go of it: nobody is to be told that the drop failed.
    }
  }

  call(reader: Reader, blocking: boolean): void {
    const id = this.#newId(reader);
    const stub = this.#stubs[reader.varint()];
    const deadline = reader.varint();
    if (stub === undefined) throw new Unreadable("a call names no function");
    const size = reader.left;
    const exchange = stub.refers ? this.#link.exchange() : undefined;
    const parameters: unknown[] = [];
    for (const { decode } of stub.parameters) parameters.push(decode(reader, exchange ?? noReferences));
    reader.finish();
    const call = new ServedCall(id, deadline, exchange);
    const target = this.#targets[stub.index];
    const failure =
      exchange?.failure ??
      (size > this.#link.bytes
        ? this.#link.tooLarge(`${stub.label}(): the parameters are larger`, stub.label)
        : undefined) ??
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
      // Told a moment later, where nobody is blocked: the loss of the plugin, if that was it, is then told first.
      if (blocking || this.#link.blocked > 0) this.#failed(call, stub, thrown);
      else this.#later(call, stub, Promise.reject(thrown));
      return;
    }
    // A future is itself the result.
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

  /** The caller gave up: it is told at once that this side lives, whatever the function does. */
  cancel(id: number): void {
    this.#served.get(id)?.cancel(errors.TENON_CALL_ABORTED("the caller gave up"));
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
    if (this.#served.has(id)) throw new Unreadable("a call has the number of another that is under way");
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
    const message = `${stub.label}() answered with a promise, and was called synchronously`;
    const error = errors.TENON_SYNC_UNAVAILABLE({ message, subject: stub.label });
    call.cancel(error);
    this.#throw(call, error);
  }

  async #answerControl(call: ServedCall, name: string, request: ControlRequest): Promise<void> {
    let text: string;
    try {
      const handler = Object.hasOwn(this.#controls, name) ? this.#controls[name] : undefined;
      if (handler === undefined) {
        throw errors.TENON_WIRE_VERSION(
          `the other side asks for "${name.slice(0, 40)}", which this side does not know`,
        );
      }
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
    const given = stub.refers ? this.#link.exchange() : undefined;
    try {
      writer.varint(call.id);
      encode?.(writer, value, given ?? noReferences);
      outbox.commit();
      call.exchange?.end();
    } catch (thrown) {
      outbox.abandon();
      given?.takeBack();
      const error = encodingError(thrown, `${stub.label}(): ${part}`, type, value, () =>
        this.#link.tooLarge(`${stub.label}(): the ${part} is larger`, stub.label),
      );
      this.#throw(call, error);
    }
  }

  #throw(call: ServedCall, error: TenonError): void {
    call.exchange?.end();
    if (this.#link.closed !== undefined) return;
    const writer = this.#link.outbox.begin(kind.throw, Number.POSITIVE_INFINITY);
    writer.varint(call.id);
    writer.text(faultText(isTenonError(error, "TENON_CALL_RESULT") ? undeclared(error) : error));
    this.#link.outbox.commit();
  }

  #missing(stub: Stub): TenonError {
    const host = this.#link.role === "host";
    const message = `the ${host ? "host" : "plugin"} has no function ${stub.label}()`;
    return errors[host ? "TENON_IMPORT_MISSING" : "TENON_SYMBOL_MISSING"]({ message, subject: stub.label });
  }
}

const free: CallControl = { signal: undefined, deadline: 0 };

function undeclared(error: TenonError): TenonError {
  const message = `${error.message}, but the contract declares none`;
  return errors.TENON_CALL_THREW({ message, cause: error.cause, pluginStack: error.pluginStack });
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
