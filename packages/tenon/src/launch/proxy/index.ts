export { NetworkProxy, type ProxyOptions } from "./proxy.js";
