import type { CanonDefinition, CanonOptions, ValueType } from "../../../../binary/component/index.js";
import type { FutureType, StreamType, Type } from "../../../../contract/core.js";
import { componentUnsupported } from "../../../../errors/factories/component.js";
import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import type { ResolveResource } from "../calls/pass-handles.js";
import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import type { ComponentState } from "../state/component-state.js";
import { guestMemory } from "../state/guest-memory.js";
import { assertMayLeave } from "../state/resources.js";
import { trapOnThrow } from "../state/trap.js";
import { blockingBuiltIn, canSuspendNow, mayWait, suspendUntil } from "../streams/blocking.js";
import { streamCancel, streamCopy, streamDrop, streamNew } from "../streams/copy.js";
import { SharedStream } from "../streams/shared-stream.js";
import { type Event, eventCodes, Waitable, WaitableSet } from "../streams/waitable.js";
import { ElementCodec } from "./element-codec.js";
import { errorContextDrop, errorContextMessage, errorContextNew } from "./error-context.js";
import { Subtask, subtaskStates } from "./subtask.js";
import { requestCancellation } from "./task.js";
import { compileTaskReturn, runningTask } from "./task-return.js";

/** Resolves the indices of a canonical definition. */
export interface BuiltInScope {
  readonly state: ComponentState;
  readonly resolve: ResolveResource;
  readonly options: (options: CanonOptions) => CanonicalOptions;
  readonly type: (type: ValueType) => Type;
  readonly streamType: (index: number) => StreamType | FutureType;
  readonly memory: (index: number) => WebAssembly.Memory | undefined;
}

/** Canonical definitions that are neither functions nor resources. */
export type BuiltInDefinition = Exclude<
  CanonDefinition,
  { kind: "lift" | "lower" | "resource-new" | "resource-rep" | "resource-drop" }
>;

/**
 * The built-ins of asynchronous code: tasks, waitables, streams and futures, error contexts.
 *
 * @throws TENON_COMPONENT_UNSUPPORTED for one that is not final yet: threads.
 *
 * Source: Component Model, CanonicalABI.md, "Canonical Definitions".
 */
export function defineBuiltIn(definition: BuiltInDefinition, scope: BuiltInScope): CoreFunction {
  scope.state.concurrency.used = true;
  const made = define(definition, scope);
  // Built-ins that wait trap by themselves: the engine cannot suspend the frames of a wrapper.
  return mayWait(definition) ? made : trapOnThrow(scope.state, definition.kind, made);
}

function define(definition: BuiltInDefinition, scope: BuiltInScope): CoreFunction {
  const { state } = scope;
  const { concurrency, handles, subject } = state;
  const leaving = (call: CoreFunction): CoreFunction => {
    return (...flat) => {
      assertMayLeave(state, definition.kind);
      return call(...flat);
    };
  };
  switch (definition.kind) {
    case "task-return": {
      const { result } = definition;
      const type = result === undefined ? undefined : scope.type(result);
      return compileTaskReturn(type, () => scope.options(definition.options), state, scope.resolve);
    }
    case "task-cancel":
      return leaving(() => runningTask(state, "task.cancel").cancel());
    case "context-get":
      return () => concurrency.storage[definition.slot] ?? 0;
    case "context-set":
      concurrency.hasStorage = true;
      return (value: number) => {
        concurrency.storage[definition.slot] = value;
      };
    case "backpressure-set":
      return (enabled: number) => {
        concurrency.backpressure = enabled === 0 ? 0 : 1;
      };
    case "backpressure-inc":
      return () => {
        if (concurrency.backpressure === 0xffff)
          throw abiViolation(subject, "backpressure.inc exceeds the maximum of 65535");
        concurrency.backpressure += 1;
      };
    case "backpressure-dec":
      return () => {
        if (concurrency.backpressure === 0)
          throw abiViolation(subject, "backpressure.dec without a matching backpressure.inc");
        concurrency.backpressure -= 1;
      };
    case "thread-yield":
      return threadYield(definition.cancellable, state);
    case "waitable-set-new":
      return leaving(() => handles.add(new WaitableSet()));
    case "waitable-set-wait":
      return waitableSetWait(definition.cancellable, () => scope.memory(definition.memory), state);
    case "waitable-set-poll": {
      const memory = () => scope.memory(definition.memory);
      concurrency.yields = true;
      return leaving((index: number, pointer: number) => {
        concurrency.limit?.assertNotReached();
        const set = handles.get(index, WaitableSet, "waitable set");
        return tellEvent(nextEvent(set, definition.cancellable, state) ?? none, memory(), pointer, state);
      });
    }
    case "waitable-set-drop":
      return leaving((index: number) => {
        handles.get(index, WaitableSet, "waitable set").mustBeUnused(subject);
        handles.free(index);
      });
    case "waitable-join":
      return leaving((index: number, set: number) => {
        const waitable = handles.get(index, Waitable, "waitable");
        waitable.join(set === 0 ? undefined : handles.get(set, WaitableSet, "waitable set"));
      });
    case "subtask-cancel":
      return subtaskCancel(definition.async, state);
    case "subtask-drop":
      return leaving((index: number) => {
        const subtask = handles.get(index, Subtask, "subtask");
        if (!subtask.isDelivered)
          throw abiViolation(subject, "subtask.drop on a call whose result it has not received yet");
        handles.free(index);
        subtask.join(undefined);
      });
    case "stream-new":
    case "future-new": {
      const type = scope.streamType(definition.type);
      return streamNew(() => new SharedStream(type.kind, elementOf(type)), state);
    }
    case "stream-read":
    case "stream-write":
    case "future-read":
    case "future-write": {
      const type = scope.streamType(definition.type);
      let codec: ElementCodec | undefined;
      const made = () =>
        (codec ??= new ElementCodec(elementOf(type), scope.options(definition.options), state, scope.resolve));
      const isReadable = definition.kind.endsWith("read");
      return streamCopy({ kind: type.kind, isReadable }, made, definition.options.async, state);
    }
    case "stream-cancel-read":
    case "stream-cancel-write":
    case "future-cancel-read":
    case "future-cancel-write": {
      const { kind } = scope.streamType(definition.type);
      return streamCancel({ kind, isReadable: definition.kind.endsWith("read") }, definition.async, state);
    }
    case "stream-drop-readable":
    case "stream-drop-writable":
    case "future-drop-readable":
    case "future-drop-writable": {
      const { kind } = scope.streamType(definition.type);
      return streamDrop({ kind, isReadable: definition.kind.endsWith("readable") }, state);
    }
    case "error-context-new":
      return errorContextNew(() => scope.options(definition.options), state);
    case "error-context-debug-message":
      return errorContextMessage(() => scope.options(definition.options), state);
    case "error-context-drop":
      return errorContextDrop(state);
    case "unsupported":
      throw componentUnsupported(`uses ${definition.name}`, subject);
  }
}

