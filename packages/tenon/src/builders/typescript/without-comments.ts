const comments = /\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/[^\n]*/g;

/** Removes comments from source, judging by its text: what looks like a comment in a string goes as well. */
export function withoutComments(text: string): string {
  return text.replace(comments, "");
}
