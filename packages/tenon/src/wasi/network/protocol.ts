import type { FailureName } from "../failure.js";

/** An address as both sides say it: numbers, never a name. */
export interface Endpoint {
  /** In canonical text, without brackets: `127.0.0.1`, `::1`. */
  readonly address: string;
  readonly port: number;
}

/** An HTTP field as it goes over the wire. Values are Latin-1 text, one character for each byte. */
export type Field = readonly [name: string, value: string];

export interface HttpRequest {
  readonly method: string;
  readonly secure: boolean;
  /** Host name or address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly fields: readonly Field[];
  /** Whether only public addresses are meant by the host's name. */
  readonly publicOnly: boolean;
  /** Milliseconds until the connection stands, until the answer begins, and between its parts. */
  readonly connectTimeout: number | undefined;
  readonly firstByteTimeout: number | undefined;
  readonly betweenBytesTimeout: number | undefined;
}

/** What a plugin's thread asks of the network's thread. `id` is the plugin's number for what is being talked about. */
export type Command =
  | { readonly do: "connect"; readonly id: number; readonly to: Endpoint; readonly from: Endpoint | undefined }
  | { readonly do: "listen"; readonly id: number; readonly at: Endpoint; readonly backlog: number }
  | { readonly do: "bind"; readonly id: number; readonly at: Endpoint }
  | { readonly do: "send"; readonly id: number; readonly bytes: Uint8Array; readonly to: Endpoint }
  | { readonly do: "resolve"; readonly id: number; readonly name: string }
  | { readonly do: "request"; readonly id: number; readonly request: HttpRequest }
  | { readonly do: "write"; readonly id: number; readonly bytes: Uint8Array }
  /** Nothing more will be written. */
  | { readonly do: "end"; readonly id: number; readonly trailers: readonly Field[] }
  /** So many bytes were consumed: as many more may come. */
  | { readonly do: "consumed"; readonly id: number; readonly bytes: number }
  | { readonly do: "close"; readonly id: number };

/** What the network's thread tells. */
export type Notice =
  | { readonly is: "connected"; readonly id: number; readonly local: Endpoint; readonly remote: Endpoint }
  | { readonly is: "bound"; readonly id: number; readonly local: Endpoint }
  /** A listener's new connection, under a number below 0 of the network's own. */
  | {
      readonly is: "accepted";
      readonly id: number;
      readonly connection: number;
      readonly local: Endpoint;
      readonly remote: Endpoint;
    }
  | { readonly is: "resolved"; readonly id: number; readonly addresses: readonly string[] }
  | { readonly is: "datagram"; readonly id: number; readonly bytes: Uint8Array; readonly from: Endpoint }
  | { readonly is: "response"; readonly id: number; readonly status: number; readonly fields: readonly Field[] }
  | { readonly is: "data"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly is: "ended"; readonly id: number; readonly trailers: readonly Field[] }
  /** So many bytes that were written have gone to the system. */
  | { readonly is: "written"; readonly id: number; readonly bytes: number }
  /** `detail` names HTTP's own reasons. */
  | { readonly is: "failed"; readonly id: number; readonly reason: FailureName; readonly detail?: string };

/** What the network's thread is started with. */
export interface ThreadData {
  readonly port: import("node:worker_threads").MessagePort;
  /** Counts notices; the plugin's thread waits for it to change. */
  readonly counter: Int32Array;
}

/** Bytes that may be on their way each way, for each connection. */
export const windowBytes = 256 * 1024;
