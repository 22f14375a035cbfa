/**
 * A runtime that is not part of Tenon. A folder with a `run.sh` is a plugin: a program that reads calls from its standard
 * input and writes answers to its standard output, each as one line of JSON.
 *
 *     { "id": 1, "call": "greet", "parameters": ["Ada"] }
 *     { "id": 1, "result": "Hello, Ada!" }   or   { "id": 1, "fail": [ … ] }, a declared error   or   { "id": 1, "error": "no such name" }
 *     { "cancel": 1 }
 *
 * The first call is `start`, with the settings. Its result is the plugin's contract as WIT, or null.
 */
import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { type Contract, contractFromWit, signatures } from "tenon/contract";
import { errors, finding, isTenonError, type TenonError } from "tenon/errors";
import type { CallControl, Instance, InstanceFunction, LaunchedProgram, LoadRequest, Runtime } from "tenon/runtime";
import { pinProgram } from "tenon/runtime";
import { fromJson, toJson } from "./json.js";

const jsonLines: Runtime<string> = {
  name: "json-lines",
  module: import.meta.url,
  launches: true,
  learns: true,
  place: "process",
  offers: ({ process }) => process === "own" || "its plugins are programs",
  entries: { names: ["run.sh"] },
  async recognise({ manifest }) {
    if (manifest.entry?.endsWith("/run.sh") !== true) return undefined;
    return { confidence: 1, description: "program that speaks JSON lines" };
  },
  async check({ manifest, given }) {
    const refused = await access(manifest.entry ?? "", constants.X_OK).then(
      () => undefined,
      () => `${manifest.entry} cannot be executed`,
    );
    if (refused === undefined) return [];
    const fix = { text: "Make it executable.", command: `chmod +x ${manifest.entry}` };
    return [finding("TENON_ARTIFACT_UNREADABLE", { subject: given, message: refused, fix })];
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
    const wit = await instance.call("start", [request.settings ?? null]).catch((cause: Error) => {
      throw errors.TENON_LOAD_FAILED({ message: `${command}: ${cause.message}`, subject: command, cause });
    });
    return instance.ready(request, typeof wit === "string" ? contractFromWit(wit) : undefined);
  },
};

export default jsonLines;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: TenonError): void;
}

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
    const used = learned === undefined ? contract : (own ?? contract);
    const call = (path: string): InstanceFunction => ({ invoke: (given, control) => this.call(path, given, control) });
    this.functions = new Map(signatures(used.exports).map(({ path }) => [path, call(path)]));
    return this;
  }

  call(path: string, parameters: readonly unknown[], control?: CallControl): Promise<unknown> {
    const id = ++this.#calls;
    return new Promise<unknown>((resolve, reject) => {
      if (this.#waiting.size === 0) this.#program.hold(true);
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, call: path, parameters });
      if (control === undefined) return;
      control.onCancel = (reason) => {
        this.#send({ cancel: id });
        this.#settle(id)?.reject(reason);
      };
    });
  }

  #send(message: object): void {
    this.#program.stdin?.write(`${toJson(message)}\n`);
  }

  #answer(line: string): void {
    let answer: { id?: unknown; result?: unknown; fail?: unknown[]; error?: unknown };
    try {
      answer = fromJson(line) as typeof answer;
    } catch {
      // After anything else, no line can be trusted.
      this.#program.kill();
      return;
    }
    const waiting = this.#settle(Number(answer.id));
    if (Array.isArray(answer.fail))
      waiting?.reject(errors.TENON_CALL_RESULT({ message: "the plugin returned an error", payload: answer.fail[0] }));
    else if (answer.error === undefined) waiting?.resolve(answer.result);
    else waiting?.reject(errors.TENON_CALL_THREW({ message: `the plugin failed: ${answer.error}` }));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#program.hold(false);
    return waiting;
  }

  explain = (cause: unknown, label: string): TenonError =>
    isTenonError(cause) ? cause : errors.TENON_CALL_THREW({ message: `${label}() failed: ${cause}`, cause });

  async health(): Promise<void> {}
  async save(): Promise<undefined> {}
  async restore(): Promise<void> {}
  close = (control: CallControl) => this.#program.close(control);
}
