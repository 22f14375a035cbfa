/** Why a file cannot be read as part of a plugin, as the end of a sentence: `p.c: it is a named pipe, not a regular file`. */
export const fileReasons = {
  irregular: (what: "a folder" | "a named pipe" | "a socket" | "a device") => `it is ${what}, not a regular file`,
  tooLarge: (most: number, found: number) => `it is too large: expected at most ${most} bytes, found ${found}`,
} as const;
