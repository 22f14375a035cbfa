/**
 * Converts each element of a stream; with `flattens`, each byte of each chunk. Never reads ahead. When the reader stops, so
 * does the source, even if nothing was read yet.
 */
export function mapStream(
  source: AsyncIterable<unknown>,
  convert: (element: any) => unknown,
  flattens: boolean,
): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      let chunk: ArrayLike<unknown> = [];
      let position = 0;
      let turn: Promise<unknown> = Promise.resolve();
      const step = async (): Promise<IteratorResult<unknown>> => {
        while (position >= chunk.length) {
          const next = await iterator.next();
          if (next.done === true) return { done: true, value: undefined };
          chunk = flattens ? (next.value as ArrayLike<unknown>) : [next.value];
          position = 0;
        }
        return { done: false, value: convert(chunk[position++]) };
      };
      return {
        next() {
          const result = turn.then(step);
          turn = result.catch(() => undefined);
          return result;
        },
        async return() {
          chunk = [];
          position = 0;
          await iterator.return?.();
          return { done: true as const, value: undefined };
        },
      };
    },
  };
}
