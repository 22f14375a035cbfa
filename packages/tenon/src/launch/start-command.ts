import { existsSync } from "node:fs";
import type { ResourceLimits } from "../runtime/index.js";
import { canReap, shell } from "./abilities.js";
import { type Mark, markText } from "./mark.js";
import { readNow } from "./processes.js";

// From util-linux. It passes the environment on as it is, where shells add to it.
const prlimit = ["/usr/bin/prlimit", "/bin/prlimit"].find((path) => existsSync(path));

// The shell becomes the program, so that its id stays the same. An argument that is empty leaves a limit as it is.
const script = `
[ -z "$1" ] || ulimit -m "$1"
[ -z "$2" ] || ulimit -n "$2"
[ -z "$3" ] || { ulimit -S -t "$3"; ulimit -H -t "$4"; }
unset $5
shift 5
exec "$@"
`;
/** What shells add to the environment. */
const added = ["PWD", "OLDPWD", "SHLVL", "_"];

export interface StartCommand {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** Returns what to start so that a program runs within the limits that a process has by itself, and carries its mark. */
export function startCommand(
  { command, arguments: parameters }: StartCommand,
  environment: Readonly<Record<string, string | undefined>>,
  resources: ResourceLimits | undefined,
  mark: Mark | undefined,
): StartCommand {
  const { files = 0, cpu = 0 } = resources ?? {};
  if (!canReap || (mark === undefined && files === 0 && cpu === 0)) return { command, arguments: parameters };
  const most = Math.min(files, mostFiles());
  const seconds = wholeSeconds(cpu);
  if (prlimit !== undefined) {
    return {
      command: prlimit,
      arguments: [
        ...(mark === undefined ? [] : [`--rss=${markText(mark)}`]),
        ...(files === 0 ? [] : [`--nofile=${most}`]),
        ...(cpu === 0 ? [] : [`--cpu=${seconds}:${seconds + 1}`]),
        "--",
        command,
        ...parameters,
      ],
    };
  }
  return {
    command: shell,
    arguments: [
      ...["-c", script, "tenon-start"],
      mark === undefined ? "" : String(mark),
      files === 0 ? "" : String(most),
      ...(cpu === 0 ? ["", ""] : [String(seconds), String(seconds + 1)]),
      added.filter((name) => environment[name] === undefined).join(" "),
      command,
      ...parameters,
    ],
  };
}

/** The whole seconds of CPU time after which the system stops a process, if the host cannot look: a second beyond its limit. */
export function wholeSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000) + 1;
}

/** What the system allows at most. */
function mostFiles(): number {
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(readNow("/proc/self/limits"))?.[1];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
}
