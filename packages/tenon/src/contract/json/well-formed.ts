/** Whether a text is Unicode: without half of a surrogate pair, which UTF-8 cannot express. */
export function isWellFormed(text: string): boolean {
  // TypeScript's library for Node 20 does not have it.
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
