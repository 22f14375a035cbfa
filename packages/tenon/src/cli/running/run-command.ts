import type { Contract } from "../../contract/index.js";
import { callDeadline } from "../../errors/factories/call.js";
import { isTenonError } from "../../errors/index.js";
import type { AnyPlugin, Host } from "../../host/index.js";
import { commandProgram } from "../../program/command-program-contract.js";
import { withProgress } from "../output/progress.js";
import type { CommandLine } from "../plugins/command-line.js";
import { withConsent } from "./consented.js";
import type { RunnablePlugin } from "./examine-plugin.js";
import { openPlugin, showLog } from "./open-plugin.js";
import type { RunRequest } from "./run-request.js";

/** Returns the key of the interface that runs a plugin as a program; `undefined` if it is not a command. */
export function programKey({ exports }: Contract): string | undefined {
  return Object.entries(exports).find(([, item]) => item.kind === "interface" && item.id === commandProgram.id)?.[0];
}

/** Runs a command as the program that it is: with this process's standard streams, and its exit code. */
export async function runCommandPlugin(
  host: Host,
  key: string,
  runnable: RunnablePlugin,
  request: RunRequest,
  line: CommandLine,
): Promise<void> {
  const { output } = line;
  const { plugin: given, words, options } = request;
  const { input } = options;
  // It is read from the stream below.
  const { input: _, ...runtime } = request.runtime ?? {};
  showLog(host, output);
  const consented = await withConsent(host, runnable, { ...request, runtime }, line);
  const open = () => openPlugin(host, runnable, consented, line);
  // Standard error belongs to the program; only a terminal shows what happens before it starts.
  const plugin = await (output.isNoteTerminal ? withProgress(output, `opening ${given}`, open) : open());
  const stdin = input === undefined ? output.input : once(Buffer.from(input));
  const start = (plugin as AnyPlugin & { exports: any }).exports[key].start;
  const { stdout, stderr, exitCode } = await start(words, stdin);
  const written = Promise.all([
    passOn(stdout, (bytes) => output.write(bytes)),
    passOn(stderr, (bytes) => output.writeError(bytes)),
  ]);
  // If the program fails, that is what is reported.
  written.catch(() => {});
  const code = await within(options.deadline, given, exitCode as Promise<number>).catch((thrown: unknown) => {
    // In another thread or process, the future breaks because of what ended the program: that is the error to show.
    throw isTenonError(thrown, "TENON_STREAM_BROKEN") && isTenonError(thrown.cause) ? thrown.cause : thrown;
  });
  await written;
  output.exitCode = exitCodeOf(code);
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

async function passOn(stream: AsyncIterable<Uint8Array>, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  for await (const bytes of stream) await write(bytes);
}

/** What the system keeps of an exit code: its low byte. A failure must not become a success. */
function exitCodeOf(code: number): number {
  return code === 0 ? 0 : code & 0xff || 1;
}

/** @throws TENON_CALL_DEADLINE */
async function within<T>(milliseconds: number | undefined, label: string, work: Promise<T>): Promise<T> {
  if (milliseconds === undefined || milliseconds === 0) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(callDeadline(label, milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
