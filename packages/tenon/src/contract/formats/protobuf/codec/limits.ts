/** What one message may take up. Values are fields, items and entries: an empty message counts all of its fields. */
export interface MessageLimits {
  /** The longest message, in bytes. Default: 64 MiB. */
  readonly bytes?: number;
  /** How deeply messages may be nested. Default: 100, as in most implementations of Protocol Buffers. */
  readonly depth?: number;
  /** How many values a message may decode to. Default: 10 million. */
  readonly values?: number;
}

export const defaultLimits: Required<MessageLimits> = { bytes: 64 * 1024 * 1024, depth: 100, values: 10_000_000 };

/** Thrown for bytes that are no message, or a value that cannot become one. The codec words it with the message's name. */
export class Unfit extends Error {}

/** Thrown for a message beyond its limits. */
export class TooLarge extends Error {
  readonly limit: keyof MessageLimits;

  constructor(problem: string, limit: keyof MessageLimits) {
    super(problem);
    this.limit = limit;
  }
}
