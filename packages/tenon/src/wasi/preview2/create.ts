import type { Capabilities } from "../capabilities/capabilities.js";
import type { HostInterface, HostInterfaces } from "../model/types.js";
import type { ServedExchange } from "../network/served-exchange.js";
import * as cli from "./cli.js";
import { monotonicClock, timezone, wallClock } from "./clocks.js";
import { filesystemTypes, preopens } from "./filesystem.js";
import { type IncomingExchange, incomingExchange } from "./http/incoming-handler.js";
import { outgoingHandler } from "./http/outgoing-handler.js";
import { httpTypes } from "./http/types.js";
import { Context, type MakeInterface } from "./io/context.js";
import { errorInterface, pollInterface, streamsInterface } from "./io/io.js";
import { insecure, insecureSeed, random } from "./random.js";
import { instanceNetwork, ipNameLookup, network } from "./sockets.js";
import { tcp, tcpCreateSocket } from "./tcp.js";
import { udp, udpCreateSocket } from "./udp.js";

/** All interfaces, by name without version. */
const offered: Readonly<Record<string, MakeInterface>> = {
  "wasi:cli/environment": cli.environment,
  "wasi:cli/exit": cli.exit,
  "wasi:cli/stdin": cli.stdin,
  "wasi:cli/stdout": cli.stdout,
  "wasi:cli/stderr": cli.stderr,
  "wasi:cli/terminal-input": cli.resourceOnly("terminal-input"),
  "wasi:cli/terminal-output": cli.resourceOnly("terminal-output"),
  "wasi:cli/terminal-stdin": cli.noTerminal("get-terminal-stdin"),
  "wasi:cli/terminal-stdout": cli.noTerminal("get-terminal-stdout"),
  "wasi:cli/terminal-stderr": cli.noTerminal("get-terminal-stderr"),
  "wasi:clocks/monotonic-clock": monotonicClock,
  "wasi:clocks/timezone": timezone,
  "wasi:clocks/wall-clock": wallClock,
  "wasi:filesystem/preopens": preopens,
  "wasi:filesystem/types": filesystemTypes,
  "wasi:http/outgoing-handler": outgoingHandler,
  "wasi:http/types": httpTypes,
  "wasi:io/error": errorInterface,
  "wasi:io/poll": pollInterface,
  "wasi:io/streams": streamsInterface,
  "wasi:random/insecure": insecure,
  "wasi:random/insecure-seed": insecureSeed,
  "wasi:random/random": random,
  "wasi:sockets/instance-network": instanceNetwork,
  "wasi:sockets/ip-name-lookup": ipNameLookup,
  "wasi:sockets/network": network,
  "wasi:sockets/tcp": tcp,
  "wasi:sockets/tcp-create-socket": tcpCreateSocket,
  "wasi:sockets/udp": udp,
  "wasi:sockets/udp-create-socket": udpCreateSocket,
};

/** Whether an interface is provided, by its full name: `wasi:cli/environment@0.2.3`. */
function isPreview2Interface(name: string): boolean {
  const [path = "", version = ""] = name.split("@");
  return Object.hasOwn(offered, path) && /^0\.2\.\d+$/.test(version);
}

/** Returns the interface with a name, to look up what it has: its functions cannot be called. */
export function describePreview2(name: string): HostInterface | undefined {
  const [path = ""] = name.split("@");
  const make = isPreview2Interface(name) ? offered[path] : undefined;
  return make?.({ capabilities: {} } as Context);
}

/** WASI 0.2 for one component. */
export interface Preview2 extends HostInterfaces {
  /** Creates the arguments of the component's `wasi:http/incoming-handler`. */
  incoming(exchange: ServedExchange): IncomingExchange;
}

/**
 * Creates WASI 0.2 for one component, on top of the capabilities. Later releases of 0.2 only add to earlier ones, so one table
 * serves them all. A component always gets the same object for an interface, whatever version it imports.
 *
 * The functions throw error cases (`{ payload }`), `WasiExit`, TENON_WASI_MISUSE if the component must trap,
 * TENON_WASM_BLOCKED, and the reason of an aborted signal. Source: WASI 0.2, WIT of each proposal.
 */
export function createPreview2(capabilities: Capabilities): Preview2 {
  const context = new Context(capabilities);
  const made = new Map<string, HostInterface>();
  return {
    get(name) {
      const [path = ""] = name.split("@");
      const make = isPreview2Interface(name) ? offered[path] : undefined;
      if (make === undefined) return undefined;
      let found = made.get(path);
      if (found === undefined) {
        found = make(context);
        made.set(path, found);
      }
      return found;
    },
    incoming: (exchange) => incomingExchange(context, exchange),
    close: () => context.closeAll(),
  };
}
