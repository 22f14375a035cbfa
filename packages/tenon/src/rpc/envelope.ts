/** The envelope around every message. See docs/wire.md. */

/** The version of the wire protocol: both sides must have the same. */
export const wireVersion = 1;

/** What every connection begins with. */
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
  /** The plugin is lost: nothing it is asked from now on will be answered. */
  lost: 20,
} as const;

/** Bytes of a message's head: its length, 32 bits, little-endian. */
export const headBytes = 4;

/** A batch of messages is sent as soon as it holds so many bytes, and otherwise at the end of the turn. */
export const batchBytes = 64 * 1024;

/** What a message may have around a value: numbers, the text of an error. */
export const overheadBytes = 128 * 1024;

/** What a call may have around its values: its number, function and deadline. */
export const callHeadBytes = 32;

/** Control messages (loading, state) may always be this large. */
export const controlBytes = 16 * 1024 * 1024;

/** The largest message that a side accepts whose limit is `bytes`. */
export function maximumMessage(bytes: number): number {
  return Math.max(bytes, controlBytes) + overheadBytes;
}

/** The largest frame that a side sends or accepts whose limit is `bytes`: for channels that must know it beforehand. */
export function maximumFrame(bytes: number): number {
  return maximumMessage(bytes) + batchBytes + headBytes;
}
