import { TenonError } from "../../../errors/index.js";
import type { Command, Field, Notice, ServedAnswer } from "../../../wasi/index.js";
import { RequestBody, type RequestRest } from "./request-body.js";
import { ResponseBody } from "./response-body.js";

/** A request as contracts hold it. */
export interface Request extends RequestRest {
  readonly method: string;
  readonly scheme?: string | undefined;
  readonly authority?: string | undefined;
  readonly pathWithQuery?: string | undefined;
  readonly headers: readonly Field[];
}

/** An answer as contracts hold it. */
export interface Response {
  readonly status: number;
  readonly headers: readonly Field[];
  readonly body: AsyncIterable<Uint8Array>;
  readonly trailers: Promise<readonly Field[]>;
}

/** One request and its answer, on the side of whoever asks. */
export class Exchange {
  readonly id: number;
  readonly response: Promise<Response>;
  readonly #request: RequestBody;
  readonly #body: ResponseBody;
  #resolve: (response: Response) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #trailed: (trailers: readonly Field[]) => void = () => {};
  #untrailed: (reason: unknown) => void = () => {};

  /**
   * @param tell Tells the handler's thread.
   * @param left Told when nobody reads the answer any more.
   */
  constructor(id: number, request: Request, tell: (notice: Notice) => void, left: () => void) {
    this.id = id;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#request = new RequestBody(id, request, tell);
    this.#body = new ResponseBody(
      (bytes) => tell({ is: "written", id, bytes }),
      () => {
        tell({ is: "failed", id, reason: "pipe", detail: "response" });
        left();
      },
    );
    void this.#request.send();
  }

  answer(answer: ServedAnswer, subject: string): void {
    if (answer.is === "refusal") {
      this.fail(refusal(answer.code, subject));
      return;
    }
    const trailers = new Promise<readonly Field[]>((resolve, reject) => {
      this.#trailed = resolve;
      this.#untrailed = reject;
    });
    // Not everybody waits for them; whoever does is told.
    trailers.catch(() => {});
    this.#resolve({ status: answer.status, headers: answer.fields, body: this.#body, trailers });
  }

  obey(command: Command, subject: string): void {
    switch (command.do) {
      case "write":
        this.#body.push(command.bytes);
        break;
      case "end":
        this.#body.end();
        this.#trailed(command.trailers);
        break;
      case "consumed":
        this.#request.consumed(command.bytes);
        break;
      case "close":
        this.fail(unfinished(subject));
        break;
    }
  }

  /** The plugin has done with it. @param failure why, if that is no good end */
  handled(failure: unknown): void {
    this.#request.stop();
    if (failure !== undefined) this.fail(failure);
  }

  fail(reason: unknown): void {
    this.#request.stop();
    this.#reject(reason);
    this.#body.fail(reason);
    this.#untrailed(reason);
  }
}

function refusal(code: string, subject: string): TenonError {
  const message = `${subject} answered with the error ${code}`;
  return new TenonError("TENON_CALL_RESULT", { message, subject: "incomingHandler.handle", payload: code });
}

function unfinished(subject: string): TenonError {
  const message = `${subject} left the body of its answer unfinished`;
  return new TenonError("TENON_STREAM_BROKEN", { message, subject });
}
