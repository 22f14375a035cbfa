import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { canReap, shell } from "./abilities.js";

// Reads "+PATH" and "-PATH". The end of its input means that the host is gone, however it exited. A process that is being
// killed may still write a file into a folder that is being removed.
const script = `
set -f
trap '' HUP INT QUIT TERM
while IFS= read -r line; do
  path=\${line#?}
  case $line in
    +*) set -- "$@" "$path" ;;
    -*) for each do shift; [ "$each" = "$path" ] || set -- "$@" "$each"; done ;;
  esac
done
for folder do
  for attempt in 1 2 3 4 5; do rm -rf -- "$folder" 2>/dev/null && break; sleep 1; done
done
`;

/**
 * Removes temporary folders when the host dies, however it dies. A small shell like that of the reaper of process groups; it
 * runs only while there is a folder to watch. Without a shell, nothing is removed.
 */
export class FolderReaper {
  readonly #folders = new Set<string>();
  #process: ChildProcess | undefined;

  /** @param folder absolute. */
  add(folder: string): void {
    if (!canReap || folder.includes("\n")) return;
    this.#folders.add(folder);
    if (this.#process === undefined) this.#start();
    else this.#write(`+${folder}\n`);
  }

  /** Forgets a folder that was removed. */
  remove(folder: string): void {
    if (!this.#folders.delete(folder)) return;
    this.#write(`-${folder}\n`);
    if (this.#folders.size > 0) return;
    this.#process?.stdin?.end();
    this.#process = undefined;
  }

  #start(): void {
    let reaper: ChildProcess;
    try {
      reaper = spawn(shell, ["-c", script, "tenon-folder-reaper"], {
        cwd: "/",
        detached: true,
        env: { PATH: "/usr/bin:/bin" },
        stdio: ["pipe", "ignore", "ignore"],
      });
    } catch {
      // Nothing is removed then: a folder that is left behind is no reason to refuse a build.
      return;
    }
    reaper.on("error", ignore);
    reaper.stdin?.on("error", ignore);
    reaper.unref();
    (reaper.stdin as Socket).unref();
    this.#process = reaper;
    this.#write([...this.#folders].map((folder) => `+${folder}\n`).join(""));
    reaper.once("exit", () => {
      if (this.#process === reaper) this.#process = undefined;
    });
  }

  #write(text: string): void {
    const stdin = this.#process?.stdin;
    if (stdin?.writable) stdin.write(text);
  }
}

function ignore(): void {}
