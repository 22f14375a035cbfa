import type { Capabilities } from "../capabilities.js";
import type { HostInterface, HostInterfaces } from "../model.js";
import type { ServedExchange } from "../network/served-exchange.js";
import * as cli from "./cli.js";
import { monotonicClock, timezone, wallClock } from "./clocks.js";
import { Context, type MakeInterface } from "./context.js";
import { filesystemTypes, preopens } from "./filesystem.js";
import { type IncomingExchange, incomingExchange } from "./http/incoming-handler.js";
import { outgoingHandler } from "./http/outgoing-handler.js";
import { httpTypes } from "./http/types.js";
import { errorInterface, pollInterface, streamsInterface } from "./io.js";
import { insecure, insecureSeed, random } from "./random.js";
import { instanceNetwork, ipNameLookup, network } from "./sockets.js";
import { tcp, tcpCreateSocket } from "./tcp.js";
import { udp, udpCreateSocket } from "./udp.js";

/** Every interface, by its name without the version. */
const offered: Readonly<Record<string, MakeInterface>> = {
  "wasi:cli/environment": cli.environment,
  "wasi:cli/exit": cli.exit,
  "wasi:cli/stdin": cli.stdin,
  "wasi:cli/stdout": cli.stdout,
  "wasi:cli/stderr": cli.stderr,
  "wasi:cli/terminal-input": cli.resourceAlone("terminal-input"),
  "wasi:cli/terminal-output": cli.resourceAlone("terminal-output"),
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

/** Whether an interface is offered, by its full name: `wasi:cli/environment@0.2.3`. */
export function preview2Names(name: string): boolean {
  const [path = "", version = ""] = name.split("@");
  return Object.hasOwn(offered, path) && /^0\.2\.\d+$/.test(version);
}

/** WASI 0.2 as one component has it. */
export interface Preview2 extends HostInterfaces {
  /** The objects that the component's own `wasi:http/incoming-handler` is called with. */
  incoming(exchange: ServedExchange): IncomingExchange;
}

/**
 * WASI 0.2 for one component, over the capabilities. Releases of 0.2 differ by what they add, so that one table serves
 * them all; one interface of one component is one object, whatever version is asked for.
 *
 * Its functions throw error cases (`{ payload }`), `WasiExit`, TENON_WASI_MISUSE where the component must trap,
 * TENON_WASM_BLOCKED, and the reason of an aborted signal. Source: WASI 0.2, WIT of each proposal.
 */
export function createPreview2(capabilities: Capabilities): Preview2 {
  const context = new Context(capabilities);
  const made = new Map<string, HostInterface>();
  return {
    get(name) {
      const [path = ""] = name.split("@");
      const make = preview2Names(name) ? offered[path] : undefined;
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
