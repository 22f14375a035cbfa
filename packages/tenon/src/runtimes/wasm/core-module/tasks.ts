import { abiViolation, pluginPanicked } from "../../../errors/factories/wasm-call.js";
import type { TenonError } from "../../../errors/index.js";
import { Subtask } from "../abi/async/subtask.js";
import type { CoreFunction } from "../abi/code/options.js";
import type { ComponentState } from "../abi/index.js";
import type { RunningTask } from "../abi/state/concurrency.js";
import { guestMemory } from "../abi/state/guest-memory.js";
import { trapOnThrow } from "../abi/state/trap.js";
import { StreamEnd } from "../abi/streams/stream-end.js";
import type { GuestTextReader } from "./panic.js";

/** How many failures of host functions are kept so that the guest can rethrow them. */
const mostFailures = 1024;

/** The import module through which a guest with its own scheduler returns the result of any running call. */
export const taskModule = "tenon:guest/task";

/**
 * In the canonical ABI, only a task's own code can return its result. A guest that runs all calls on one scheduler may reach
 * the end of one call inside the code of another. It then selects the task, returns its result, and ends it.
 */
export function taskImports(
  text: GuestTextReader,
  memoryOf: () => WebAssembly.Memory | undefined,
  state: ComponentState,
): Readonly<Record<string, CoreFunction>> {
  const { concurrency } = state;
  const tasks = new Map<number, RunningTask>();
  const numbers = new WeakMap<RunningTask, number>();
  let last = 0;
  concurrency.observesStreamFailures = true;
  const selected = (does: string) => {
    if (concurrency.selected !== undefined) return concurrency.selected;
    throw abiViolation(state.subject, `${does} without selecting a task first`);
  };
  const functions: Readonly<Record<string, (...flat: any[]) => unknown>> = {
    /** Returns the number of the running task; 0 for none. */
    current() {
      const { current } = concurrency;
      if (current === undefined) return 0;
      let number = numbers.get(current);
      if (number === undefined) {
        number = ++last;
        numbers.set(current, number);
        tasks.set(number, current);
      }
      return number;
    },
    /** Selects the task that `task.return` and `fail` refer to, until `end`. */
    select(number: number) {
      const task = tasks.get(number);
      if (task === undefined) throw abiViolation(state.subject, `selected task ${number}, which is not running`);
      concurrency.selected = task;
    },
    /** Fails the call in a way that its contract does not declare. The text is a message and a stack. */
    fail(pointer: number, length: number) {
      const task = selected("failed a task");
      if (!task.isResolved) task.reject(pluginPanicked(state.subject, text(pointer, length)));
    },
    /** Ends the selected task. The running task ends by the status that it returns. */
    end() {
      const task = selected("ended a task");
      concurrency.selected = undefined;
      tasks.delete(numbers.get(task) ?? 0);
      if (task !== concurrency.current) task.leave();
    },
    /** Writes why a stream or future broke. Returns the length of the message, or -1 if it did not break. */
    failure(index: number, pointer: number, capacity: number) {
      const { broken } = state.handles.get(index, StreamEnd, "end of a stream").shared;
      if (broken === undefined) return -1;
      return write(broken.message, pointer, capacity);
    },
    /** Sets the address to which the number of a failure is written when a host function fails. */
    listen(pointer: number) {
      concurrency.reportFailure = (error) => {
        const memory = guestMemory({ memory: memoryOf(), realloc: undefined }, state);
        memory.refresh();
        memory.check(pointer >>> 0, 4, 4);
        memory.u32[pointer >>> 2] = noteFailure(error);
      };
    },
    /** Returns the number of the failure of a call that waited; 0 for none. */
    failed(index: number) {
      const { failure } = state.handles.get(index, Subtask, "subtask");
      return failure === undefined ? 0 : noteFailure(failure);
    },
    /** Writes the message of a failure, and returns its length. */
    message(number: number, pointer: number, capacity: number) {
      return write(failureNumbered(number).message, pointer, capacity);
    },
    /** Fails the call with the failure of a host function that the guest did not handle. */
    rethrow(number: number) {
      const task = concurrency.selected;
      const error = failureNumbered(number);
      if (task === undefined) state.reported ??= error;
      else if (!task.isResolved) task.reject(error);
    },
    /** Breaks a stream or future because its writer failed, and drops the writable end. The reader learns why. */
    break(index: number, pointer: number, length: number) {
      const end = state.handles.get(index, StreamEnd, "end of a stream");
      if (end.isReadable)
        throw abiViolation(state.subject, "broke a stream that it reads; only the writer can break a stream");
      state.handles.free(index);
      end.join(undefined);
      end.shared.break(pluginPanicked(state.subject, text(pointer, length)));
    },
  };
  const failures = new Map<number, TenonError>();
  let lastFailure = 0;
  const noteFailure = (error: TenonError): number => {
    failures.set(++lastFailure, error);
    failures.delete(lastFailure - mostFailures);
    return lastFailure;
  };
  const failureNumbered = (number: number) => {
    const error = failures.get(number);
    if (error === undefined) throw abiViolation(state.subject, `asked for failure ${number}, which does not exist`);
    return error;
  };
  const write = (message: string, pointer: number, capacity: number) => {
    const bytes = new TextEncoder().encode(message).subarray(0, capacity >>> 0);
    const memory = guestMemory({ memory: memoryOf(), realloc: undefined }, state);
    memory.refresh();
    memory.check(pointer >>> 0, 1, bytes.length);
    memory.bytes.set(bytes, pointer >>> 0);
    return bytes.length;
  };
  return Object.fromEntries(
    Object.entries(functions).map(([name, call]) => [name, trapOnThrow(state, `task.${name}`, call)]),
  );
}
