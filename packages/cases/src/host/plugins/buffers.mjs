/** Buffers are outside of the JavaScript heap. */
export function fill() {
  const kept = [];
  for (;;) kept.push(Buffer.alloc(10e6, 1));
}
