import type { Capabilities } from "../capabilities/capabilities.js";
import { type FailureName, systemFailure } from "../model/failure.js";
import type { Preview1 } from "../model/types.js";
import { clockAndRandomFunctions } from "./clock-and-random.js";
import { connectionFunctions } from "./connections.js";
import { errno } from "./constants.js";
import type { Context, Preview1Function } from "./context.js";
import { descriptorFunctions } from "./descriptor-functions.js";
import { Descriptors } from "./descriptors.js";
import { environmentFunctions } from "./environment.js";
import { GuestMemory } from "./guest-memory.js";
import { pathFunctions } from "./paths.js";
import { pollFunctions } from "./poll.js";
import { streamFunctions } from "./streams.js";

const backlog = 128;
const groups = [
  environmentFunctions,
  clockAndRandomFunctions,
  streamFunctions,
  descriptorFunctions,
  pathFunctions,
  pollFunctions,
  connectionFunctions,
];

/**
 * Creates WASI preview 1 for one core module, command or reactor, on top of the capabilities. Its functions return an error
 * number. They throw only `WasiExit` and the reason of an aborted signal.
 *
 * Descriptors: 0 to 2 are standard input, output and error. The granted folders follow in order, then the addresses on which
 * the program may listen. Source: WASI preview 1, docs.md.
 */
export function createPreview1(capabilities: Capabilities): Preview1 {
  const memory = new GuestMemory();
  const descriptors = new Descriptors();
  const context: Context = { memory, descriptors, capabilities };
  descriptors.add({ kind: "input", input: capabilities.input });
  descriptors.add({ kind: "output", output: capabilities.stdout });
  descriptors.add({ kind: "output", output: capabilities.stderr });
  for (const granted of capabilities.folders) {
    const name = new TextEncoder().encode(granted.guestPath);
    descriptors.add({ kind: "folder", granted: name, folder: granted.open(), listing: undefined });
  }
  // They listen from the start, so that early clients wait instead of being refused.
  for (const at of capabilities.listenAddresses) {
    descriptors.add({ kind: "listener", listener: capabilities.network.listen(at, backlog), nonBlock: false });
  }

  const imports: Record<string, (...flat: any[]) => number> = {};
  for (const [name, act] of functionsOf(context)) imports[name] = withErrno(act);
  return {
    imports,
    bind: (bound) => memory.bind(bound),
    close: () => descriptors.closeAll(),
  };
}

/** Wraps a function for the module: it returns an error number instead of throwing. */
function withErrno(act: Preview1Function): (...flat: any[]) => number {
  return (a, b, c, d, e, f, g, h, i) => {
    try {
      act(a, b, c, d, e, f, g, h, i);
      return 0;
    } catch (thrown) {
      const failure: FailureName | undefined = systemFailure(thrown);
      if (failure === undefined) throw thrown;
      return errno[failure];
    }
  };
}

function functionsOf(context: Context): [string, Preview1Function][] {
  return groups.flatMap((group) => Object.entries(group(context)));
}

/** The name under which modules import preview 1. */
export const preview1Module = "wasi_snapshot_preview1";

/** The names of all functions of preview 1. */
export const preview1Names: ReadonlySet<string> = new Set(functionsOf({} as Context).map(([name]) => name));
