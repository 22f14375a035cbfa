import { t } from "../contract/index.js";
import { parseInterfaceId } from "../contract/model/interface-keys.js";

const running = t.record("running", {
  stdout: t.stream(t.u8),
  stderr: t.stream(t.u8),
  exitCode: t.future(t.u32),
});

/**
 * What every command has in addition to its own `run`: it is run as a program, with arguments and standard streams. It starts
 * immediately, in a thread of its own. `exitCode` rejects if the program does not exit by itself: it trapped, or the plugin was
 * closed. A program that writes to a stream that is no longer read gets the error of a broken pipe.
 */
export const commandProgram = t.interface(
  {
    start: t.func(
      [
        ["arguments", t.list(t.string)],
        ["stdin", t.stream(t.u8)],
      ],
      running,
      { docs: "Runs the program with these arguments, after those that are granted." },
    ),
  },
  { id: "tenon:command/program@0.1.0", docs: "The command as a program with standard streams and an exit code." },
);

/** Whether a component's export is `wasi:cli/run` of WASI 0.2: it is a command. */
export function isCommandRun(name: string): boolean {
  const id = parseInterfaceId(name);
  if (id?.namespace !== "wasi" || id.package !== "cli" || id.name !== "run") return false;
  return /^0\.2\.\d+$/.test(id.version ?? "");
}
