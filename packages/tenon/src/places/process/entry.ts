import { fileURLToPath } from "node:url";
// Not the folder's index: each additional module slows down the start of every plugin.
import { permissionFix } from "../../errors/factories/permission.js";
import { serveInstance } from "../../rpc/serve-instance.js";
import { markLines, withLevels } from "../../runtime/console-levels.js";
import { collectBeforeLimit } from "./collect-before-limit.js";
import { DescriptorChannel } from "./descriptor-channel.js";
import { processTraits } from "./traits.js";

/** The program that a plugin's process runs: it serves one instance over file descriptor 3, and exits with it. */

// The plugin sees what a program that was started without options sees.
process.argv[1] = fileURLToPath(import.meta.url);
process.execArgv = process.execArgv.filter((option) => !/^--(?:title=|import=|(?:cpu|heap)-prof)/.test(option));

// How long to wait until the last messages are written: a host that has stopped reading must not keep the process alive.
const flushMilliseconds = 1000;

const level = withLevels(console);
// Otherwise what the system does not accept immediately is kept in memory, and lost when the process exits.
for (const name of ["stdout", "stderr"] as const) writeImmediately(name);

const channel = connect();
collectBeforeLimit();

serveInstance({
  channel,
  traits: processTraits,
  finished(lost) {
    // The host quotes it when it reports how the process exited.
    if (lost !== undefined) console.error(lost.message);
    setTimeout(exit, flushMilliseconds);
    channel.drain(exit);
  },
});

// Node runs the main program after this module, and there is none: its place on the command line names the plugin.
await new Promise(() => {});

function connect(): DescriptorChannel {
  try {
    return new DescriptorChannel(3);
  } catch (cause) {
    // Since Node 25, a process inherits the permissions of its host.
    const refused = permissionFix(cause, "a plugin's process is connected to its host by a socket");
    console.error(
      refused?.text ??
        "This program is part of Tenon and cannot be run directly: a host starts it with a connection at file descriptor 3.",
    );
    process.exit(2);
  }
}

/** Makes a stream wait until the host has read. It is made on its first use. */
function writeImmediately(name: "stdout" | "stderr"): void {
  const made = Object.getOwnPropertyDescriptor(process, name);
  if (made?.get === undefined) return;
  const get = (): NodeJS.WriteStream => {
    Object.defineProperty(process, name, made);
    const stream = process[name] as NodeJS.WriteStream & { _handle?: { setBlocking?(on: boolean): void } };
    stream._handle?.setBlocking?.(true);
    const write = stream.write as (...parameters: unknown[]) => boolean;
    // Only what `console` prints, which is whole lines.
    stream.write = ((chunk: unknown, ...rest: unknown[]) => {
      const printed = level();
      const text = printed === undefined || typeof chunk !== "string" ? chunk : markLines(chunk, printed);
      return write.call(stream, text, ...rest);
    }) as typeof stream.write;
    return stream;
  };
  Object.defineProperty(process, name, { ...made, get });
}

function exit(): never {
  process.exit(0);
}
