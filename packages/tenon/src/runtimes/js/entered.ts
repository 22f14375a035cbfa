import type { Type } from "../../contract/core.js";
import { Boundary, type BoundaryOptions, type FunctionTable } from "../../runtime/index.js";
import { leave, type Origin } from "./origin.js";

/** Functions of a plugin that run with their origin, so that what they start can be attributed to the plugin. */
export function enteredTable(table: FunctionTable, origin: Origin): FunctionTable {
  return {
    get(path) {
      const inner = table.get(path);
      if (inner === undefined) return undefined;
      const { direct, trusted, invokeSync } = inner;
      return {
        invoke: (parameters, control) => origin.enter(() => inner.invoke(parameters, control)),
        direct: direct && origin.entering(direct),
        wantsCall: inner.wantsCall ?? false,
        answersLater: inner.answersLater ?? false,
        trusted: trusted && origin.entering(trusted),
        ...(invokeSync && { invokeSync: origin.entering(invokeSync.bind(inner)) }),
      };
    },
  };
}

type Run = <T>(action: () => T) => T;

/** The boundary of an inline plugin. The reader of a stream runs code of its writer, which is on the other side. */
export class ScriptBoundary extends Boundary {
  readonly #enter: Run | undefined;

  constructor(options: BoundaryOptions, origin: Origin | undefined) {
    super(options);
    this.#enter = origin && ((action) => origin.enter(action));
  }

  override stream(
    element: Type | undefined,
    source: AsyncIterable<unknown>,
    incoming: boolean,
    view: "async" | "sync",
  ): AsyncIterable<unknown> {
    const enter = this.#enter;
    const writer = enter === undefined ? source : runBy(source, incoming ? leave : enter);
    return super.stream(element, writer, incoming, view);
  }
}

function runBy(source: AsyncIterable<unknown>, run: Run): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = run(() => source[Symbol.asyncIterator]());
      return {
        next: () => run(() => iterator.next()),
        return: () => run(async () => (await iterator.return?.()) ?? { done: true, value: undefined }),
      };
    },
  };
}
