/** What a canonical definition names for its lifting and lowering, as live objects. */
export interface CanonicalOptions {
  readonly stringEncoding: "utf8" | "utf16" | "latin1+utf16";
  readonly memory: WebAssembly.Memory | undefined;
  readonly realloc: ((pointer: number, size: number, alignment: number, newSize: number) => number) | undefined;
  /** Given the flat results of the call when its values have been read. */
  readonly postReturn: CoreFunction | undefined;
  /** Whether the guest may tell of a failure of its own during a call: see `ComponentState.reported`. */
  readonly reports?: boolean | undefined;
  readonly async: boolean;
  /** Event, waitable and payload in; a status out. Only with `async`. */
  readonly callback: CoreFunction | undefined;
}

export type CoreFunction = (...flat: any[]) => any;
