import type { TenonError } from "../errors/index.js";
import type { CloseReport, Instance, Isolation, LoadRequest, PlaceLimits, PlaceName, Prepared, Runtime } from "../runtime/index.js";
import type { Channel } from "./channel.js";

/** How a thread or process ended. */
export interface Ending {
  /** Exit code or signal, where there is one. */
  readonly exit: number | string | undefined;
  /** Why, as a coded error: TENON_PLACE_EXIT, TENON_PLACE_MEMORY. */
  readonly error: TenonError;
}

/** What a place has started, and what is to be loaded there. */
export interface RemoteInstanceOptions {
  readonly place: PlaceName;
  /** What the place achieves; what the runtime achieves inside is added. */
  readonly isolation: Isolation;
  readonly proof: CloseReport["proof"];
  /** Thread or process id. */
  readonly id?: number | undefined;
  readonly channel: Channel;
  readonly runtime: Runtime;
  readonly prepared: Prepared;
  /** Whether `prepared` has been sent by the place itself ({@link ServeOptions.prepared} on the other side). */
  readonly preparedSent?: boolean | undefined;
  readonly request: LoadRequest;
  readonly limits: PlaceLimits;
  /** Settles (never rejects) when the thread or process has ended, for whatever reason. */
  readonly ended: Promise<Ending>;
  /** Ends the thread or process by force, now; `ended` settles afterwards. May be called more than once. */
  kill(): void;
  /** Told `true` while calls are pending, so that the host program stays alive for their answers, and `false` after. */
  hold?(active: boolean): void;
}

export declare function startRemoteInstance(options: RemoteInstanceOptions): Promise<Instance>;
