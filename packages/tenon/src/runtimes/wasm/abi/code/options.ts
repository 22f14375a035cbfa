/** The options of a canonical definition for lifting and lowering, as live objects. */
export interface CanonicalOptions {
  readonly stringEncoding: "utf8" | "utf16" | "latin1+utf16";
  readonly memory: WebAssembly.Memory | undefined;
  readonly realloc: ((pointer: number, size: number, alignment: number, newSize: number) => number) | undefined;
  /** Called with the flat results after the values of the call were read. */
  readonly postReturn: CoreFunction | undefined;
  /** Whether the guest may report a failure of its own during a call: see `ComponentState.reported`. */
  readonly reports?: boolean | undefined;
  readonly async: boolean;
  /** Takes an event, a waitable and a payload, and returns a status. Only with `async`. */
  readonly callback: CoreFunction | undefined;
}

export type CoreFunction = (...flat: any[]) => any;
