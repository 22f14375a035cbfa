import { wasiMisuse } from "../../../errors/factories/wasi.js";
import type { Context } from "./context.js";

/** `wasi:io/poll.pollable`: something that a component can wait for. */
export class Pollable {
  /** Whether it has happened. */
  readonly ready: () => boolean;
  /** For a timer: when it is due, by the monotonic clock. */
  readonly due: bigint | undefined;

  constructor(ready: () => boolean, due?: bigint) {
    this.ready = ready;
    this.due = due;
  }
}

const mostPolled = 4096;

/** Blocks until one or more are ready. @returns their indices */
export function poll({ capabilities }: Context, pollables: readonly Pollable[]): number[] {
  if (pollables.length === 0) throw wasiMisuse("polled an empty list, which would block forever");
  if (pollables.length > mostPolled)
    throw wasiMisuse(`polled ${pollables.length} pollables; the maximum is ${mostPolled}`);
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
