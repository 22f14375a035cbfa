/** Maps items like `Promise.all`, with at most `limit` calls at the same time. Results keep the items' order. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  convert: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await convert(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
