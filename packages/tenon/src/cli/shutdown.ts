import { exitCodes } from "./exit-codes.js";

/** How long resources may take to close, and output to be written, before the program exits anyway. */
const gracePeriod = 5000;
const signals = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;

const controller = new AbortController();
const open = new Set<() => Promise<unknown>>();
let exiting: Promise<never> | undefined;
let isOutputLost = false;

/** Aborted when the user interrupts the program, or the reader of its output is gone. */
export const interrupted: AbortSignal = controller.signal;

/** Registers something to close before the program exits; the returned function closes it now. */
export function closeOnExit(close: () => Promise<unknown>): () => Promise<void> {
  open.add(close);
  return async () => {
    if (open.delete(close)) await close();
  };
}

/**
 * Makes Ctrl-C close what is open before the program exits; pressed twice, it exits immediately.
 *
 * @param exitCode what to exit with when the reader of the output is gone
 */
export function exitOnSignals(exitCode: () => number): void {
  listen();
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has seen enough, as `head` has: not a failure.
    if (error.code === "EPIPE") return void exit(exitCode());
    if (!isOutputLost) process.stderr.write(`error: cannot write the output: ${error.message}\n`);
    isOutputLost = true;
    void exit(exitCodes.breaks);
  });
  process.stderr.on("error", () => {});
}

/** Runs work that blocks the thread, so that no handler could run: meanwhile a signal ends the program directly. */
export function withoutSignalHandlers(work: () => void): void {
  for (const name of Object.keys(signals)) process.removeAllListeners(name);
  try {
    work();
  } finally {
    listen();
  }
}

/**
 * Closes what is open, waits until the output is written, and exits, whatever a plugin may have left running. The first exit
 * code counts.
 */
export function exit(code: number): Promise<never> {
  exiting ??= closeAndExit(code);
  return exiting;
}

async function closeAndExit(code: number): Promise<never> {
  controller.abort();
  await atMost(gracePeriod, Promise.allSettled([...open].map((close) => close())));
  await atMost(gracePeriod, Promise.all([process.stdout, process.stderr].map(flushed)));
  process.exit(isOutputLost && code === exitCodes.fits ? exitCodes.breaks : code);
}

function listen(): void {
  for (const [name, code] of Object.entries(signals)) {
    process.on(name, () => {
      if (interrupted.aborted) process.exit(code);
      // The terminal shows ^C; the shell's prompt belongs on its own line.
      if (process.stderr.isTTY) process.stderr.write("\n");
      void exit(code);
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
