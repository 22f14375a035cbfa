import type { HostInterface } from "../../model/types.js";
import type { Context } from "./context.js";
import { noDestructor } from "./context.js";
import type { InputStream } from "./input-stream.js";
import type { IoError } from "./io-error.js";
import type { OutputStream } from "./output-stream.js";
import { type Pollable, poll } from "./pollable.js";

/** `wasi:io/error`. */
export const errorInterface = (): HostInterface => ({
  functions: {
    "[method]error.to-debug-string": (error: IoError) => error.failure,
  },
  resources: { error: noDestructor },
});

/** `wasi:io/poll`. */
export const pollInterface = (context: Context): HostInterface => ({
  functions: {
    "[method]pollable.ready": (pollable: Pollable) => {
      context.capabilities.network.pump();
      return pollable.ready();
    },
    "[method]pollable.block": (pollable: Pollable) => {
      poll(context, [pollable]);
    },
    poll: (pollables: readonly Pollable[]) => poll(context, pollables),
  },
  resources: { pollable: noDestructor },
});

/** `wasi:io/streams`. */
export const streamsInterface = (context: Context): HostInterface => {
  const pump = () => context.capabilities.network.pump();
  const splice = (to: OutputStream, from: InputStream, length: bigint, blocks: boolean): bigint => {
    pump();
    if (blocks) poll(context, [to.subscribe()]);
    const room = to.checkWrite();
    const most = room < length ? room : length;
    const bytes = blocks ? from.blockingRead(context, most) : from.read(most);
    to.write(bytes);
    return BigInt(bytes.length);
  };
  return {
    functions: {
      "[method]input-stream.read": (stream: InputStream, length: bigint) => {
        pump();
        return stream.read(length);
      },
      "[method]input-stream.blocking-read": (stream: InputStream, length: bigint) =>
        stream.blockingRead(context, length),
      "[method]input-stream.skip": (stream: InputStream, length: bigint) => {
        pump();
        return BigInt(stream.read(length).length);
      },
      "[method]input-stream.blocking-skip": (stream: InputStream, length: bigint) =>
        BigInt(stream.blockingRead(context, length).length),
      "[method]input-stream.subscribe": (stream: InputStream) => stream.subscribe(),
      "[method]output-stream.check-write": (stream: OutputStream) => {
        pump();
        return stream.checkWrite();
      },
      "[method]output-stream.write": (stream: OutputStream, bytes: Uint8Array) => stream.write(bytes),
      "[method]output-stream.blocking-write-and-flush": (stream: OutputStream, bytes: Uint8Array) =>
        stream.blockingWriteAndFlush(context, bytes),
      "[method]output-stream.flush": (stream: OutputStream) => stream.flush(),
      "[method]output-stream.blocking-flush": (stream: OutputStream) => stream.blockingFlush(context),
      "[method]output-stream.subscribe": (stream: OutputStream) => stream.subscribe(),
      "[method]output-stream.write-zeroes": (stream: OutputStream, length: bigint) => stream.writeZeroes(length),
      "[method]output-stream.blocking-write-zeroes-and-flush": (stream: OutputStream, length: bigint) =>
        stream.blockingWriteAndFlush(context, new Uint8Array(Number(length < 4097n ? length : 4097n))),
      "[method]output-stream.splice": (to: OutputStream, from: InputStream, length: bigint) =>
        splice(to, from, length, false),
      "[method]output-stream.blocking-splice": (to: OutputStream, from: InputStream, length: bigint) =>
        splice(to, from, length, true),
    },
    resources: {
      "input-stream": (stream: InputStream) => context.release(stream),
      "output-stream": (stream: OutputStream) => context.release(stream),
    },
  };
};
