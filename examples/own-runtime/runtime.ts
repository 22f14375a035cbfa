/**
 * A runtime that is not part of Tenon. A folder with a `run.sh` is a plugin: a program that reads calls from its standard
 * input and writes answers to its standard output, each as one line of JSON.
 *
 *     { "id": 1, "call": "greet", "parameters": ["Ada"] }
 *     { "id": 1, "result": "Hello, Ada!" }   or   { "id": 1, "error": "no such name" }
 */
import { createHash } from "node:crypto";
import { access, constants, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { signatures } from "tenon/contract";
import { errors, finding, isTenonError, type TenonError } from "tenon/errors";
import type { CallControl, Instance, InstanceFunction, LaunchedProgram, LoadRequest, Runtime } from "tenon/runtime";

/** What passes from `prepare` to `load`. */
interface Script {
  readonly path: string;
}

const jsonLines: Runtime<Script> = {
  name: "json-lines",
  module: import.meta.url,
  launches: true,
  place: "process",
  offers: ({ process }) => (process === "own" ? true : "its plugins are programs"),
  entries: { names: ["run.sh"] },
  async recognise({ manifest }) {
    if (manifest.entry?.endsWith("/run.sh") !== true) return undefined;
    return { confidence: 1, description: "program that speaks JSON lines" };
  },
  async check({ manifest, given }) {
    const executable = await access(manifest.entry ?? "", constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return [];
    const fix = { text: "Make it executable.", command: `chmod +x ${manifest.entry}` };
    const message = `${manifest.entry} cannot be executed`;
    return [finding("TENON_ARTIFACT_UNREADABLE", { subject: given, message, fix })];
  },
  async prepare({ path, manifest }) {
    const script = manifest.entry ?? path;
    const fingerprint = `sha256:${createHash("sha256")
      .update(await readFile(script))
      .digest("hex")}`;
    return { path, fingerprint, payload: { path: script } };
  },
  async load({ payload: { path } }, request) {
    if (request.launch === undefined) throw new Error("the place starts no programs");
    const program = await request.launch({
      command: path,
      arguments: [],
      folder: dirname(path),
      input: true,
      output: "protocol",
    });
    return new JsonLinesInstance(program, request);
  },
};

export default jsonLines;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: TenonError): void;
}

class JsonLinesInstance implements Instance {
  readonly isolation;
  readonly contract = undefined;
  readonly functions: ReadonlyMap<string, InstanceFunction>;
  readonly id: number;
  readonly lost: Promise<TenonError>;
  readonly restores = false;
  readonly #program: LaunchedProgram;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  constructor(program: LaunchedProgram, { contract }: LoadRequest) {
    this.#program = program;
    this.isolation = program.isolation;
    this.id = program.id;
    this.lost = program.ended.then(({ error }) => {
      for (const { reject } of this.#waiting.values())
        reject(errors.TENON_PLUGIN_CRASHED({ message: error.message, cause: error }));
      this.#waiting.clear();
      return error;
    });
    this.functions = new Map(
      signatures(contract.exports).map(({ path, label }) => [
        path,
        { invoke: (parameters, control) => this.#call(path, label, parameters, control) },
      ]),
    );
    if (program.stdout !== undefined)
      createInterface({ input: program.stdout }).on("line", (line) => this.#answer(line));
  }

  #call(path: string, label: string, parameters: readonly unknown[], control: CallControl): Promise<unknown> {
    const id = ++this.#calls;
    return new Promise<unknown>((resolve, reject) => {
      if (this.#waiting.size === 0) this.#program.hold(true);
      this.#waiting.set(id, { resolve, reject });
      control.onCancel = (reason) => this.#settle(id)?.reject(reason);
      this.#program.stdin?.write(`${JSON.stringify({ id, call: path, parameters })}\n`);
    }).catch((thrown: unknown) => {
      throw this.explain(thrown, label);
    });
  }

  #answer(line: string): void {
    let answer: { id?: unknown; result?: unknown; error?: unknown };
    try {
      answer = JSON.parse(line);
    } catch {
      // After anything else, no line can be trusted.
      this.#program.kill();
      return;
    }
    const waiting = this.#settle(Number(answer.id));
    if (answer.error === undefined) waiting?.resolve(answer.result);
    else waiting?.reject(errors.TENON_CALL_THREW({ message: `the plugin failed: ${answer.error}` }));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#program.hold(false);
    return waiting;
  }

  explain(thrown: unknown, label: string): TenonError {
    return isTenonError(thrown)
      ? thrown
      : errors.TENON_CALL_THREW({ message: `${label}() failed: ${thrown}`, cause: thrown });
  }

  async health(): Promise<void> {}
  async save(): Promise<undefined> {}
  async restore(): Promise<void> {}
  close(control: CallControl) {
    return this.#program.close(control);
  }
}
