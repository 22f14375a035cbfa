/**
 * HTTP servers of plugins: {@link httpServer} is the contract that a component of `wasi:http/proxy` fits, and any other
 * plugin may; {@link createRequestListener} answers the requests of a Node server with it.
 */
export { httpHandler, httpServer } from "../program/http-handler-contract.js";
export { type AnsweringPlugin, createRequestListener, type RequestListenerOptions } from "./request-listener.js";
