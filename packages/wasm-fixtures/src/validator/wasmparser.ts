import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { loneCrate } from "../lone-crate.js";

/** What wasmparser answers of one input. */
export interface Verdict {
  readonly valid: boolean;
  /** Byte and reason of a refusal. */
  readonly reason: string;
}

/** Why wasmparser cannot be asked here, or `undefined` where it can. */
export function wasmparserMissing(): string | undefined {
  return spawnSync("cargo", ["--version"]).status === 0 ? undefined : "cargo is not installed";
}

/** The validator of wasm-tools, as a process that is asked again and again: validator/src/main.rs. */
export class Wasmparser {
  readonly #process: ChildProcess;
  readonly #waiting: { resolve(verdict: Verdict): void; reject(error: Error): void }[] = [];
  #unread = "";

  /** Builds it when it is first asked for. @throws an Error with what cargo printed: the crate cannot be had, for one. */
  static async start(): Promise<Wasmparser> {
    return new Wasmparser(await loneCrate("validator", undefined, "validator"));
  }

  private constructor(path: string) {
    this.#process = spawn(path, { stdio: ["pipe", "pipe", "inherit"] });
    this.#process.stdout!.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    this.#process.once("close", (code) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`wasmparser ended with ${code}`));
    });
  }

  /** Answers come in the order of the questions. */
  ask(bytes: Uint8Array): Promise<Verdict> {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    this.#process.stdin!.write(length);
    this.#process.stdin!.write(bytes);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  close(): void {
    this.#process.stdin!.end();
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split("\n");
    this.#unread = lines.pop() ?? "";
    for (const line of lines)
      this.#waiting.shift()?.resolve({ valid: line === "ok", reason: line.replace(/^(ok|no )/, "") });
  }
}
