import type { Duplex } from "node:stream";

const idleMilliseconds = 10 * 60_000;

interface WithTimeout extends Duplex {
  setTimeout?(milliseconds: number, callback: () => void): unknown;
}

/** Passes bytes on in both directions until both have ended, one fails, or nothing comes for ten minutes. */
export function tunnel(one: WithTimeout, other: WithTimeout): void {
  const end = () => {
    one.destroy();
    other.destroy();
  };
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.setTimeout?.(idleMilliseconds, end);
    from.on("error", end);
    from.once("close", () => {
      // What was read is still to be written; a half that was only closed ends the other half.
      if (!to.writableEnded) to.end();
      if (from.readableEnded) return;
      to.destroy();
    });
    from.pipe(to);
  }
}
