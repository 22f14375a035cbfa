type StackMapper = (thrown: unknown) => string | undefined;

const mappers = new Set<StackMapper>();
const deepestStack = 50;

/** Lets {@link startedAt} find positions in a plugin that runs in this thread. Returns a function that ends it. */
export function mapPositions(stack: StackMapper): () => void {
  mappers.add(stack);
  return () => mappers.delete(stack);
}

/** Makes an error whose stack is deep enough to reach the plugin from inside of Node's own functions. */
export function deepStack(): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = deepestStack;
  const error = new Error("started here");
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

/** Returns the innermost position in a plugin's own files, as `file:line:column`. */
export function startedAt(place: Error, stacks: Iterable<StackMapper> = mappers): string | undefined {
  for (const stack of stacks) {
    // A mapped stack has no other frames than the plugin's.
    const position = /^\s+at .*?\(?((?:\/|[A-Za-z]:[\\/])[^()]*:\d+:\d+)\)?$/m.exec(stack(place) ?? "")?.[1];
    if (position !== undefined) return position;
  }
  return undefined;
}
