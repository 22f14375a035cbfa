import type { TenonError } from "../errors/index.js";
import { type ContextCall, type Follower, Followers } from "../runtime/call-context.js";
import type { CallControl, Metadata } from "../runtime/index.js";
import type { Exchange } from "./exchange.js";

/** A call that this side serves. Its signal is created only when it is asked for. */
export class ServedCall implements CallControl, ContextCall, Follower {
  readonly id: number;
  readonly deadline: number;
  readonly exchange: Exchange | undefined;
  readonly nested: boolean | undefined;
  /** The call of this side that made it, unless that has ended. */
  readonly maker: ContextCall | undefined;
  readonly metadata: Metadata | undefined;
  /** The connection that it came over, for whose calls its number means something. */
  readonly link: object | undefined;
  #followers: Followers | undefined;
  #controller: AbortController | undefined;
  reason: TenonError | undefined;
  /** What it counts for while it runs: see `Server.running`. */
  size = 0;
  ended = false;
  onCancel: ((reason: TenonError) => void) | undefined = undefined;

  constructor(
    id: number,
    deadline: number,
    exchange: Exchange | undefined,
    nested?: boolean,
    link?: object,
    metadata?: Metadata,
    maker?: ContextCall,
  ) {
    this.id = id;
    this.deadline = deadline;
    this.exchange = exchange;
    this.nested = nested;
    this.link = link;
    this.metadata = metadata;
    this.maker = maker;
  }

  get call(): this {
    return this;
  }

  get due(): number {
    return this.maker === undefined || this.maker.ended ? Number.POSITIVE_INFINITY : this.maker.due;
  }

  get cancelled(): boolean {
    return this.reason !== undefined;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.reason !== undefined) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  follow(follower: Follower): void {
    this.#followers ??= new Followers();
    this.#followers.add(follower);
  }

  unfollow(follower: Follower): void {
    this.#followers?.delete(follower);
  }

  outerCancelled(reason: TenonError): void {
    this.cancel(reason);
  }

  cancel(reason: TenonError): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.#controller?.abort(reason);
    this.onCancel?.(reason);
    this.#followers?.cancel(reason);
  }

  /** It was answered. */
  end(): void {
    this.ended = true;
    this.maker?.unfollow(this);
  }
}
