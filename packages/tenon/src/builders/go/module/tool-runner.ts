import { type ChildProcess, fork } from "node:child_process";
import { endWithHost } from "../../../build/index.js";
import { goToolCrashed, goToolsStopped, goUnpackedFileChanged } from "../../../errors/factories/go-module.js";
import { ownFile } from "../../../runtime/own-package.js";
import type { ToolRequest, ToolResult } from "./go-tools.js";
import type { ToolAnswer, ToolOrder } from "./tool-process.js";

/** A tool to run, with its arguments and folders. */
export type ToolCommand = Omit<ToolOrder, "id">;

/** A process in which Go's tools run as WebAssembly, one after the other. It starts with the first tool. */
export class ToolRunner {
  readonly #label: string;
  readonly #isOptimising: boolean;
  readonly #waitedFor = new Set<number>();
  readonly #waiting = new Map<number, { resolve: (answer: ToolAnswer) => void; reject: (cause: unknown) => void }>();
  #process: ChildProcess | undefined;
  #orders = 0;

  /** @param isOptimising whether the engine optimises hot code: see tool-process.ts. */
  constructor(label: string, isOptimising: boolean) {
    this.#label = label;
    this.#isOptimising = isOptimising;
  }

  /**
   * @param isWaitedFor whether this process stays alive until the tool exits.
   * @throws TENON_TOOLCHAIN_FAILED if the tool traps, or its process exits; TENON_CACHE_CHANGED if its file was changed
   */
  async run(command: ToolCommand, signal: ToolRequest["signal"], isWaitedFor = true): Promise<ToolResult> {
    signal.throwIfAborted();
    const id = this.#orders++;
    // The only way to stop a running compiler is to kill its process.
    const stop = () => this.end(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (isWaitedFor) this.#waitedFor.add(id);
    try {
      const answer = await new Promise<ToolAnswer>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#started().send({ ...command, id } satisfies ToolOrder);
      });
      if ("changed" in answer) throw goUnpackedFileChanged(command.file);
      if ("failure" in answer) throw goToolCrashed(command.tool, answer.failure);
      return { end: answer.end, output: answer.output };
    } finally {
      signal.removeEventListener("abort", stop);
      this.#waiting.delete(id);
      this.#waitedFor.delete(id);
      keepAlive(this.#process, this.#waitedFor.size > 0);
    }
  }

  /**
   * Pauses or resumes the process. Does nothing on Windows, which has no signals for it.
   */
  hold(isHeld: boolean): void {
    if (process.platform !== "win32") this.#process?.kill(isHeld ? "SIGSTOP" : "SIGCONT");
  }

  /** Kills the process, and everything that runs in it. */
  end(cause: unknown): void {
    const child = this.#process;
    this.#process = undefined;
    child?.kill("SIGKILL");
    const failure = goToolsStopped(this.#label, cause);
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }

  #started(): ChildProcess {
    if (this.#process === undefined) {
      const child = fork(ownFile("builders/go/module/tool-process.js"), this.#isOptimising ? ["optimising"] : [], {
        env: {},
        detached: true,
        // Go's compiler recurses deeply. On Windows, the main thread's stack cannot be larger than the default.
        execArgv: process.platform === "win32" ? [] : ["--stack-size=3900"],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      child.on("message", (answer: ToolAnswer) => this.#waiting.get(answer.id)?.resolve(answer));
      child.on("error", (cause) => this.end(cause));
      child.on("exit", (code, name) => {
        if (this.#process === child) this.end(new Error(`its process was stopped by ${name ?? `exit code ${code}`}`));
      });
      this.#process = child;
      endWithHost(child);
    }
    keepAlive(this.#process, this.#waitedFor.size > 0);
    return this.#process;
  }
}

/** Whether a process keeps this one alive. */
function keepAlive(child: ChildProcess | undefined, isNeeded: boolean): void {
  if (isNeeded) {
    child?.ref();
    child?.channel?.ref();
  } else {
    child?.unref();
    child?.channel?.unref();
  }
}
