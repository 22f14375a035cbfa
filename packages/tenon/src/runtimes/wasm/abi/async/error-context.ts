import type { CanonicalOptions, CoreFunction } from "../code/options.js";
import type { ComponentState } from "../state/component-state.js";
import { guestMemory } from "../state/guest-memory.js";
import { assertMayLeave } from "../state/resources.js";
import { textCodecs } from "../text/codecs.js";

/** A message that explains a failure to people. Guests create them for themselves; they are never passed to the host. */
class ErrorContext {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** `error-context.new` */
export function errorContextNew(options: () => CanonicalOptions, state: ComponentState): CoreFunction {
  return (pointer: number, length: number) => {
    assertMayLeave(state, "error-context.new");
    const given = options();
    const memory = guestMemory(given, state);
    memory.refresh();
    memory.budget();
    const { read } = textCodecs[given.stringEncoding];
    return state.handles.add(new ErrorContext(read(memory, pointer >>> 0, length >>> 0, state.subject)));
  };
}

/** `error-context.debug-message` */
export function errorContextMessage(options: () => CanonicalOptions, state: ComponentState): CoreFunction {
  return (index: number, place: number) => {
    assertMayLeave(state, "error-context.debug-message");
    const { message } = state.handles.get(index, ErrorContext, "error context");
    const given = options();
    const memory = guestMemory(given, state);
    const pointer = place >>> 0;
    memory.refresh();
    memory.check(pointer, 4, 8);
    state.mayLeave = false;
    const text = textCodecs[given.stringEncoding].write(memory, message);
    state.mayLeave = true;
    memory.u32[pointer >>> 2] = text;
    memory.u32[(pointer + 4) >>> 2] = memory.length;
  };
}

/** `error-context.drop` */
export function errorContextDrop(state: ComponentState): CoreFunction {
  return (index: number) => {
    assertMayLeave(state, "error-context.drop");
    state.handles.get(index, ErrorContext, "error context");
    state.handles.free(index);
  };
}
