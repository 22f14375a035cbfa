import type { Runtime } from "../../runtime/index.js";
import { loadWasm } from "./load.js";

/** The part of the runtime that a place imports in another thread or process: it only loads what the host has prepared. */
const loading: Pick<Runtime, "load"> = { load: loadWasm };

export default loading;
