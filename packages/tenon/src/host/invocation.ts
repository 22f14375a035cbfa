import { types } from "node:util";
import {
  answeredType,
  compileGuard,
  compileMeasure,
  type FunctionType,
  fullType,
  type Signature,
  type Type,
} from "../contract/core.js";
import { callResult, callTooLarge, syncReturnedPromise, syncUnavailable } from "../errors/factories/call.js";
import { callCancelledBefore, tooManyParameters } from "../errors/factories/host-call.js";
import { asCause, isTenonError, passedOn, type TenonError } from "../errors/index.js";
import type { Leaving } from "../observation/call-series.js";
import { currentCall, inContext } from "../runtime/call-context.js";
import {
  carriesPayload,
  compileConversion,
  Handle,
  type InstanceFunction,
  openScope,
  payloadOf,
  type Scope,
  unreadable,
} from "../runtime/index.js";
import { parameterMismatch } from "./callable.js";
import type { Cell } from "./cell.js";
import { releaseResult } from "./late-result.js";
import { type Caller, cancelledWith, isPromise, RunningCall, type RunningOptions } from "./running-call.js";

/**
 * One function of a contract, called over the long path: with handles, a deadline, cancellation, and any place on the
 * other side. It handles everything that the short path (`callable.ts`) cannot.
 */
export class Invocation {
  readonly label: string;
  readonly type: FunctionType;
  /** Whether its values cross a boundary unchanged, so that the short path can be used. */
  readonly plain: boolean;
  readonly #answered: Type | undefined;
  readonly #gives;
  readonly #receive;
  readonly #measures;
  readonly #lends: boolean;
  /** Whether it has returned a promise; absent until it has returned. */
  #answersLater: boolean | undefined;

  constructor(
    readonly signature: Signature,
    readonly limit: number,
  ) {
    this.label = signature.label;
    this.type = fullType(signature);
    this.#answered = answeredType(this.type.result);
    this.#gives = this.type.parameters.map((parameter) => compileConversion(parameter.type, "give"));
    this.#receive = this.#answered === undefined ? undefined : compileConversion(this.#answered, "receive");
    this.#measures = this.type.parameters.map((parameter) => compileMeasure(parameter.type));
    this.#lends = this.#gives.some((conversion) => conversion !== undefined);
    this.plain = !this.#lends && this.#receive === undefined;
  }

  /**
   * The cell that a method must be called in: the one that its object came from, even after a swap. `undefined` for every
   * other function, which is called in the current cell.
   *
   * @throws TENON_RESOURCE_GONE
   */
  ownerOf(parameters: readonly unknown[]): Cell | undefined {
    if (this.signature.kind !== "method") return undefined;
    const { boundary, resource } = Handle.alive(parameters[0]);
    const owner = boundary.owner;
    const cell = (typeof owner === "function" ? owner() : owner) as Cell;
    if (cell.door === "shut") throw cell.refusal(resource.name);
    return cell;
  }

