/**
 * HTTP servers in plugins. {@link httpServer} is the contract that components of `wasi:http/proxy` fit, and that any other
 * plugin can implement. {@link createRequestListener} makes a request listener for Node's servers from such a plugin.
 */
export { httpHandler, httpServer } from "../program/http-handler-contract.js";
export { type AnsweringPlugin, createRequestListener, type RequestListenerOptions } from "./request-listener.js";
