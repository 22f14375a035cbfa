import { pluginClosed } from "../../errors/factories/closed.js";
import type { TenonError } from "../../errors/index.js";
import type { Boundary, CallControl, FunctionTable, InstanceFunction } from "../../runtime/index.js";

/**
 * The functions of an instance until it is closed. A function that is kept longer keeps nothing of the plugin alive, and
 * calls that are running at the close are rejected.
 */
export class ClosableTable implements FunctionTable {
  #table: FunctionTable | undefined;
  #boundary: Boundary | undefined;
  readonly #subject: string;
  readonly #given = new Map<string, InstanceFunction>();

  constructor(table: FunctionTable, boundary: Boundary, subject: string) {
    this.#table = table;
    this.#boundary = boundary;
    this.#subject = subject;
  }

  get(path: string): InstanceFunction | undefined {
    const inner = this.#table?.get(path);
    if (inner === undefined) return undefined;
    let given = this.#given.get(path);
    if (given === undefined) {
      given = new ClosableFunction(
        inner,
        (answer) => this.#watch(answer),
        () => this.closed(),
      );
      this.#given.set(path, given);
    }
    return given;
  }

  closed(): TenonError {
    return pluginClosed(this.#subject);
  }

  close(): void {
    this.#table = undefined;
    this.#boundary = undefined;
    for (const given of this.#given.values()) (given as ClosableFunction).close();
    this.#given.clear();
  }

  /** Rejects if the boundary is closed before the answer comes. */
  #watch(answer: PromiseLike<unknown>): Promise<unknown> {
    const boundary = this.#boundary;
    if (boundary === undefined) return Promise.reject(this.closed());
    return new Promise((resolve, reject) => {
      const finish = boundary.begin(reject);
      void Promise.resolve(answer).then(resolve, reject).finally(finish);
    });
  }
}

class ClosableFunction implements InstanceFunction {
  #inner: InstanceFunction | undefined;

  constructor(
    inner: InstanceFunction,
    readonly watch: (answer: PromiseLike<unknown>) => Promise<unknown>,
    readonly refusal: () => TenonError,
  ) {
    this.#inner = inner;
  }

  get direct() {
    return this.#inner?.direct;
  }

  get answersLater(): boolean {
    return this.#inner?.answersLater ?? false;
  }

  get wantsCall(): boolean {
    return this.#inner?.wantsCall ?? false;
  }

  invoke(parameters: readonly unknown[], control: CallControl): unknown {
    const answer = this.#open().invoke(parameters, control);
    return isPromise(answer) ? this.watch(answer) : answer;
  }

  invokeSync(parameters: readonly unknown[], control: CallControl): unknown {
    const inner = this.#open();
    if (inner.invokeSync !== undefined) return inner.invokeSync(parameters, control);
    return inner.invoke(parameters, control);
  }

  close(): void {
    this.#inner = undefined;
  }

  #open(): InstanceFunction {
    if (this.#inner === undefined) throw this.refusal();
    return this.#inner;
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
