/** The envelope around every message. See docs/wire.md. */

/** The version of the wire protocol. Both sides must use the same one. */
export const wireVersion = 4;

/** The first text on every connection. */
export const wireMagic = "tenon";

/** Kinds of message: the byte after a message's length. */
export const kind = {
  hello: 1,
  call: 2,
  return: 3,
  fail: 4,
  throw: 5,
  cancel: 6,
  cancelled: 7,
  control: 8,
  answer: 9,
  log: 10,
  pull: 11,
  item: 12,
  end: 13,
  break: 14,
  stop: 15,
  settle: 16,
  reject: 17,
  release: 18,
  /** A call whose caller is blocked until the answer comes. */
  blockingCall: 19,
  /** A call that is made by a function which the receiver is blocked in. */
  nestedCall: 21,
  /** The plugin is lost: it will not answer any further call. */
  lost: 20,
} as const;

/** Added to the kind of a call that has an extension between its head and its parameters. */
export const extended = 0x80;

/** The size of a message's head in bytes: its length, 32 bits, little-endian. */
export const headBytes = 4;

/** A batch of messages is sent at the end of the turn, or as soon as it has this many bytes. */
export const batchBytes = 64 * 1024;

/** How many bytes a message may have in addition to a value: numbers, the text of an error. */
export const overheadBytes = 128 * 1024;

/** How many bytes a call may have in addition to its values: its number, function and deadline. */
export const callHeadBytes = 32;

/** Control messages (loading, state) may always be this large. */
export const controlBytes = 16 * 1024 * 1024;

/** The largest value that a message can carry: the message's length is a u32. */
const mostBytes = 0xffff_ffff - overheadBytes - batchBytes - headBytes;

/** Returns how many bytes a value may have. @param limit 0 for no limit other than that of the protocol. */
export function valueLimit(limit: number): number {
  return limit === 0 ? mostBytes : Math.min(limit, mostBytes);
}

/** Returns the size of the largest message that a side with this limit accepts. @param bytes 0 for no limit. */
export function maximumMessage(bytes: number): number {
  return Math.max(valueLimit(bytes), controlBytes) + overheadBytes;
}

/** Returns the size of the largest frame that a side with this limit sends or accepts, for channels that need to know it. */
export function maximumFrame(bytes: number): number {
  return maximumMessage(bytes) + batchBytes + headBytes;
}
