import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownFile } from "../../runtime/own-package.js";
import type { ProgramOptions, SandboxOptions } from "../../runtime/program.js";
import { proxySocket, proxyVariables } from "./inside/place.js";
import type { NetworkProxy } from "./proxy.js";

type Sandboxed = ProgramOptions & { readonly sandbox: SandboxOptions };

/**
 * Adds to a sandboxed program what it needs to reach its proxy: the socket, and a module that Node loads first; or, if it is
 * another program, a forwarder that starts it, and the variables by which programs learn of proxies.
 */
export function withProxy(options: Sandboxed, proxy: NetworkProxy): Sandboxed {
  const { sandbox, environment, command } = options;
  const sockets = { ...sandbox.sockets, [proxySocket]: proxy.socket };
  if (options.isNode === true) {
    const connect = ownFile("launch/proxy/inside/connect.js").href;
    return {
      ...options,
      arguments: [`--import=${connect}`, ...options.arguments],
      sandbox: { ...sandbox, sockets },
    };
  }
  const forward = fileURLToPath(ownFile("launch/proxy/inside/forward.js"));
  const descriptors = String(3 + (options.sockets ?? 0));
  return {
    ...options,
    command: process.execPath,
    arguments: ["--", forward, descriptors, command, ...options.arguments],
    environment: { ...proxyVariables(), ...environment },
    sandbox: {
      ...sandbox,
      sockets,
      // The program itself is started by the forwarder.
      programs: [...sandbox.programs, command],
      files: [...sandbox.files, ...forwarderFiles(forward)],
    },
  };
}

/** Tenon's own code, of which the forwarder is a part. */
function forwarderFiles(forward: string): readonly string[] {
  const code = dirname(dirname(dirname(dirname(forward))));
  return [code, join(dirname(code), "package.json")];
}
