import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { constants } from "node:os";
import { forwardedPort, proxySocket } from "./place.js";

/**
 * The first program of a sandbox whose plugin is not JavaScript: `node forward.js DESCRIPTORS COMMAND ARGUMENT…`. It listens
 * on a loopback port, which only this sandbox has, passes every connection on to the proxy's socket, and runs the plugin.
 */
const [descriptors = "3", command = "", ...parameters] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const proxy = connect({ path: proxySocket, allowHalfOpen: true });
  for (const [from, to] of [
    [client, proxy],
    [proxy, client],
  ] as const) {
    from.on("error", () => to.destroy());
    from.once("close", () => from.readableEnded || to.destroy());
    from.pipe(to);
  }
});
server.listen(forwardedPort, "127.0.0.1", () => {
  const inherited = Array.from({ length: Number(descriptors) }, (_, descriptor) => descriptor);
  const child = spawn(command, parameters, { stdio: inherited });
  child.once("error", (error) => {
    console.error(error.message);
    process.exit(127);
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR2"] as const)
    process.on(signal, () => child.kill(signal));
  // As a shell says it: the first process of a sandbox cannot be ended by a signal of its own.
  child.once("exit", (code, signal) => process.exit(signal === null ? (code ?? 0) : 128 + constants.signals[signal]));
});
