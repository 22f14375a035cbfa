import { type ChildProcess, fork } from "node:child_process";
import { errors } from "../../../errors/index.js";
import type { ToolRequest, ToolResult } from "./go-tools.js";
import type { ToolAnswer, ToolOrder } from "./tool-process.js";

/** What a tool runs with. */
export type ToolCommand = Omit<ToolOrder, "id">;

/** A process in which Go's tools run as WebAssembly, one after the other. It begins with the first. */
export class ToolRunner {
  readonly #label: string;
  readonly #isOptimising: boolean;
  readonly #waitedFor = new Set<number>();
  readonly #waiting = new Map<number, { resolve: (answer: ToolAnswer) => void; reject: (cause: unknown) => void }>();
  #process: ChildProcess | undefined;
  #orders = 0;

  /** @param isOptimising whether the engine optimises what runs often: see tool-process.ts. */
  constructor(label: string, isOptimising: boolean) {
    this.#label = label;
    this.#isOptimising = isOptimising;
  }

  /**
   * @param isWaitedFor whether the program stays alive for it.
   * @throws TENON_TOOLCHAIN_FAILED when the tool traps, or its process ends.
   */
  async run(command: ToolCommand, signal: ToolRequest["signal"], isWaitedFor = true): Promise<ToolResult> {
    signal.throwIfAborted();
    const id = this.#orders++;
    // Nothing but its end stops a compiler that runs.
    const stop = () => this.end(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (isWaitedFor) this.#waitedFor.add(id);
    try {
      const answer = await new Promise<ToolAnswer>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#started().send({ ...command, id } satisfies ToolOrder);
      });
      if (!("failure" in answer)) return { code: answer.code, output: answer.output };
      const message = `Go's ${command.tool} as WebAssembly: ${answer.failure}`;
      throw errors.TENON_TOOLCHAIN_FAILED({ message, subject: command.tool });
    } finally {
      signal.removeEventListener("abort", stop);
      this.#waiting.delete(id);
      this.#waitedFor.delete(id);
      keepAlive(this.#process, this.#waitedFor.size > 0);
    }
  }

  /**
   * Whether the process may use the processor. One that must not stands still, except on Windows, which has no such
   * signals.
   */
  hold(isHeld: boolean): void {
    if (process.platform !== "win32") this.#process?.kill(isHeld ? "SIGSTOP" : "SIGCONT");
  }

  /** Ends the process, and with it everything that runs in it. */
  end(cause: unknown): void {
    const child = this.#process;
    this.#process = undefined;
    child?.kill("SIGKILL");
    const failure = errors.TENON_TOOLCHAIN_FAILED({
      message: `Go's compiler as WebAssembly was stopped: ${cause instanceof Error ? cause.message : String(cause)}`,
      subject: this.#label,
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
  }

  #started(): ChildProcess {
    if (this.#process === undefined) {
      const child = fork(new URL("./tool-process.js", import.meta.url), this.#isOptimising ? ["optimising"] : [], {
        env: {},
        // Go's compiler recurses deeply; the main thread of Windows has no more than the default.
        execArgv: process.platform === "win32" ? [] : ["--stack-size=3900"],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      child.on("message", (answer: ToolAnswer) => this.#waiting.get(answer.id)?.resolve(answer));
      child.on("error", (cause) => this.end(cause));
      child.on("exit", (code, name) => {
        if (this.#process === child) this.end(new Error(`its process ended with ${name ?? `exit code ${code}`}`));
      });
      this.#process = child;
      const kill = () => void child.kill("SIGKILL");
      process.once("exit", kill);
      child.once("exit", () => process.off("exit", kill));
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
