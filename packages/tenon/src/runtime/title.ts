const longest = 200;

/** The name under which debuggers and lists of processes show a plugin: its own, and its file. */
export function titleOf(name: string | undefined, path: string): string {
  const title = name === undefined ? path : `${name} (${path})`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must not interpret what a file is called.
  return title.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?").slice(0, longest);
}
