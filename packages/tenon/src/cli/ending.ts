import { exitCodes } from "./exit-codes.js";

const patience = 5000;
const signals = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;

const controller = new AbortController();
const open = new Set<() => Promise<unknown>>();
let ending: Promise<never> | undefined;
let isOutputLost = false;

/** Aborted when the user, or whoever reads the output, wants no more. */
export const interrupted: AbortSignal = controller.signal;

/** Has something closed however the program ends; the function returned closes it now. */
export function closeAtEnd(close: () => Promise<unknown>): () => Promise<void> {
  open.add(close);
  return async () => {
    if (open.delete(close)) await close();
  };
}

/** Makes Ctrl-C close what is open before the program ends; pressed twice, it ends at once. */
export function endOnSignals(): void {
  listen();
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has seen enough, as `head` has: that is no failure.
    if (error.code === "EPIPE") return void end(Number(process.exitCode ?? exitCodes.fits));
    if (!isOutputLost) process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
    isOutputLost = true;
    void end(exitCodes.breaks);
  });
  process.stderr.on("error", () => {});
}

/** Does work that holds the thread, so that no handler can run: meanwhile signals end the program by themselves. */
export function withoutHandlers(work: () => void): void {
  for (const name of Object.keys(signals)) process.removeAllListeners(name);
  try {
    work();
  } finally {
    listen();
  }
}

/**
 * Closes what is open, lets the output be written, and ends the program, whatever a plugin may have left running. The
 * first exit code counts.
 */
export function end(code: number): Promise<never> {
  ending ??= close(code);
  return ending;
}

async function close(code: number): Promise<never> {
  controller.abort();
  await atMost(patience, Promise.allSettled([...open].map((closer) => closer())));
  await atMost(patience, Promise.all([process.stdout, process.stderr].map(flushed)));
  process.exit(isOutputLost && code === exitCodes.fits ? exitCodes.breaks : code);
}

function listen(): void {
  for (const [name, code] of Object.entries(signals)) {
    process.on(name, () => {
      if (interrupted.aborted) process.exit(code);
      // The terminal has written ^C, and the shell's prompt comes next.
      if (process.stderr.isTTY) process.stderr.write("\n");
      void end(code);
    });
  }
}

function atMost(milliseconds: number, work: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    work.then(resolve, resolve).finally(() => clearTimeout(timer));
  });
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write("", () => resolve());
  });
}
