import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import type { CoreFunction } from "../code/options.js";
import type { ComponentState } from "../state/component-state.js";
import { assertMayLeave } from "../state/resources.js";
import { blockingBuiltIn, suspendUntil } from "./blocking.js";
import { type CopyResult, copyResults, type SharedStream, type Sink, type Source } from "./shared-stream.js";
import { StreamEnd } from "./stream-end.js";
import { type Event, eventCodes } from "./waitable.js";

/** The status of a read or write that has not completed. */
const blocked = 0xffff_ffff | 0;

/** The maximum number of elements of one read or write. Source: Component Model, CanonicalABI.md, Buffer.MAX_LENGTH. */
const mostElements = 0xfffffff;

/** Which end of a stream or future a built-in works on. */
export interface EndKind {
  readonly kind: "stream" | "future";
  readonly isReadable: boolean;
}

/** The elements of one end in the memory of its instance: see `ElementCodec`. */
export interface ElementBuffers {
  /** A buffer of elements that the guest writes. */
  source(pointer: number, count: number): Source & { readonly progress: number };
  /** A buffer into which the guest reads elements. */
  sink(pointer: number, count: number): Sink & { readonly progress: number };
}

/** `stream.new` and `future.new`: returns both ends, the readable one in the low half. */
export function streamNew(make: () => SharedStream, state: ComponentState): CoreFunction {
  return () => {
    assertMayLeave(state, "stream.new");
    const shared = make();
    const readable = state.handles.add(new StreamEnd(shared, true));
    const writable = state.handles.add(new StreamEnd(shared, false));
    return (BigInt(writable) << 32n) | BigInt(readable);
  };
}

/** `stream.read`, `stream.write`, `future.read` and `future.write`. */
export function streamCopy(
  end: EndKind,
  codec: () => ElementBuffers,
  async: boolean,
  state: ComponentState,
): CoreFunction {
  const what = `${end.kind}.${end.isReadable ? "read" : "write"}`;
  const copy = (index: number, pointer: number, given: number) => {
    assertMayLeave(state, what);
    const count = end.kind === "future" ? 1 : given >>> 0;
    if (count > mostElements)
      throw abiViolation(state.subject, `${what} of ${count} elements; the maximum is ${mostElements}`);
    const found = findEnd(end, state, index);
    if (found.state !== "idle")
      throw abiViolation(state.subject, `${what} on a ${found.description} that is ${found.state}`);
    begin(found, index, end, codec(), pointer >>> 0, count, state);
    if (found.hasEvent) return found.takeEvent()[2];
    found.state = "waiting";
    if (async) return blocked;
    return suspendUntil(state, found.whenEvent()).then(() => found.takeEvent()[2]);
  };
  return async ? copy : blockingBuiltIn(copy, end.kind === "future" ? 2 : 3, what, state);
}

/** `stream.cancel-read`, `stream.cancel-write`, `future.cancel-read` and `future.cancel-write`. */
export function streamCancel(end: EndKind, async: boolean, state: ComponentState): CoreFunction {
  const what = `${end.kind}.cancel-${end.isReadable ? "read" : "write"}`;
  const cancel = (index: number) => {
    assertMayLeave(state, what);
    const found = findEnd(end, state, index);
    if (found.state !== "waiting")
      throw abiViolation(state.subject, `${what} on a ${found.description} that is ${found.state}`);
    found.state = "cancelling";
    // If something was copied in the meantime, that is the result. Otherwise cancelling needs no waiting.
    if (!found.hasEvent) found.shared.cancel();
    return found.takeEvent()[2];
  };
  return async ? cancel : blockingBuiltIn(cancel, 1, what, state);
}

/** `stream.drop-readable`, `stream.drop-writable`, `future.drop-readable` and `future.drop-writable`. */
export function streamDrop(end: EndKind, state: ComponentState): CoreFunction {
  const what = `${end.kind}.drop-${end.isReadable ? "readable" : "writable"}`;
  return (index: number) => {
    assertMayLeave(state, what);
    const found = findEnd(end, state, index);
    if (found.state === "waiting" || found.state === "cancelling")
      throw abiViolation(state.subject, `${what} while a read or write is in progress`);
    if (end.kind === "future" && !end.isReadable && found.state !== "done")
      throw abiViolation(state.subject, "future.drop-writable on a future that was never written");
    state.handles.free(index);
    found.join(undefined);
    found.shared.drop();
  };
}

/** Takes a readable end out of the instance, by its handle. */
export function takeReadable(kind: EndKind["kind"], state: ComponentState, index: number): SharedStream {
  const found = findEnd({ kind, isReadable: true }, state, index);
  if (found.state !== "idle")
    throw abiViolation(state.subject, `passed on a ${found.description} that is ${found.state}`);
  state.handles.free(index);
  found.join(undefined);
  return found.shared;
}

function begin(
  found: StreamEnd,
  index: number,
  end: EndKind,
  codec: ElementBuffers,
  pointer: number,
  count: number,
  state: ComponentState,
): void {
  const buffer: (Source | Sink) & { readonly progress: number } = end.isReadable
    ? codec.sink(pointer, count)
    : codec.source(pointer, count);
  const event = (result: CopyResult): Event => {
    const isOver = result === copyResults.dropped || (end.kind === "future" && result === copyResults.completed);
    found.state = isOver ? "done" : "idle";
    return [codeOf(end), index >>> 0, end.kind === "future" ? result : result | (buffer.progress << 4)];
  };
  const copying = {
    owner: state,
    copied: (reclaim: () => void) =>
      found.announce(() => {
        reclaim();
        return event(copyResults.completed);
      }),
    ended: (result: CopyResult) => found.announce(() => event(result)),
  };
  if (end.isReadable) found.shared.read(buffer as Sink, copying);
  else found.shared.write(buffer as Source, copying);
}

function findEnd({ kind, isReadable }: EndKind, state: ComponentState, index: number): StreamEnd {
  const found = state.handles.get(index, StreamEnd, `end of a ${kind}`);
  if (found.isReadable === isReadable && found.shared.kind === kind) return found;
  const wanted = `${isReadable ? "readable" : "writable"} ${kind}`;
  throw abiViolation(state.subject, `used handle ${index >>> 0} as a ${wanted}, but it is a ${found.description}`);
}

function codeOf({ kind, isReadable }: EndKind): number {
  if (kind === "future") return isReadable ? eventCodes.futureRead : eventCodes.futureWrite;
  return isReadable ? eventCodes.streamRead : eventCodes.streamWrite;
}