  /**
   * Checks and lowers the parameters, calls, waits, then checks and lifts the result. The cell counts the call as running.
   *
   * @param gate is left when the call is over.
   * @param checked whether the parameters were checked in this turn.
   */
  call(
    cell: Cell,
    target: InstanceFunction,
    parameters: readonly unknown[],
    { deadline, signal, metadata, outer }: Caller,
    gate: Leaving,
    checked: boolean,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let call: RunningCall;
      let lowered: readonly unknown[];
      try {
        if (!checked) this.checkParameters(parameters);
        if (signal?.aborted) throw callCancelledBefore(this.label, signal.reason);
        if (outer?.reason !== undefined) throw cancelledWith(`${this.label}()`, outer.reason, deadline);
        const scope: Scope | undefined = this.#lends ? openScope() : undefined;
        lowered = this.#lower(cell, parameters, scope);
        call = new RunningCall(this, cell, { deadline, signal, metadata, outer, scope, gate }, resolve, reject);
      } catch (thrown) {
        gate?.leave(thrown);
        reject(thrown);
        return;
      }
      try {
        call.take(cell.callsBack ? this.#inContext(call, target, lowered) : target.invoke(lowered, call));
      } catch (thrown) {
        call.failed(thrown);
      }
    });
  }

  #inContext(call: RunningCall, target: InstanceFunction, lowered: readonly unknown[]): unknown {
    const later = this.#answersLater !== false || target.answersLater === true;
    const answer = inContext(call, later, () => target.invoke(lowered, call));
    if (types.isPromise(answer)) this.#answersLater = true;
    else this.#answersLater ??= false;
    return answer;
  }

  callSync(cell: Cell, target: InstanceFunction, parameters: readonly unknown[], deadline: number): unknown {
    this.checkParameters(parameters);
    const scope: Scope | undefined = this.#lends ? openScope() : undefined;
    const lowered = this.#lower(cell, parameters, scope);
    const generation = cell.enter();
    try {
      if (target.invokeSync !== undefined) {
        return this.finish(cell, target.invokeSync(lowered, { signal: undefined, deadline }), "sync");
      }
      if (cell.elsewhere !== undefined) throw syncUnavailable(this.label, cell.elsewhere);
      const answer = target.invoke(lowered, { signal: undefined, deadline });
      if (!isPromise(answer)) return this.finish(cell, answer, "sync");
      answer.then(undefined, () => {});
      throw syncReturnedPromise(this.label);
    } catch (thrown) {
      throw this.failed(cell, thrown);
    } finally {
      if (scope !== undefined) cell.boundary.endScope(scope);
      cell.leave(generation);
    }
  }

  /** Waits for a promise that the short path received. @param gate is left when the call is over. */
  settle(cell: Cell, promise: PromiseLike<unknown>, deadline: number, gate?: Leaving): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const options: RunningOptions = {
        deadline,
        signal: undefined,
        metadata: undefined,
        outer: currentCall(),
        scope: undefined,
        gate,
      };
      const call = new RunningCall(this, cell, options, resolve, reject);
      try {
        call.followPromise(promise, true);
      } catch (thrown) {
        call.failed(thrown);
      }
    });
  }

  /** Checks and lifts a result. */
  finish(cell: Cell, value: unknown, view: "async" | "sync"): unknown {
    const answered = this.#answered;
    if (answered === undefined) return undefined;
    try {
      const taken = cell.boundary.take(answered, value, () => `${this.label}(): result`);
      if (this.limit > 0 && (compileMeasure(answered)?.(taken) ?? 0) > this.limit)
        throw callTooLarge(this.label, "result", this.limit);
      return this.#receive === undefined ? taken : this.#receive(taken, cell.boundary, view, undefined);
    } catch (thrown) {
      throw unreadable(thrown, `${this.label}(): result`);
    }
  }

  checkParameters(parameters: readonly unknown[]): void {
    const wanted = this.type.parameters.length;
    if (parameters.length > wanted) {
      throw tooManyParameters(this.label, wanted, parameters.length);
    }
    for (const [index, parameter] of this.type.parameters.entries()) {
      if (!compileGuard(parameter.type)(parameters[index]))
        throw parameterMismatch(this.type.parameters, parameters, this.label);
      const measure = this.#measures[index];
      if (this.limit > 0 && measure !== undefined && measure(parameters[index]) > this.limit)
        throw callTooLarge(this.label, "parameters", this.limit);
    }
  }

  /** Converts an exception from the other side to the error that the caller gets. */
  failed(cell: Cell, thrown: unknown): TenonError {
    if (isTenonError(thrown) && thrown.code !== "TENON_CALL_RESULT") return thrown;
    return this.thrown(cell, thrown);
  }

  /** Converts what the plugin's own code threw, called directly. It may be anything, made to look like anything. */
  thrown(cell: Cell, thrown: unknown): TenonError {
    const { result } = this.type;
    const known = passedOn(thrown);
    if (known !== undefined) return known;
    if (result?.kind === "result" && carriesPayload(thrown)) return this.#callResult(cell, result.err, thrown);
    return cell.instance.explain(thrown, this.label);
  }

  #callResult(cell: Cell, type: Type | undefined, thrown: unknown): TenonError {
    const cause = asCause(thrown);
    if (type === undefined) return callResult(this.label, undefined, cause);
    try {
      const taken = cell.boundary.take(type, payloadOf(thrown), () => `${this.label}(): error`);
      const conversion = compileConversion(type, "receive");
      const received = conversion === undefined ? taken : conversion(taken, cell.boundary, "async", undefined);
      return callResult(this.label, received, cause);
    } catch (inPayload) {
      // The payload does not have its type, or cannot be read.
      return unreadable(inPayload, `${this.label}(): error`);
    }
  }

  #lower(cell: Cell, parameters: readonly unknown[], scope: Scope | undefined): readonly unknown[] {
    if (scope === undefined) return parameters;
    return this.type.parameters.map((_, index) => {
      const give = this.#gives[index];
      return give === undefined ? parameters[index] : give(parameters[index], cell.boundary, "async", scope);
    });
  }

  /** Lets go of a result that came too late. */
  release(cell: Cell, value: unknown): void {
    const type = this.#answered;
    if (type === undefined || this.#receive === undefined || !compileGuard(type)(value)) return;
    releaseResult(type, value, cell.boundary);
  }
}
