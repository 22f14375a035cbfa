export { type Capabilities, createCapabilities } from "./capabilities/capabilities.js";
export { type Clocks, FixedClocks } from "./capabilities/clocks.js";
export type { StandardStreams, WasiSettings } from "./capabilities/options.js";
export { RequestedInput } from "./capabilities/standard-streams.js";
export {
  type HostInterface,
  type HostInterfaces,
  type Preview1,
  type Waker,
  WasiExit,
} from "./model/types.js";
export { OutgoingBytes } from "./network/byte-flow.js";
export { type Command, type Field, type Notice, servedWindowBytes, windowBytes } from "./network/protocol.js";
export { type RequestHead, type ServedAnswer, ServedExchange } from "./network/served-exchange.js";
export { createPreview1, preview1Module, preview1Names } from "./preview1/create.js";
export { createPreview2, describePreview2, type Preview2 } from "./preview2/create.js";
