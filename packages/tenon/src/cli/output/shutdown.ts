import { exitCodes } from "../../terminal/exit-codes.js";

/** How long resources may take to close, and output to be written, before the program exits anyway. */
const gracePeriod = 5000;
/** The same after a signal, so that the program ends within two seconds. */
const signalledPeriod = 1000;
const signalledFlush = 300;
const signals = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof signals;

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
  removeListeners();
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

async function closeAndExit(code: number, signal?: Signal): Promise<never> {
  controller.abort();
  const [closing, flushing] = signal === undefined ? [gracePeriod, gracePeriod] : [signalledPeriod, signalledFlush];
  const isClosed = await settles(closing, Promise.allSettled([...open].map((close) => close())));
  await settles(flushing, Promise.all([process.stdout, process.stderr].map(flushed)));
  if (signal !== undefined && !(isClosed && (await canExitSoon()))) endBySignal(signal, code);
  removeListeners();
  process.exit(isOutputLost && code === exitCodes.fits ? exitCodes.breaks : code);
}

function listen(): void {
  for (const [name, code] of Object.entries(signals) as [Signal, number][]) {
    process.on(name, () => {
      if (interrupted.aborted) endBySignal(name, code);
      // The terminal shows ^C; the shell's prompt belongs on its own line.
      if (process.stderr.isTTY) process.stderr.write("\n");
      exiting ??= closeAndExit(code, name);
    });
  }
}

/** Whether `process.exit` would end the program, now or when the last requests are done: most take a moment only. */
async function canExitSoon(): Promise<boolean> {
  const until = performance.now() + signalledFlush;
  while (!canExit()) {
    if (performance.now() >= until) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

/**
 * Whether `process.exit` would end the program immediately: it waits for the engine's own threads, which a pipe without a writer, a
 * dead network file system or a name server that does not answer can hold indefinitely.
 */
function canExit(): boolean {
  return !process
    .getActiveResourcesInfo()
    .some((name) => /^(?:FSReq|GetAddrInfo|GetNameInfo|RandomBytes|Zlib)/.test(name));
}

/** Ends the program as the signal does by default, without waiting for anything. Shells show the same exit code. */
function endBySignal(name: Signal, code: number): void {
  process.emit("exit", code);
  removeListeners();
  process.kill(process.pid, name);
}

function removeListeners(): void {
  for (const name of Object.keys(signals)) process.removeAllListeners(name);
}

/** Whether the work is done within the time. */
function settles(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    const done = () => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(done, done);
  });
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write("", () => resolve());
  });
}
