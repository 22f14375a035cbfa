import type { Type } from "../../../../contract/core.js";
import { abiViolation } from "../../../../errors/factories/wasm-call.js";
import type { TenonError } from "../../../../errors/index.js";
import type { ComponentState } from "../state/component-state.js";

/**
 * Elements that are being copied: bytes as they are, elements of other types as values. Of a stream without an element
 * type, only their number.
 */
export type Chunk = Uint8Array | readonly unknown[] | number;

export function chunkLength(chunk: Chunk): number {
  return typeof chunk === "number" ? chunk : chunk.length;
}

/** Where the elements of one write come from. */
export interface Source {
  readonly remaining: number;
  /** The type as which the host has the elements; absent if they are in `componentForm`, as those of all guests are. */
  readonly form?: Type | undefined;
  /** @param form as which the reader takes the elements. */
  take(count: number, form: Type | undefined): Chunk;
}

/** Where the elements of one read go. */
export interface Sink {
  readonly remaining: number;
  /** As {@link Source.form}. */
  readonly form?: Type | undefined;
  /** @param form as which the elements come. */
  put(chunk: Chunk, form: Type | undefined): void;
}

/** How a read or write ended. Source: Component Model, CanonicalABI.md, "CopyResult". */
export const copyResults = { completed: 0, dropped: 1, cancelled: 2 } as const;
export type CopyResult = (typeof copyResults)[keyof typeof copyResults];

/** Notifies the side that started a read or write of its progress. */
export interface CopyCallbacks {
  /** The instance, or `undefined` for the host. */
  readonly owner: ComponentState | undefined;
  /** Called when something was copied. More may follow until `reclaim` is called. */
  copied(reclaim: () => void): void;
  ended(result: CopyResult): void;
}

interface Pending {
  readonly buffer: Source | Sink;
  readonly isRead: boolean;
  readonly copying: CopyCallbacks;
  /** Whether something was copied that its owner has not been notified of yet. */
  hasCopied: boolean;
}

/**
 * What the two ends of a stream or future share: the read or write that waits for its counterpart. Nothing is buffered in
 * between, so a writer never runs ahead of its reader.
 *
 * Source: Component Model, CanonicalABI.md, "Stream State" and "Future State".
 */
export class SharedStream {
  readonly kind: "stream" | "future";
  readonly element: Type | undefined;
  #pending: Pending | undefined;
  #isDropped = false;
  #broken: TenonError | undefined;
  /** Called when a read waits or the reader is gone. For a writer that is the host. */
  onReader: (() => void) | undefined;
  /** Called when the writer has failed. For a reader that is the host. */
  onBroken: ((cause: TenonError) => void) | undefined;

  constructor(kind: "stream" | "future", element: Type | undefined) {
    this.kind = kind;
    this.element = element;
  }

  /** Why the writer failed, if it did. */
  get broken(): TenonError | undefined {
    return this.#broken;
  }

  /** Whether one of the ends is gone. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** Whether a read waits for elements: one that has room left, or one without room that waits until elements exist. */
  get hasReader(): boolean {
    const pending = this.#pending;
    return pending?.isRead === true && (!pending.hasCopied || pending.buffer.remaining > 0);
  }

  read(sink: Sink, copying: CopyCallbacks): void {
    const pending = this.#pending;
    if (this.#isDropped) copying.ended(copyResults.dropped);
    else if (pending === undefined) {
      this.#pending = { buffer: sink, isRead: true, copying, hasCopied: false };
      this.onReader?.();
    } else {
      const source = pending.buffer as Source;
      assertDifferentOwners(copying, pending, this.element);
      if (source.remaining > 0) {
        this.#copy(source, sink, pending);
        copying.ended(copyResults.completed);
      } else {
        this.#end(copyResults.completed);
        this.#pending = { buffer: sink, isRead: true, copying, hasCopied: false };
        this.onReader?.();
      }
    }
  }

  write(source: Source, copying: CopyCallbacks): void {
    const pending = this.#pending;
    if (this.#isDropped) copying.ended(copyResults.dropped);
    else if (pending === undefined) this.#pending = { buffer: source, isRead: false, copying, hasCopied: false };
    else {
      const sink = pending.buffer as Sink;
      assertDifferentOwners(copying, pending, this.element);
      if (sink.remaining > 0) {
        this.#copy(source, sink, pending);
        copying.ended(copyResults.completed);
      } else if (source.remaining === 0) copying.ended(copyResults.completed);
      else {
        this.#end(copyResults.completed);
        this.#pending = { buffer: source, isRead: false, copying, hasCopied: false };
      }
    }
  }

  /** Cancels the read or write that waits. */
  cancel(): void {
    this.#end(copyResults.cancelled);
  }

  /** Drops one of the ends. */
  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    if (this.#pending !== undefined) this.#end(copyResults.dropped);
    this.onReader?.();
  }

  /** Ends the stream because the writer failed. Only a reader that is the host learns why; a guest sees the end. */
  break(cause: TenonError): void {
    if (this.#isDropped) return;
    this.#broken = cause;
    // What was written before still belongs to the reader.
    this.drop();
    this.onBroken?.(cause);
  }

  /** Copies between the buffers of a reader and a writer, one of which was waiting. */
  #copy(source: Source, sink: Sink, pending: Pending): void {
    const count = Math.min(source.remaining, sink.remaining);
    if (count > 0) sink.put(source.take(count, sink.form), source.form);
    pending.hasCopied = true;
    // A future has only one value.
    if (this.kind === "future") this.#end(copyResults.completed);
    else if (count > 0)
      pending.copying.copied(() => {
        if (this.#pending === pending) this.#pending = undefined;
      });
  }

  #end(result: CopyResult): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.copying.ended(result);
  }
}

/** Source: "trap_if(inst is self.pending_inst and not none_or_number_type(self.t))", a restriction in the specification. */
function assertDifferentOwners({ owner }: CopyCallbacks, pending: Pending, element: Type | undefined): void {
  if (owner === undefined || owner !== pending.copying.owner || element === undefined || numbers.has(element.kind))
    return;
  throw abiViolation(
    owner.subject,
    `reads and writes both ends of a stream of ${element.kind}; only streams of numbers allow that`,
  );
}

const numbers: ReadonlySet<string> = new Set(["u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "f32", "f64"]);
