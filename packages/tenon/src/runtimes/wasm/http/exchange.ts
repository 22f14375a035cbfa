import { requestRefused, responseUnfinished } from "../../../errors/factories/wasm-call.js";
import type { Command, Field, Notice, ServedAnswer } from "../../../wasi/index.js";
import { type Passage, RequestBody, type RequestContent } from "./request-body.js";
import { ResponseBody } from "./response-body.js";

/** A request in the form that contracts declare. */
export interface Request extends RequestContent {
  readonly method: string;
  readonly scheme?: string | undefined;
  readonly authority?: string | undefined;
  readonly pathWithQuery?: string | undefined;
  readonly headers: readonly Field[];
}

/** A response in the form that contracts declare. */
export interface Response {
  readonly status: number;
  readonly headers: readonly Field[];
  readonly body: AsyncIterable<Uint8Array>;
  readonly trailers: Promise<readonly Field[]>;
}

/** One request and its response, on the side of the client. */
export class Exchange {
  readonly id: number;
  /** Whether the request has no body and no trailers. */
  readonly isWhole: boolean;
  readonly response: Promise<Response>;
  readonly #request: RequestBody;
  readonly #body: ResponseBody;
  #resolve: (response: Response) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #trailed: (trailers: readonly Field[]) => void = () => {};
  #untrailed: (reason: unknown) => void = () => {};

  /**
   * @param post Sends a notice to the handler's thread.
   * @param left Called when the response is no longer read.
   * @param passage the way of the request's body to that thread.
   */
  constructor(id: number, request: Request, post: (notice: Notice) => void, left: () => void, passage?: Passage) {
    this.id = id;
    this.isWhole = request.body === undefined && request.trailers === undefined;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#request = new RequestBody(id, request, post, passage);
    this.#body = new ResponseBody(
      (bytes) => post({ is: "written", id, bytes }),
      () => {
        post({ is: "failed", id, reason: "pipe", detail: "response" });
        left();
      },
    );
  }

  /** Starts to send the body of the request. */
  send(): void {
    void this.#request.send();
  }

  answer(answer: ServedAnswer, subject: string): void {
    if (answer.is === "refusal") {
      this.fail(requestRefused(subject, answer.code));
      return;
    }
    const trailers = new Promise<readonly Field[]>((resolve, reject) => {
      this.#trailed = resolve;
      this.#untrailed = reject;
    });
    // Trailers that are never read must not end the program with an unhandled rejection.
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
        this.fail(responseUnfinished(subject));
        break;
    }
  }

  /** Called when the plugin's function has returned. @param failure why it failed, if it did */
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
