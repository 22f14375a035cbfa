import { pluginClosed } from "../../errors/factories/closed.js";
import { notHealthy, stateFailed, stateNotSupported } from "../../errors/factories/wasm.js";
import type { TenonError } from "../../errors/index.js";
import type {
  CallControl,
  CloseReport,
  FunctionTable,
  Instance,
  InstanceFunction,
  Isolation,
} from "../../runtime/index.js";
import { CallLimit, requestCancellation, withLimit } from "./abi/index.js";
import type { CallQueue } from "./call-queue.js";
import type { PluginFunction } from "./linking/plugin-function.js";
import { explainFailure } from "./modules/engine.js";

export interface WasmInstanceParts {
  readonly subject: string;
  /** By path. Includes those of the guest package. */
  readonly functions: ReadonlyMap<string, PluginFunction>;
  readonly lost: Promise<TenonError>;
  /** Whether the plugin's code may yield in a loop, which its deadline must end. */
  readonly yields: boolean;
  /** Where calls wait while code of the plugin is on the stack. */
  readonly queue: CallQueue;
  /** Closes files and sockets, and releases the instance. Called once. */
  readonly release: () => void;
}

const isolation: Isolation = Object.freeze({
  level: "sandboxed",
  memory: true,
  crash: true,
  interruptible: false,
  filesystem: true,
  network: true,
  environment: true,
  processes: true,
  by: ["engine"] as const,
  remarks: Object.freeze([
    "The plugin reaches only its own memory, the host's functions and what is granted.",
    "Deep recursion fails when the stack is full. In a worker or process, `limits.stack` sets its size; inline, it is the host's own stack.",
    "An infinite loop blocks the thread. Inline that is the host's own thread and nothing stops it; in a worker or process, the deadline does.",
  ]),
});

const statePath = (name: string) => `state#${name}`;

/** A loaded WebAssembly plugin. Once closed, it no longer refers to anything of the plugin. */
export class WasmInstance implements Instance {
  readonly isolation = isolation;
  readonly contract = undefined;
  readonly lost: Promise<TenonError>;
  readonly restores: boolean;
  readonly functions: FunctionTable;
  readonly #subject: string;
  readonly #functionsByPath = new Map<string, WasmFunction>();
  #parts: WasmInstanceParts | undefined;
  #report: Promise<CloseReport> | undefined;

