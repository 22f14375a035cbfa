import { type CommandSink, IncomingBytes, type OutgoingBytes } from "../network/byte-flow.js";
import type { Network } from "../network/network.js";
import type { Output } from "./output.js";

/** Standard input that is asked for when the program first reads it: by a window without any bytes. */
export class RequestedInput extends IncomingBytes {
  readonly #ask: () => void;
  #isAsked = false;

  constructor(sink: CommandSink, id: number) {
    super(sink, id);
    this.#ask = () => sink.post({ do: "consumed", id, bytes: 0 });
  }

  override get ready(): boolean {
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#ask();
    }
    return super.ready;
  }
}

/** Returns an output that waits while the reader is slower than the program. */
export function pipedOutput(pipe: OutgoingBytes, network: () => Network): Output {
  return {
    pipe,
    write(bytes) {
      network().pump();
      for (let rest = bytes; rest.length > 0; ) {
        rest = rest.subarray(pipe.write(rest));
        if (rest.length > 0) network().until(() => pipe.ready);
      }
    },
    end: () => {},
  };
}
