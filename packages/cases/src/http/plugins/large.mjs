const part = new Uint8Array(2 ** 16);

/** Answers a GET with as many bytes as the path says, and a POST with how many bytes it was sent. */
export const incomingHandler = {
  /** @param {{ method: string, pathWithQuery?: string, body?: AsyncIterable<Uint8Array> }} request */
  async handle({ pathWithQuery = "", body: sent }) {
    const wanted = Number(pathWithQuery.split("?")[1] ?? 0);
    const body = (async function* () {
      for (let made = 0; made < wanted; made += part.length) yield part;
      let count = 0;
      for await (const { length } of sent ?? []) count += length;
      if (wanted === 0) yield new TextEncoder().encode(String(count));
    })();
    return { status: 200, headers: [], body, trailers: Promise.resolve([]) };
  },
};
