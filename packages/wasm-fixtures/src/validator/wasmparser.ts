import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { loneCrate } from "../lone-crate.js";

/** The result of wasmparser for one input. */
export interface Verdict {
  readonly valid: boolean;
  /** Position and reason of an error. */
  readonly reason: string;
}

/** Returns why wasmparser cannot be used here, or `undefined` if it can. */
export function wasmparserMissing(): string | undefined {
  return spawnSync("cargo", ["--version"]).status === 0 ? undefined : "cargo is not installed";
}

/** The validator of wasm-tools, as a process that handles many requests: validator/src/main.rs. */
export class Wasmparser {
  readonly #process: ChildProcess;
  readonly #waiting: { resolve(verdict: Verdict): void; reject(error: Error): void }[] = [];
  #unread = "";

  /** Builds it on first use. @throws an Error with cargo's output, for instance if the crate cannot be downloaded. */
  static async start(): Promise<Wasmparser> {
    return new Wasmparser(await loneCrate("validator", undefined, "validator"));
  }

  private constructor(path: string) {
    this.#process = spawn(path, { stdio: ["pipe", "pipe", "inherit"] });
    this.#process.stdout!.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    this.#process.once("close", (code) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`wasmparser exited with ${code}`));
    });
  }

  /** Results arrive in the order of the requests. */
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
