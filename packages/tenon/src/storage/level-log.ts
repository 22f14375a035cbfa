/**
 * Finds damage in a log of LevelDB, which its own recovery passes over silently: it drops what it cannot read, and with it changes that
 * had been made. Source: LevelDB, doc/log_format.md.
 */
const blockBytes = 32 * 1024;
const headBytes = 7;

/** Returns where a log is damaged, or `undefined`. A record that is cut off at the end was never confirmed: that is no damage. */
export function damageIn(log: Uint8Array): number | undefined {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  let at = 0;
  while (at < log.byteLength) {
    const left = blockBytes - (at % blockBytes);
    if (left < headBytes) {
      at += left;
      continue;
    }
    if (at + headBytes > log.byteLength) return undefined;
    const length = view.getUint16(at + 4, true);
    const end = at + headBytes + length;
    if (view.getUint32(at, true) === 0 && length === 0 && log[at + 6] === 0) {
      // Room that was reserved and not written: nothing follows.
      return log.subarray(at).every((byte) => byte === 0) ? undefined : at;
    }
    if (headBytes + length > left) return endsUnwritten(log) ? undefined : at;
    if (end > log.byteLength) return undefined;
    if (masked(crc32c(log.subarray(at + 6, end))) !== view.getUint32(at, true))
      return endsUnwritten(log) ? undefined : at;
    at = end;
  }
  return undefined;
}

/** After a loss of power, a file may be as long as it should be, and its end empty. */
function endsUnwritten(log: Uint8Array): boolean {
  return log.byteLength >= 16 && log.subarray(-16).every((byte) => byte === 0);
}

/** Source: LevelDB, util/crc32c.h. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

let table: Uint32Array | undefined;

function crc32c(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    return value;
  });
  let crc = 0xffffffff;
  for (let index = 0; index < bytes.length; index++)
    crc = (table[(crc ^ (bytes[index] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}
