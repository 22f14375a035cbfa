/**
 * The protocol that places use: frames over a channel, calls by number with binary values, cancellation, resources, streams.
 *
 * A place needs three things: its own {@link Channel}, {@link startRemoteInstance} on the host's side, and
 * {@link serveInstance} in the thread or process that it started. docs/wire.md describes the layout of the bytes.
 */
export {
  type BlockingChannel,
  type Channel,
  type ChannelFlow,
  type ChannelHandlers,
  memoryChannelPair,
} from "./channel.js";
export { blobBytes } from "./codec/index.js";
export { maximumFrame, wireVersion } from "./envelope.js";
export { type Binding, Peer, type PeerOptions } from "./peer.js";
export {
  type PlaceExit,
  type RemoteInstanceOptions,
  type SharedThread,
  startRemoteInstance,
} from "./remote-instance.js";
export { type ServeOptions, serveInstance } from "./serve-instance.js";
export type { ControlHandler, ControlRequest } from "./server.js";
