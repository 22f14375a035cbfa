/** Plain framing over a pipe: a length, then so many bytes, which are collected in memory of their own. */

/**
 * @param {import("node:stream").Readable} stream
 * @param {(bytes: Uint8Array) => void} receive
 */
export function receiveBytes(stream, receive) {
  /** @type {Uint8Array | undefined} */
  let body;
  let filled = 0;
  let rest = Buffer.alloc(0);
  stream.on("data", (/** @type {Buffer} */ chunk) => {
    let left = chunk;
    if (body === undefined) {
      rest = Buffer.concat([rest, chunk]);
      if (rest.length < 4) return;
      body = new Uint8Array(rest.readUInt32LE(0));
      left = rest.subarray(4);
      rest = Buffer.alloc(0);
    }
    body.set(left, filled);
    filled += left.length;
    if (filled < body.length) return;
    const whole = body;
    body = undefined;
    filled = 0;
    receive(whole);
  });
}

/**
 * @param {import("node:stream").Writable} stream
 * @param {Uint8Array} bytes
 */
export function sendBytes(stream, bytes) {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  stream.cork();
  stream.write(length);
  stream.write(bytes);
  stream.uncork();
}
