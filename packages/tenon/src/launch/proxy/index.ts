export { NetworkProxy, type ProxyOptions } from "./proxy.js";
export { withProxy } from "./with-proxy.js";
