/**
 * A runtime that is not part of Tenon. A folder with a `run.sh` is a plugin: a program that reads calls from its standard
 * input and writes answers to its standard output, each as one line of JSON.
 *
 *     { "id": 1, "call": "greet", "parameters": ["Ada"] }
 *     { "id": 1, "result": "Hello, Ada!" }   or   { "id": 1, "fail": … }, a declared error   or   { "id": 1, "error": "no such name" }
 *     { "cancel": 1 }
 *
 * The first call is `start`, with the settings. Its result is the plugin's contract as WIT, or null.
 */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Contract, Signature, Type } from "tenon/contract";
import { answeredType, contractFromWit, signatures, valueFromJson, valueToJson } from "tenon/contract";
import { errors, finding, isTenonError, type TenonError } from "tenon/errors";
import type { CallControl, Instance, InstanceFunction, LaunchedProgram, LoadRequest, Runtime } from "tenon/runtime";
import { pinProgram } from "tenon/runtime";

export default {
  name: "json-lines",
  module: import.meta.url,
  launches: true,
  learns: true,
  place: "process",
  offers: ({ process }) => process === "own" || "its plugins are programs",
  entries: { names: ["run.sh"] },
  recognise: async ({ manifest: { entry = "" } }) =>
    entry.endsWith("/run.sh") ? { confidence: 1, description: "program that speaks JSON lines" } : undefined,
  async check({ manifest: { entry = "" }, given }) {
    const { mode } = await stat(entry);
    if ((mode & 0o111) !== 0) return [];
    const fix = { text: "Make it executable.", command: `chmod +x ${entry}` };
    return [finding("TENON_ARTIFACT_UNREADABLE", { subject: given, message: `${entry} cannot be executed`, fix })];
  },
  async prepare(artifact) {
    const { path, manifest } = artifact;
    const pinned = await pinProgram(artifact);
    return { path, fingerprint: pinned.digest ?? path, payload: manifest.entry ?? path, ...pinned };
  },
  async load({ payload: command }, request) {
    if (request.launch === undefined) throw new Error("the place starts no programs");
    const folder = dirname(command);
    const program = await request.launch({ command, arguments: [], folder, input: true, output: "protocol" });
    const instance = new JsonLinesInstance(program);
    const { result: wit } = await instance.call("start", [request.settings ?? null]).catch((cause: Error) => {
      throw errors.TENON_LOAD_FAILED({ message: `${command}: ${cause.message}`, subject: command, cause });
    });
    return instance.ready(request, typeof wit === "string" ? contractFromWit(wit) : undefined);
  },
} satisfies Runtime<string>;

type Answer = { id?: unknown; result?: unknown; fail?: unknown; error?: unknown };
type Waiting = { resolve(answer: Answer): void; reject(error: TenonError): void };

class JsonLinesInstance implements Instance {
  readonly isolation;
  contract: Contract | undefined;
  functions: ReadonlyMap<string, InstanceFunction> = new Map();
  readonly id: number;
  readonly lost: Promise<TenonError>;
  readonly restores = false;
  readonly #program: LaunchedProgram;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  constructor(program: LaunchedProgram) {
    this.#program = program;
    this.isolation = program.isolation;
    this.id = program.id;
    this.lost = program.ended.then(({ error }) => {
      const crashed = errors.TENON_PLUGIN_CRASHED({ message: error.message, cause: error });
      for (const id of this.#waiting.keys()) this.#settle(id)?.reject(crashed);
      return error;
    });
    // What cannot be written is lost with the program, which `lost` reports.
    program.stdin?.on("error", () => {});
    if (program.stdout !== undefined)
      createInterface({ input: program.stdout }).on("line", (line) => this.#answer(line));
  }

  /** The functions are known once the contract is. */
  async ready({ contract, learned }: LoadRequest, own: Contract | undefined): Promise<this> {
    if (own !== undefined) await learned?.(own);
    this.contract = own;
    const { exports } = (learned && own) ?? contract;
    this.functions = new Map(signatures(exports).map((each) => [each.path, this.#function(each)]));
    return this;
  }

  #function({ path, label, type: { parameters, result } }: Signature): InstanceFunction {
    const read = (type: Type | undefined, json: unknown, name: string) =>
      type && valueFromJson(type, json ?? null, `${label}(): ${name}`);
    return {
      invoke: async (given, control) => {
        const values = parameters.map(({ type }, index) => valueToJson(type, given[index]));
        const answer = await this.call(path, values, control);
        if (!("fail" in answer)) return read(answeredType(result), answer.result, "result");
        const payload = read(result?.kind === "result" ? result.err : undefined, answer.fail, "error");
        throw errors.TENON_CALL_RESULT({ message: "the plugin returned an error", payload });
      },
    };
  }

  call(path: string, parameters: readonly unknown[], control?: CallControl): Promise<Answer> {
    const id = ++this.#calls;
    return new Promise<Answer>((resolve, reject) => {
      if (this.#waiting.size === 0) this.#program.hold(true);
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, call: path, parameters });
      if (control !== undefined)
        control.onCancel = (reason) => {
          this.#send({ cancel: id });
          this.#settle(id)?.reject(reason);
        };
    });
  }

  #send(message: object): void {
    this.#program.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  #answer(line: string): void {
    let answer: Answer;
    try {
      answer = JSON.parse(line) as Answer;
    } catch {
      // After anything else, no line can be trusted.
      this.#program.kill();
      return;
    }
    const waiting = this.#settle(Number(answer.id));
    if (answer.error === undefined) waiting?.resolve(answer);
    else waiting?.reject(errors.TENON_CALL_THREW({ message: `the plugin failed: ${answer.error}` }));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#program.hold(false);
    return waiting;
  }

  explain = (cause: unknown) =>
    isTenonError(cause) ? cause : errors.TENON_CALL_THREW({ message: String(cause), cause });
  async health(): Promise<void> {}
  async save(): Promise<undefined> {}
  async restore(): Promise<void> {}
  close = (control: CallControl) => this.#program.close(control);
}
