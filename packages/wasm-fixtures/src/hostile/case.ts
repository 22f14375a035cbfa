/** A plugin that tries to harm its host, and the error that it must fail with. */
export interface HostileCase {
  /** What it tries to do; also the name of the file. */
  readonly name: string;
  /** The text format of a module or component, or its bytes. */
  readonly make: () => string | Uint8Array;
  /** The contract with which it is opened, as WIT. Default: its own contract. */
  readonly contract?: string;
  /** The step that must fail; the steps before it must pass. */
  readonly when: "check" | "open" | "call";
  /** The code of the failure. */
  readonly code: string;
  /** The places that can contain it; `inline` only if it does not block the caller's thread. */
  readonly places?: readonly ("inline" | "worker" | "process")[];
  /** Limits of `open`. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Whether the host function `take` calls `run` again; otherwise it does nothing. */
  readonly callsBack?: boolean;
  /** Parameters of `run`. */
  readonly parameters?: readonly unknown[];
}

/** The places for plugins that only another thread or process can stop. */
export const elsewhere = ["worker", "process"] as const;
