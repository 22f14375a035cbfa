import { Failure, systemFailure } from "../model/failure.js";
import { readClock } from "./clock-and-random.js";
import { errno } from "./constants.js";
import type { Context, Preview1Functions } from "./context.js";

const subscriptionBytes = 48;
const eventBytes = 32;
const mostSubscriptions = 4096;
const kind = { clock: 0, read: 1, write: 2 } as const;
const absolute = 1;
const hungUp = 1;

interface Subscription {
  readonly userdata: bigint;
  readonly kind: number;
  /** When a timer is due, by the monotonic clock. */
  readonly due?: bigint;
  readonly descriptor?: number;
  readonly failure?: number;
}

interface PollResult {
  readonly bytes: bigint;
  readonly hungUp: boolean;
  readonly failure: number;
}

/** `poll_oneoff`: blocks this thread until a timer is due or a descriptor is ready. */
export function pollFunctions(context: Context): Preview1Functions {
  const { memory, capabilities } = context;
  return {
    poll_oneoff(input: number, output: number, count: number, result: number) {
      const length = count >>> 0;
      if (length === 0 || length > mostSubscriptions) throw new Failure("invalid");
      memory.at(output, length * eventBytes);
      memory.at(result, 4);
      const subscriptions = readSubscriptions(context, input, length);
      const due = subscriptions.reduce<bigint | undefined>(
        (first, { due }) => (due !== undefined && (first === undefined || due < first) ? due : first),
        undefined,
      );
      for (;;) {
        capabilities.network.pump();
        const now = due === undefined ? 0n : capabilities.clocks.monotonic();
        const events = subscriptions.flatMap((subscription) => {
          const happened = checkSubscription(context, subscription, now);
          return happened === undefined ? [] : [{ subscription, happened }];
        });
        if (events.length > 0) {
          for (const [index, { subscription, happened }] of events.entries()) {
            writeEvent(context, (output >>> 0) + index * eventBytes, subscription, happened);
          }
          memory.setU32(result, events.length);
          return;
        }
        capabilities.wait(due === undefined ? undefined : due - now);
      }
    },
  };
}

function readSubscriptions({ memory, capabilities }: Context, input: number, count: number): Subscription[] {
  const view = memory.view(input, count * subscriptionBytes);
  return Array.from({ length: count }, (_, index): Subscription => {
    const at = (input >>> 0) + index * subscriptionBytes;
    const userdata = view.getBigUint64(at, true);
    const tag = view.getUint8(at + 8);
    if (tag === kind.read || tag === kind.write) {
      return { userdata, kind: tag, descriptor: view.getUint32(at + 16, true) };
    }
    if (tag !== kind.clock) throw new Failure("invalid");
    const clock = view.getUint32(at + 16, true);
    const timeout = view.getBigUint64(at + 24, true);
    if (clock !== 0 && clock !== 1) return { userdata, kind: tag, failure: errno.invalid };
    const now = capabilities.clocks.monotonic();
    if ((view.getUint16(at + 40, true) & absolute) === 0) return { userdata, kind: tag, due: now + timeout };
    return { userdata, kind: tag, due: now + timeout - readClock(capabilities.clocks, clock) };
  });
}

const nothing: PollResult = { bytes: 0n, hungUp: false, failure: 0 };

function checkSubscription({ descriptors }: Context, subscription: Subscription, now: bigint): PollResult | undefined {
  if (subscription.failure !== undefined) return { ...nothing, failure: subscription.failure };
  if (subscription.due !== undefined) return subscription.due <= now ? nothing : undefined;
  const reads = subscription.kind === kind.read;
  try {
    const found = descriptors.get(subscription.descriptor!);
    switch (found.kind) {
      case "input":
        if (!reads) throw new Failure("bad-descriptor");
        if (!found.input.ready) return undefined;
        return { bytes: BigInt(found.input.available), hungUp: found.input.ended, failure: 0 };
      case "output":
        if (reads) throw new Failure("bad-descriptor");
        if (found.output.pipe?.ready === false) return undefined;
        return { ...nothing, bytes: 65536n };
      case "file":
        return { ...nothing, bytes: reads ? BigInt(Math.max(0, found.file.size() - found.file.position)) : 65536n };
      case "listener":
        return reads && found.listener.ready ? { ...nothing, bytes: 1n } : undefined;
      case "connection": {
        const { incoming, outgoing } = found.connection;
        if (!reads) return outgoing.ready ? { ...nothing, bytes: BigInt(outgoing.room) } : undefined;
        if (!incoming.ready) return undefined;
        return { bytes: BigInt(incoming.available), hungUp: incoming.available === 0, failure: 0 };
      }
      case "folder":
        throw new Failure("bad-descriptor");
    }
  } catch (thrown) {
    const failure = systemFailure(thrown);
    if (failure === undefined) throw thrown;
    return { ...nothing, failure: errno[failure] };
  }
}

function writeEvent({ memory }: Context, at: number, subscription: Subscription, happened: PollResult): void {
  const view = memory.view(at, eventBytes);
  view.setBigUint64(at, subscription.userdata, true);
  view.setUint16(at + 8, happened.failure, true);
  view.setUint16(at + 10, subscription.kind, true);
  view.setUint32(at + 12, 0, true);
  view.setBigUint64(at + 16, happened.bytes, true);
  view.setBigUint64(at + 24, happened.hungUp ? BigInt(hungUp) : 0n, true);
}
