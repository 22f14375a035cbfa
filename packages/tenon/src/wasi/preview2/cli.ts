import type { HostInterface } from "../model/types.js";
import { WasiExit } from "../model/types.js";
import { type Context, noDestructor } from "./io/context.js";
import { InputStream } from "./io/input-stream.js";
import { OutputStream } from "./io/output-stream.js";

/** `wasi:cli/environment`. */
export const environment = ({ capabilities }: Context): HostInterface => ({
  functions: {
    "get-environment": () => capabilities.environment.map(([name, value]) => [name, value]),
    "get-arguments": () => [...capabilities.arguments],
    "initial-cwd": () => undefined,
  },
  resources: {},
});

/** `wasi:cli/exit`. */
export const exit = (): HostInterface => ({
  functions: {
    exit: ({ tag }: { tag: "ok" | "err" }) => {
      throw new WasiExit(tag === "ok" ? 0 : 1);
    },
    "exit-with-code": (code: number) => {
      throw new WasiExit(code);
    },
  },
  resources: {},
});

/** `wasi:cli/stdin`. */
export const stdin = ({ capabilities }: Context): HostInterface => ({
  functions: { "get-stdin": () => InputStream.ofInput(capabilities.input) },
  resources: {},
});

/** `wasi:cli/stdout`. */
export const stdout = ({ capabilities }: Context): HostInterface => ({
  functions: { "get-stdout": () => OutputStream.ofOutput(capabilities.stdout) },
  resources: {},
});

/** `wasi:cli/stderr`. */
export const stderr = ({ capabilities }: Context): HostInterface => ({
  functions: { "get-stderr": () => OutputStream.ofOutput(capabilities.stderr) },
  resources: {},
});

/** Creates an interface with one resource and no functions. */
export const resourceOnly = (name: string) => (): HostInterface => ({
  functions: {},
  resources: { [name]: noDestructor },
});

/** Creates an interface whose function says that there is no terminal. */
export const noTerminal = (name: string) => (): HostInterface => ({
  functions: { [name]: () => undefined },
  resources: {},
});
