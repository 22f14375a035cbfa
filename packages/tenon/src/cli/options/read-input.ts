import { open } from "node:fs/promises";

const piece = 64 * 1024;

/**
 * Reads a file that the user named, which may be a pipe.
 *
 * Not with `readFile`: Node 26 does not list it among the active resources, so that nothing would say that it is what
 * keeps the program from exiting.
 */
export async function readInput(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const pieces: Buffer[] = [];
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(piece), 0, piece, null);
      if (bytesRead === 0) return Buffer.concat(pieces);
      pieces.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
