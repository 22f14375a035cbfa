/** A stream that the command line writes to. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A stream that the command line reads from. */
export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** The streams and environment variables that the command line uses. Tests pass their own. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Default: nothing to read. */
  readonly stdin?: InputStream | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const processTerminal: Terminal = {
  stdout: process.stdout,
  stderr: process.stderr,
  // Opened when it is first read: a command that does not read it must not wait for it.
  get stdin() {
    return process.stdin;
  },
  environment: process.env,
};
