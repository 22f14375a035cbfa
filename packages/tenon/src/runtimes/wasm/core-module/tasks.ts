import type { TenonError } from "../../../errors/index.js";
import { StreamEnd } from "../abi/async/stream-end.js";
import { Subtask } from "../abi/async/subtask.js";
import type { Task } from "../abi/async/task.js";
import { guestMemory } from "../abi/guest-memory.js";
import type { ComponentState } from "../abi/index.js";
import type { CoreFunction } from "../abi/options.js";
import { abiError, trapping } from "../abi/trap.js";
import { panicError } from "../panic-report.js";
import type { GuestText } from "./panic.js";

/** Failures that are kept so that the guest may let them pass: older ones are its own, if it does. */
const mostFailures = 1024;

/** The import module by which a guest with a scheduler of its own answers for any of the calls that run in it. */
export const taskModule = "tenon:guest/task";

/**
 * The canonical ABI lets only the code of a task answer for it. A guest that runs all its calls on one scheduler comes to
 * the end of one call while another call's code was entered: it selects the task, answers, and ends it.
 */
export function taskImports(
  text: GuestText,
  memoryOf: () => WebAssembly.Memory | undefined,
  state: ComponentState,
): Readonly<Record<string, CoreFunction>> {
  const { concurrency } = state;
  const tasks = new Map<number, Task>();
  const numbers = new WeakMap<Task, number>();
  let last = 0;
  concurrency.hearsFailures = true;
  const selected = (does: string) => {
    if (concurrency.selected !== undefined) return concurrency.selected;
    throw abiError(state.subject, `it ${does} and has selected no task`);
  };
  const functions: Readonly<Record<string, (...flat: any[]) => unknown>> = {
    /** The number of the task whose code runs; 0 for none. */
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
    /** What `task.return` and `fail` are about, until `end`. */
    select(number: number) {
      const task = tasks.get(number);
      if (task === undefined) throw abiError(state.subject, `it selects the task ${number}, which is not under way`);
      concurrency.selected = task;
    },
    /** The call has failed in a way that its contract does not declare: message and stack. */
    fail(pointer: number, length: number) {
      const task = selected("lets a task fail");
      if (!task.isResolved) task.reject(panicError(state.subject, text(pointer, length)));
    },
    /** The task that was selected is over; one whose code runs ends by its status. */
    end() {
      const task = selected("ends a task");
      concurrency.selected = undefined;
      tasks.delete(numbers.get(task) ?? 0);
      if (task !== concurrency.current) task.leave();
    },
    /** Why the stream or future that ended was broken: the length of the message written, or -1 where it was not. */
    failure(index: number, pointer: number, capacity: number) {
      const { broken } = state.handles.get(index, StreamEnd, "end of a stream").shared;
      if (broken === undefined) return -1;
      return write(broken.message, pointer, capacity);
    },
    /** Where the number of the failure is written when a host function that the guest has called fails. */
    listen(pointer: number) {
      concurrency.tellFailure = (error) => {
        const memory = guestMemory({ memory: memoryOf(), realloc: undefined }, state);
        memory.refresh();
        memory.check(pointer >>> 0, 4, 4);
        memory.u32[pointer >>> 2] = noteFailure(error);
      };
    },
    /** The number of the failure that a call ended with which has waited; 0 for none. */
    failed(index: number) {
      const { failure } = state.handles.get(index, Subtask, "subtask");
      return failure === undefined ? 0 : noteFailure(failure);
    },
    /** Writes the message of a failure; returns its length. */
    message(number: number, pointer: number, capacity: number) {
      return write(failureNumbered(number).message, pointer, capacity);
    },
    /** The call ends with a failure of a host function's, which the guest lets pass. */
    rethrow(number: number) {
      const task = concurrency.selected;
      const error = failureNumbered(number);
      if (task === undefined) state.reported ??= error;
      else if (!task.isResolved) task.reject(error);
    },
    /** What writes a stream or future has failed: its reader is told so. Ends the writable end. */
    break(index: number, pointer: number, length: number) {
      const end = state.handles.get(index, StreamEnd, "end of a stream");
      if (end.isReadable) throw abiError(state.subject, "it breaks a stream that it reads");
      state.handles.free(index);
      end.join(undefined);
      end.shared.break(panicError(state.subject, text(pointer, length)));
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
    if (error === undefined) throw abiError(state.subject, `it asks for the failure ${number}, which it was not told`);
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
    Object.entries(functions).map(([name, call]) => [name, trapping(state, `task.${name}`, call)]),
  );
}
