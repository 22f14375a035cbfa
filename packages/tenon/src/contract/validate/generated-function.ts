/**
 * Returns a function with this source, or `undefined` if this process may not generate code from strings: Node was started
 * with --disallow-code-generation-from-strings. Then closures do the same, slower.
 *
 * The source is made of types alone: names go through JSON.stringify or are WIT names, and no value ever becomes part of it.
 */
export function generatedFunction(
  parameters: readonly string[],
  source: string,
): ((...given: any[]) => any) | undefined {
  try {
    return new Function(...parameters, source) as (...given: any[]) => any;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** Whether this process may generate code from strings. */
export function generatesCode(): boolean {
  return generatedFunction([], "") !== undefined;
}
