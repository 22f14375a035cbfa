import type { FailureName } from "../model/failure.js";

/** An address in messages between the threads: always an IP address, never a name. */
export interface Endpoint {
  /** In canonical form, without brackets: `127.0.0.1`, `::1`. */
  readonly address: string;
  readonly port: number;
}

/** An HTTP header or trailer field. Values are Latin-1 strings, one character for each byte. */
export type Field = readonly [name: string, value: string];

export interface HttpRequest {
  readonly method: string;
  readonly secure: boolean;
  /** Host name or address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly fields: readonly Field[];
  /** Whether the host name may resolve only to public addresses. */
  readonly publicOnly: boolean;
  /** In milliseconds: to connect, to the first byte of the response, and between its bytes. */
  readonly connectTimeout: number | undefined;
  readonly firstByteTimeout: number | undefined;
  readonly betweenBytesTimeout: number | undefined;
}

/** A command from the plugin's thread to the network's thread. `id` is the plugin's number of the object. */
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
  /** `bytes` were consumed, so as many more may be sent. */
  | { readonly do: "consumed"; readonly id: number; readonly bytes: number }
  | { readonly do: "close"; readonly id: number };

/** A notice from the network's thread to the plugin's. */
export type Notice =
  | { readonly is: "connected"; readonly id: number; readonly local: Endpoint; readonly remote: Endpoint }
  | { readonly is: "bound"; readonly id: number; readonly local: Endpoint }
  /** A new connection of a listener. The network's thread numbers it, below 0. */
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
  /** `bytes` that were written were handed to the system. */
  | { readonly is: "written"; readonly id: number; readonly bytes: number }
  /** `detail` is the reason in terms of HTTP. */
  | { readonly is: "failed"; readonly id: number; readonly reason: FailureName; readonly detail?: string };

/** The data that the network's thread starts with. */
export interface ThreadData {
  readonly port: import("node:worker_threads").MessagePort;
  /** Counts notices. The plugin's thread waits for it to change. */
  readonly counter: Int32Array;
}

/** How many bytes of a connection may be in flight, in each direction. */
export const windowBytes = 256 * 1024;
/** The same for a request that a plugin serves. Its two sides are in one process, and hand over many parts together. */
export const servedWindowBytes = 1024 * 1024;