const none: Event = [eventCodes.none, 0, 0];
const cancelled: Event = [eventCodes.taskCancelled, 0, 0];

function elementOf(type: StreamType | FutureType): Type | undefined {
  return type.kind === "stream" ? type.element : type.value;
}

function nextEvent(set: WaitableSet, cancellable: boolean, state: ComponentState): Event | undefined {
  if (cancellable && state.concurrency.current?.takeCancellation() === true) return cancelled;
  return set.takeEvent();
}

/** Writes an event to the guest's memory, and returns its code. */
function tellEvent(
  [code, index, payload]: Event,
  memory: WebAssembly.Memory | undefined,
  place: number,
  state: ComponentState,
): number {
  const guest = guestMemory({ memory, realloc: undefined }, state);
  const pointer = place >>> 0;
  guest.refresh();
  guest.check(pointer, 4, 8);
  guest.u32[pointer >>> 2] = index;
  guest.u32[(pointer + 4) >>> 2] = payload;
  return code;
}

function waitableSetWait(
  cancellable: boolean,
  memory: () => WebAssembly.Memory | undefined,
  state: ComponentState,
): CoreFunction {
  const wait = (index: number, pointer: number) => {
    assertMayLeave(state, "waitable-set.wait");
    const set = state.handles.get(index, WaitableSet, "waitable set");
    const event = nextEvent(set, cancellable, state);
    if (event !== undefined) return tellEvent(event, memory(), pointer, state);
    const found = new Promise<Event>((resolve) => {
      const waiter = () => {
        const next = set.takeEvent();
        if (next === undefined) return;
        set.waiting.delete(waiter);
        resolve(next);
      };
      set.waiting.add(waiter);
    });
    return suspendUntil(state, found).then((next) => tellEvent(next, memory(), pointer, state));
  };
  return blockingBuiltIn(wait, 2, "waitable-set.wait", state);
}

/** `thread.yield`: where the code cannot be suspended it returns immediately, which the specification allows. */
function threadYield(cancellable: boolean, state: ComponentState): CoreFunction {
  const { concurrency } = state;
  concurrency.yields = true;
  const cancelledNow = () => (cancellable && concurrency.current?.takeCancellation() === true ? 1 : 0);
  const yielding = () => {
    assertMayLeave(state, "thread.yield");
    if (!canSuspendNow(state)) {
      concurrency.limit?.assertNotReached();
      return cancelledNow();
    }
    // A function that was lifted synchronously does not learn that it was cancelled.
    if (concurrency.current === undefined) concurrency.limit?.assertNotReached();
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    return suspendUntil(state, turn).then(cancelledNow);
  };
  return blockingBuiltIn(yielding, 0, "thread.yield", state);
}

/** `subtask.cancel`: a host function keeps running, but its result is ignored. */
function subtaskCancel(async: boolean, state: ComponentState): CoreFunction {
  const cancel = (index: number) => {
    assertMayLeave(state, "subtask.cancel");
    const subtask = state.handles.get(index, Subtask, "subtask");
    if (subtask.isDelivered || subtask.cancellationRequested)
      throw abiViolation(state.subject, "subtask.cancel on a call that has already ended or been cancelled");
    subtask.cancellationRequested = true;
    if (!subtask.isResolved && !requestCancellation(subtask.answer)) subtask.end(subtaskStates.cancelled);
    if (subtask.hasEvent) return subtask.takeEvent()[2];
    if (async) return 0xffff_ffff | 0;
    return suspendUntil(state, subtask.whenEvent()).then(() => subtask.takeEvent()[2]);
  };
  return async ? cancel : blockingBuiltIn(cancel, 1, "subtask.cancel", state);
}
