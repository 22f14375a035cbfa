import type { FutureType, StreamType } from "../../../../contract/core.js";
import { hasComponentForm } from "../../../../contract/model/component-form.js";
import type { ComponentState } from "../state/component-state.js";
import { takeReadable } from "./copy.js";
import { HostReader, readFuture } from "./host-reader.js";
import { HostWriter, writeFuture } from "./host-writer.js";
import { SharedStream } from "./shared-stream.js";
import { StreamEnd } from "./stream-end.js";

/**
 * Returns the function that passes streams and futures out of or into an instance, as async iterables and promises. A
 * stream that passes unread from one instance to another connects the two directly.
 */
export function passStream(
  type: StreamType | FutureType,
  direction: "read" | "write",
  state: ComponentState,
): (passed: any) => unknown {
  const { kind } = type;
  const element = kind === "stream" ? type.element : type.value;
  if (direction === "read") {
    const form = element !== undefined && hasComponentForm(element) ? element : undefined;
    if (kind === "stream") return (index: number) => new HostReader(takeReadable(kind, state, index), state, form);
    return (index: number) => readFuture(takeReadable(kind, state, index), state, form);
  }
  const give = (shared: SharedStream) => state.handles.add(new StreamEnd(shared, true));
  if (kind === "stream") {
    return (iterable: AsyncIterable<unknown>) => {
      const direct = iterable instanceof HostReader ? iterable.release() : undefined;
      if (direct !== undefined) return give(direct);
      const shared = new SharedStream(kind, element);
      new HostWriter(shared, iterable, state);
      return give(shared);
    };
  }
  return (promise: unknown) => {
    const shared = new SharedStream(kind, element);
    writeFuture(shared, promise, state);
    return give(shared);
  };
}
