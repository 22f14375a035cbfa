/** Combines thin 64-bit Mach-O files into one fat file. @param wide Whether its header has 64-bit offsets. */
export function joined(parts: readonly Uint8Array[], wide: boolean): Uint8Array {
  const alignment = 14;
  const unit = 1 << alignment;
  const starts: number[] = [];
  let end = unit;
  for (const part of parts) {
    starts.push(end);
    end += Math.ceil(part.length / unit) * unit;
  }
  const last = parts.length - 1;
  const bytes = new Uint8Array((starts[last] ?? 0) + (parts[last]?.length ?? 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, wide ? 0xcafe_babf : 0xcafe_babe);
  view.setUint32(4, parts.length);
  parts.forEach((part, index) => {
    const start = starts[index] ?? 0;
    const at = 8 + index * (wide ? 32 : 20);
    const own = new DataView(part.buffer, part.byteOffset);
    view.setUint32(at, own.getUint32(4, true));
    view.setUint32(at + 4, own.getUint32(8, true));
    if (wide) {
      view.setBigUint64(at + 8, BigInt(start));
      view.setBigUint64(at + 16, BigInt(part.length));
      view.setUint32(at + 24, alignment);
    } else {
      view.setUint32(at + 8, start);
      view.setUint32(at + 12, part.length);
      view.setUint32(at + 16, alignment);
    }
    bytes.set(part, start);
  });
  return bytes;
}
