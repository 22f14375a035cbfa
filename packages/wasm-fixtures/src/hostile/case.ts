/** A plugin that harms its host if it can, and what it has to end in. */
export interface HostileCase {
  /** What it tries. Names the file, too. */
  readonly name: string;
  /** The text format of a module or component, or its bytes. */
  readonly make: () => string | Uint8Array;
  /** The contract it is opened with, as WIT; without one it is opened by its own. */
  readonly contract?: string;
  /** The step that has to fail; those before it pass. */
  readonly when: "check" | "open" | "call";
  /** The code that it has to fail with. */
  readonly code: string;
  /** The places in which it can be contained. `inline` where the caller's own thread is not lost to it. */
  readonly places?: readonly ("inline" | "worker" | "process")[];
  /** Limits of `open`. */
  readonly limits?: Readonly<Record<string, number>>;
  /** The host offers `take`, which calls `run` again; otherwise `take` does nothing. */
  readonly callsBack?: boolean;
  /** Parameters of `run`. */
  readonly parameters?: readonly unknown[];
}

/** Where only another thread or process can stop it. */
export const elsewhere = ["worker", "process"] as const;
