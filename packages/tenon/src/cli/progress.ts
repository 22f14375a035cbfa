import type { Output } from "./output.js";

const patience = 1000;
const interval = 100;
const frames = ["|", "/", "-", "\\"];

/**
 * Waits, and says so when it takes more than a second: on a terminal a line that turns and counts the seconds, and
 * disappears at the end, elsewhere one line.
 *
 * @param step what is being done at the moment, where that is known.
 */
export async function withProgress<T>(
  output: Output,
  doing: string,
  work: Promise<T>,
  step: () => string | undefined = () => undefined,
): Promise<T> {
  let turning: NodeJS.Timeout | undefined;
  let frame = 0;
  const begun = performance.now();
  const turn = () => {
    const seconds = Math.floor((performance.now() - begun) / 1000);
    const now = step();
    const text = `${frames[frame++ % frames.length]} ${doing} (${seconds} s)${now === undefined ? "" : `: ${now}`}`;
    output.status(output.noteColours.dim(text.slice(0, output.width - 1)));
  };
  const waiting = setTimeout(() => {
    if (!output.isNoteTerminal) return output.note(`${doing} …`);
    turn();
    turning = setInterval(turn, interval);
  }, patience);
  try {
    return await work;
  } finally {
    clearTimeout(waiting);
    clearInterval(turning);
    output.status("");
  }
}
