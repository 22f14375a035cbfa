import { Failure } from "../model/failure.js";
import { receive, send } from "./connections.js";
import type { Context, Preview1Functions } from "./context.js";
import { offset } from "./offsets.js";

const mostVectors = 1024;

/** `fd_read`, `fd_write`, `fd_pread` and `fd_pwrite`: move bytes between memory and files without a copy. */
export function streamFunctions(context: Context): Preview1Functions {
  const { memory, descriptors } = context;

  /** Calls `move` with each range of a list, until one is not moved completely. @returns the number of bytes moved */
  function each(vectors: number, count: number, move: (bytes: Uint8Array, moved: number) => number): number {
    const length = count >>> 0;
    if (length > mostVectors) throw new Failure("invalid");
    const view = memory.view(vectors, length * 8);
    const from = vectors >>> 0;
    let moved = 0;
    for (let index = 0; index < length; index++) {
      const bytes = memory.bytes(view.getUint32(from + index * 8, true), view.getUint32(from + index * 8 + 4, true));
      if (bytes.length === 0) continue;
      const now = attempt(() => move(bytes, moved), moved);
      moved += now;
      if (now < bytes.length) break;
    }
    return moved;
  }

  function read(number: number, bytes: Uint8Array, moved: number): number {
    const descriptor = descriptors.get(number);
    switch (descriptor.kind) {
      case "file":
        return descriptor.file.read(bytes);
      case "input": {
        const { input } = descriptor;
        if (!input.ready && moved > 0) return 0;
        if (!input.ready) context.capabilities.network.until(() => input.ready);
        const taken = input.take(bytes.length);
        bytes.set(taken);
        return taken.length;
      }
      case "connection":
        return receive(context, descriptor, bytes, { wait: moved === 0, peek: false });
      case "folder":
        throw new Failure("is-directory");
      default:
        throw new Failure("bad-descriptor");
    }
  }

  function write(number: number, bytes: Uint8Array): number {
    const descriptor = descriptors.get(number);
    switch (descriptor.kind) {
      case "output":
        descriptor.output.write(bytes);
        return bytes.length;
      case "file":
        return descriptor.file.write(bytes);
      case "connection":
        return send(context, descriptor, bytes);
      case "folder":
        throw new Failure("is-directory");
      default:
        throw new Failure("bad-descriptor");
    }
  }

  return {
    fd_read(number: number, vectors: number, count: number, result: number) {
      descriptors.get(number);
      memory.setU32(result, 0);
      memory.setU32(
        result,
        each(vectors, count, (bytes, moved) => read(number, bytes, moved)),
      );
    },
    fd_write(number: number, vectors: number, count: number, result: number) {
      descriptors.get(number);
      memory.setU32(result, 0);
      memory.setU32(
        result,
        each(vectors, count, (bytes) => write(number, bytes)),
      );
    },
    fd_pread(number: number, vectors: number, count: number, at: bigint, result: number) {
      const file = descriptors.file(number);
      const start = offset(at);
      memory.setU32(result, 0);
      memory.setU32(
        result,
        each(vectors, count, (bytes, moved) => file.readAt(bytes, start + moved)),
      );
    },
    fd_pwrite(number: number, vectors: number, count: number, at: bigint, result: number) {
      const file = descriptors.file(number);
      const start = offset(at);
      memory.setU32(result, 0);
      memory.setU32(
        result,
        each(vectors, count, (bytes, moved) => file.writeAt(bytes, start + moved)),
      );
    },
  };
}

/** A failure after some bytes were moved is reported as a smaller count. */
function attempt(move: () => number, moved: number): number {
  if (moved === 0) return move();
  try {
    return move();
  } catch {
    return 0;
  }
}
