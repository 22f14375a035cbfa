import { type Channel, channel, tracingChannel } from "node:diagnostics_channel";
import type { InterceptedCall, Interceptor } from "./interceptor.js";

/** What subscribers of `tenon:call` get: the same object in all events of a call. */
export interface TracedCall extends Omit<InterceptedCall, "signal"> {
  result?: unknown;
  error?: unknown;
}

const calls = tracingChannel<TracedCall, TracedCall>("tenon:call");
const { start, end, asyncStart, asyncEnd, error } = calls;

/** Whether anything listens to calls now. */
export function callsAreTraced(): boolean {
  return [start, end, asyncStart, asyncEnd, error].some(({ hasSubscribers }) => hasSubscribers);
}

/** Publishes the events of calls, in the order and with the meaning of Node's `tracingChannel`. */
export const publishing: Interceptor = (call, next) => {
  if (!callsAreTraced()) return next();
  const { plugin, function: name, direction, parameters, metadata, deadline, sync } = call;
  const context: TracedCall = { plugin, function: name, direction, parameters, metadata, deadline, sync };
  return sync ? calls.traceSync(next, context) : calls.tracePromise(next, context);
};

/** Publishes an event of a host as `tenon:NAME`. Costs a look at the channel if nothing listens. */
export function publishEvent(name: string, event: object): void {
  let events = channels.get(name);
  if (events === undefined) channels.set(name, (events = channel(`tenon:${name}`)));
  if (events.hasSubscribers) events.publish(event);
}

const channels = new Map<string, Channel>();
