const chunk = 64 * 1024;

/** Yields these items. */
export async function* itemsOf(items: readonly unknown[]): AsyncGenerator<unknown> {
  yield* items;
}

/** Yields these bytes in chunks. */
export async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunk) yield bytes.slice(start, start + chunk);
}
