import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { reaperStartFailed } from "../errors/factories/place.js";
import { canReap, shell } from "./abilities.js";
import { type Mark, markText } from "./mark.js";

// Reads "+ENTRY" and "-ENTRY", where an entry is gGROUP, mMARK or fFOLDER. The end of its input means that the host is gone,
// however it exited. It kills the groups, then what carries a mark, until there is none: while it looks, more may be started,
// and what the host was just starting gets its mark a moment later. What is being killed may still write a file into a folder
// that is being removed.
const script = `
set -f
set --
trap '' HUP INT QUIT TERM
newline='
'
entries=$newline
while IFS= read -r line; do
  entry=\${line#?}
  case $line in
    +*) entries="$entries$entry$newline" ;;
    -*) case $entries in *"$newline$entry$newline"*)
      entries="\${entries%%"$newline$entry$newline"*}$newline\${entries#*"$newline$entry$newline"}" ;;
    esac ;;
  esac
done
IFS=$newline
marks=' '
for entry in $entries; do
  case $entry in
    g*) kill -9 "-\${entry#g}" 2>/dev/null ;;
    m*) marks="$marks\${entry#m} " ;;
    f*) set -- "$@" "\${entry#f}" ;;
  esac
done
unset IFS
round() {
  found=no
  for limits in /proc/[0-9]*/limits; do
    while read -r max resident set soft hard rest; do
      case $resident in resident) ;; *) continue ;; esac
      case $marks in *" $hard "*) ;; *) break ;; esac
      id=\${limits#/proc/}
      id=\${id%/limits}
      read -r stat <"/proc/$id/stat" || break
      case \${stat##*) } in Z*) break ;; esac
      kill -9 "$id" 2>/dev/null && found=yes
      break
    done <"$limits"
  done 2>/dev/null
}
case $marks in *[0-9]*)
  set +f
  rounds=0
  late=no
  while [ $rounds -lt 200 ]; do
    rounds=$((rounds + 1))
    round
    [ $found = yes ] && continue
    [ $late = yes ] && break
    late=yes
    sleep 0.1
  done
  ;;
esac
for folder do
  for attempt in 1 2 3 4 5; do rm -rf -- "$folder" 2>/dev/null && break; sleep 1; done
done
`;

const restarts = 5;

/** What ends with the host: a process group, everything that carries a mark, or a temporary folder (its absolute path). */
export type Reaped = { readonly group: number } | { readonly mark: Mark } | { readonly folder: string };

/**
 * Kills the processes of plugins and builds and removes their temporary folders when the host dies, however it dies, even while
 * a plugin loops or is stopped.
 *
 * It is a small shell in its own session that reads a pipe which only the host holds. When the host exits, the pipe ends,
 * and the shell kills everything that is still listed. It runs only while there is something to watch. Measured on Node 20,
 * it starts in 1.5 ms and takes 1.7 MB for all plugins together. A watching thread inside each plugin would take 20 ms and
 * 9.7 MB, and could not run while its process is stopped.
 */
export class Reaper {
  readonly #entries = new Set<string>();
  #process: ChildProcess | undefined;
  #failures = 0;

  /** The reaper's own process id while it runs. */
  get id(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * Starts to watch.
   *
   * @throws TENON_PLACE_START if the shell cannot be started, because what is watched could then outlive the host.
   */
  add(reaped: Reaped): void {
    const entry = entryOf(reaped);
    if (!canReap || entry.includes("\n")) return;
    this.#entries.add(entry);
    if (this.#process === undefined) {
      try {
        this.#start();
      } catch (error) {
        this.#entries.delete(entry);
        throw error;
      }
    } else this.#write(`+${entry}\n`);
  }

  /** Stops watching what has ended. The reaper exits with the last one. */
  remove(reaped: Reaped): void {
    const entry = entryOf(reaped);
    if (!this.#entries.delete(entry)) return;
    this.#write(`-${entry}\n`);
    if (this.#entries.size > 0) return;
    this.#process?.stdin?.end();
    this.#process = undefined;
    this.#failures = 0;
  }

  #start(): void {
    const reaper = spawn(shell, ["-c", script, "tenon-reaper", String(process.pid)], {
      cwd: "/",
      detached: true,
      env: { PATH: "/usr/bin:/bin" },
      stdio: ["pipe", "ignore", "ignore"],
    });
    // A failure to start shows immediately as a missing pid, a failure to write as the exit.
    reaper.on("error", ignore);
    reaper.stdin.on("error", ignore);
    if (reaper.pid === undefined) throw reaperStartFailed(shell);
    reaper.unref();
    (reaper.stdin as Socket).unref();
    this.#process = reaper;
    this.#write([...this.#entries].map((entry) => `+${entry}\n`).join(""));
    reaper.once("exit", () => {
      if (this.#process !== reaper) return;
      this.#process = undefined;
      if (this.#entries.size === 0 || ++this.#failures > restarts) return;
      try {
        this.#start();
      } catch {
        // The next plugin that is opened starts it again, or reports why it cannot start.
      }
    });
  }

  #write(text: string): void {
    const stdin = this.#process?.stdin;
    if (stdin?.writable) stdin.write(text);
  }
}

function entryOf(reaped: Reaped): string {
  if ("folder" in reaped) return `f${reaped.folder}`;
  return "group" in reaped ? `g${reaped.group}` : `m${markText(reaped.mark)}`;
}

function ignore(): void {}

/** The one that all of this process share: to start one for each command of a build would take longer than most commands. */
export const reaper: Reaper = new Reaper();
