import { availableParallelism } from "node:os";

/**
 * How often to poll the queue before sleeping: about the time that a sleeping thread needs to wake up. If both threads
 * have their own core, polling is ten times as fast as sleeping; if not, it keeps the other thread from running.
 */
const spins = availableParallelism() > 1 ? 1000 : 0;
/** Polling pays off if the frame comes within this many polls: sleeping would have taken longer. */
const quickSpins = 250;
/** After polling did not pay off this many times in a row, it is skipped, up to {@link longestPause} times. */
const patience = 6;
const longestPause = 128;

/** Polls without sleeping, unless that has not paid off recently. */
export class Polling {
  #vain = 0;
  #pause = 0;
  #nextPause = 1;

  /** Returns whether `ready` became true. */
  until(ready: () => boolean): boolean {
    // What is already there does not tell whether polling pays off.
    if (ready()) return true;
    if (this.#pause > 0) {
      this.#pause--;
      return false;
    }
    let looks = 1;
    while (looks < spins && !ready()) looks++;
    if (looks <= quickSpins) {
      this.#vain = 0;
      this.#nextPause = 1;
    } else if (++this.#vain >= patience) {
      this.#vain = 0;
      this.#pause = this.#nextPause;
      this.#nextPause = Math.min(this.#nextPause * 2, longestPause);
    }
    return looks < spins;
  }
}
