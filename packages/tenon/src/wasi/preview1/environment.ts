import type { Context, Preview1Functions } from "./context.js";

/** `args_*` and `environ_*`: lists of NUL-terminated strings. */
export function environmentFunctions({ memory, capabilities }: Context): Preview1Functions {
  const encoder = new TextEncoder();
  const encoded = (texts: readonly string[]) => texts.map((text) => encoder.encode(`${text}\0`));
  const list = (make: () => readonly string[]) => {
    let known: Uint8Array[] | undefined;
    const texts = () => (known ??= encoded(make()));
    return {
      sizes(count: number, bytes: number) {
        memory.setU32(count, texts().length);
        memory.setU32(
          bytes,
          texts().reduce((sum, text) => sum + text.length, 0),
        );
      },
      get(pointers: number, buffer: number) {
        let at = buffer >>> 0;
        for (const [index, text] of texts().entries()) {
          memory.setU32((pointers >>> 0) + index * 4, at);
          memory.bytes(at, text.length).set(text);
          at += text.length;
        }
      },
    };
  };
  const args = list(() => capabilities.arguments);
  const environ = list(() => capabilities.environment.map(([name, value]) => `${name}=${value}`));
  return {
    args_get: args.get,
    args_sizes_get: args.sizes,
    environ_get: environ.get,
    environ_sizes_get: environ.sizes,
  };
}
