/**
 * Returns a copy of a module or component with a custom section at its end. Tools and engines ignore unknown ones.
 *
 * @param name The section's name, such as `tenon:contract`.
 * Source: WebAssembly Core Specification, "Custom Section".
 */
export function appendCustomSection(bytes: Uint8Array, name: string, content: Uint8Array): Uint8Array {
  const label = new TextEncoder().encode(name);
  const body = [...unsigned(label.length), ...label];
  const head = [0, ...unsigned(body.length + content.length), ...body];
  const result = new Uint8Array(bytes.length + head.length + content.length);
  result.set(bytes);
  result.set(head, bytes.length);
  result.set(content, bytes.length + head.length);
  return result;
}

/** LEB128. */
function unsigned(value: number): number[] {
  const digits: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    digits.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return digits;
}