  constructor(parts: WasmInstanceParts) {
    this.#parts = parts;
    this.#subject = parts.subject;
    this.lost = parts.lost;
    this.restores = parts.functions.has(statePath("restore"));
    this.functions = { get: (path) => this.#function(path) };
  }

  explain(thrown: unknown, label: string): TenonError {
    return explainFailure(thrown, `${label}()`, this.#subject);
  }

  async health(control: CallControl): Promise<void> {
    try {
      await this.#guestExport("health#check")?.invoke([], control);
    } catch (thrown) {
      throw notHealthy(this.#subject, thrown);
    }
  }

  async save(control: CallControl): Promise<unknown> {
    const save = this.#guestExport(statePath("save"));
    if (save === undefined) return undefined;
    return this.#migrate("saving", async () => JSON.parse((await save.invoke([], control)) as string));
  }

  async restore(state: unknown, control: CallControl): Promise<void> {
    const restore = this.#guestExport(statePath("restore"));
    if (restore === undefined) throw stateNotSupported(this.#subject);
    await this.#migrate("restoring", async () => restore.invoke([JSON.stringify(state)], control));
  }

  close(_control: CallControl): Promise<CloseReport> {
    this.#report ??= this.#close();
    return this.#report;
  }

  async #close(): Promise<CloseReport> {
    for (const given of this.#functionsByPath.values()) given.close();
    this.#functionsByPath.clear();
    this.#parts?.release();
    this.#parts = undefined;
    return { proof: "collectable", forced: false, resources: 0 };
  }

  #function(path: string): InstanceFunction | undefined {
    const found = this.#parts?.functions.get(path);
    if (found === undefined) return undefined;
    let given = this.#functionsByPath.get(path);
    if (given === undefined) {
      given = new WasmFunction(found, this.#subject, this.#parts!.yields, this.#parts!.queue);
      this.#functionsByPath.set(path, given);
    }
    return given;
  }

  #guestExport(path: string): InstanceFunction | undefined {
    if (this.#parts === undefined) throw pluginClosed(this.#subject);
    return this.#function(`tenon:guest/${path}`) ?? this.#function(path);
  }

  async #migrate<T>(what: "saving" | "restoring", step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (thrown) {
      throw stateFailed(this.#subject, what, thrown);
    }
  }
}

/** A function of an instance. When the instance is closed, waiting calls reject. */
class WasmFunction implements InstanceFunction {
  #inner: PluginFunction | undefined;
  readonly #subject: string;
  /** Whether each call needs a limit: see {@link CallLimit}. */
  readonly #limited: boolean;
  readonly #queue: CallQueue;
  readonly #waiting = new Set<(reason: TenonError) => void>();

  constructor(inner: PluginFunction, subject: string, limited: boolean, queue: CallQueue) {
    this.#queue = queue;
    this.#inner = inner;
    this.#subject = subject;
    this.#limited = limited;
  }

  get direct() {
    return this.#inner?.start === undefined && !this.#limited ? this.#inner?.call : undefined;
  }

  invoke(parameters: readonly unknown[], control: CallControl): unknown {
    if (control.nested === false && this.#queue.isOccupied) return this.#inTurn(parameters, control);
    return this.#begin(parameters, control);
  }

  /** Waits for the calls before it: code of the plugin is on the stack, in a call of somebody else. */
  #inTurn(parameters: readonly unknown[], control: CallControl): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let over = false;
      const leave = (reason: TenonError) => {
        over = true;
        this.#waiting.delete(leave);
        reject(reason);
      };
      this.#waiting.add(leave);
      control.onCancel = leave;
      this.#queue.add(() => {
        if (over) return;
        this.#waiting.delete(leave);
        control.onCancel = undefined;
        try {
          resolve(this.#begin(parameters, control));
        } catch (thrown) {
          reject(thrown);
        }
      });
    });
  }

  #begin(parameters: readonly unknown[], control: CallControl): unknown {
    const inner = this.#open();
    const limit = this.#limitOf(inner, control);
    const answer = this.#called(inner.start ?? inner.call, parameters, limit);
    return answer instanceof Promise ? this.#watch(answer, control, limit) : answer;
  }

  invokeSync(parameters: readonly unknown[], control: CallControl): unknown {
    const inner = this.#open();
    return this.#called(inner.call, parameters, this.#limitOf(inner, control));
  }

  #limitOf({ signature }: PluginFunction, { deadline }: CallControl): CallLimit | undefined {
    return this.#limited ? new CallLimit(`${signature.label}()`, deadline) : undefined;
  }

  #called(call: PluginFunction["call"], parameters: readonly unknown[], limit: CallLimit | undefined): unknown {
    try {
      return limit === undefined ? call(...parameters) : withLimit(limit, () => call(...parameters));
    } catch (thrown) {
      throw this.#explained(thrown);
    }
  }

  close(): void {
    this.#inner = undefined;
    for (const reject of [...this.#waiting]) reject(pluginClosed(this.#subject));
    this.#waiting.clear();
  }

  #watch(answer: Promise<unknown>, control: CallControl, limit: CallLimit | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      control.onCancel = (reason) => {
        if (limit !== undefined) limit.cancelled = reason;
        const { cancel = requestCancellation } = this.#inner ?? {};
        // A task that is asked to stop may still return a result: the handles in it are released then.
        if (cancel(answer, reason) !== true) reject(reason);
      };
      answer
        .then(resolve, (thrown: unknown) => reject(this.#explained(thrown)))
        .finally(() => this.#waiting.delete(reject));
    });
  }

  #explained(thrown: unknown): TenonError {
    return explainFailure(thrown, `${this.#inner?.signature.label ?? "the function"}()`, this.#subject);
  }

  #open(): PluginFunction {
    if (this.#inner === undefined) throw pluginClosed(this.#subject);
    return this.#inner;
  }
}
