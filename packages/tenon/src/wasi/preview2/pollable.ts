import type { Context } from "./context.js";
import { misuse } from "./context.js";

/** `wasi:io/poll.pollable`: something that a component can wait for. */
export class Pollable {
  /** Whether it has come. */
  readonly ready: () => boolean;
  /** For a clock: when it comes, by the monotonic clock. */
  readonly due: bigint | undefined;

  constructor(ready: () => boolean, due?: bigint) {
    this.ready = ready;
    this.due = due;
  }
}

const mostPolled = 4096;

/** Blocks until one or more have come. @returns Their indices */
export function poll({ capabilities }: Context, pollables: readonly Pollable[]): number[] {
  if (pollables.length === 0) throw misuse("polls an empty list, which would never end");
  if (pollables.length > mostPolled) throw misuse(`polls more than ${mostPolled} at once`);
  for (;;) {
    capabilities.network.pump();
    const ready: number[] = [];
    let due: bigint | undefined;
    for (const [index, pollable] of pollables.entries()) {
      if (pollable.ready()) ready.push(index);
      else if (pollable.due !== undefined && (due === undefined || pollable.due < due)) due = pollable.due;
    }
    if (ready.length > 0) return ready;
    const now = capabilities.clocks.monotonic();
    if (due === undefined || due > now) capabilities.wait(due === undefined ? undefined : due - now);
  }
}
