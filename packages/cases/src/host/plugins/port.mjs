import { createServer } from "node:net";

const server = createServer();
export const activate = (/** @type {{ settings: { port: number } }} */ { settings }) =>
  new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, "127.0.0.1", () => resolve());
  });
export const deactivate = () => new Promise((resolve) => server.close(resolve));
export const add = (/** @type {number} */ a, /** @type {number} */ b) => a + b;
