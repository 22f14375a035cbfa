/** Answers with the authority and path that it was asked for. */
export const incomingHandler = {
  /** @param {{ authority?: string, pathWithQuery?: string }} request */
  async handle({ authority, pathWithQuery }) {
    const body = (async function* () {
      yield new TextEncoder().encode(JSON.stringify([authority ?? null, pathWithQuery]));
    })();
    return { status: 200, headers: [], body, trailers: Promise.resolve([]) };
  },
};
