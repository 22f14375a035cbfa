// Why a file cannot be read as part of a plugin, as the end of a sentence: `p.c: it is a named pipe, not a regular file`.

export function fileIrregular(what: "a folder" | "a named pipe" | "a socket" | "a device"): string {
  return `it is ${what}, not a regular file`;
}

export function fileTooLarge(most: number, found: number): string {
  return `it is too large: expected at most ${most} bytes, found ${found}`;
}
