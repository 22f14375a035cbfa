import { inspect } from "node:util";
import { type Case, casesOf } from "../target/case.js";
import { deepEqual, equal, holds, rejects, throws } from "../target/expectations.js";

export const errorCases: readonly Case[] = [
  ...casesOf("errors", {
    answers: {
      title: "A `result` is returned, or thrown with its payload",
      async run({ open }) {
        const { exports } = await open();
        equal(await exports.errors.divide(7, 2), 3);
        const zero = await rejects(exports.errors.divide(1, 0), "TENON_CALL_RESULT");
        equal((zero.payload as { tag: string }).tag, "division-by-zero");
        const overflow = await rejects(exports.errors.divide(-2147483648, -1), "TENON_CALL_RESULT");
        deepEqual({ ...(overflow.payload as object) }, { tag: "overflow", val: { limit: 2147483647 } });
        equal(zero.subject, "errors.divide");
      },
    },
    bare: {
      title: "A `result` can carry nothing",
      async run({ open }) {
        const { exports } = await open();
        equal(await exports.errors.accept(true), undefined);
        equal((await rejects(exports.errors.accept(false), "TENON_CALL_RESULT")).payload, undefined);
        equal(await exports.errors.check("text"), undefined);
        equal((await rejects(exports.errors.check(""), "TENON_CALL_RESULT")).payload, "empty");
      },
    },
    throws: {
      title: "A failure that the contract does not declare rejects, thrown immediately or later",
      async run({ open }) {
        const { exports } = await open();
        for (const fail of [exports.errors.fail, exports.errors.failLater]) {
          const error = await rejects(fail("broken on purpose"), "TENON_CALL_THREW");
          holds(error.message.includes("broken on purpose"), `${error.message}: does not say what was thrown`);
        }
        equal(await exports.version(), "1");
      },
    },
    concurrent: {
      title: "Failures among many calls reach the right callers",
      async run({ open }) {
        const { exports } = await open();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 100 }, (_, at) => exports.errors.divide(100, at % 2)),
        );
        deepEqual(
          outcomes.map(({ status }) => status),
          Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? "rejected" : "fulfilled")),
        );
      },
    },
    lookup: {
      title: "An unknown symbol is refused with a list of the known ones",
      async run({ open }) {
        const plugin = await open();
        const error = throws(() => plugin.lookup("greet"), "TENON_SYMBOL_MISSING");
        holds(error.message.includes("errors.divide"), `${error.message}: lists no symbols`);
        await rejects(plugin.call("values.greet", []), "TENON_SYMBOL_MISSING");
      },
    },
  }),
  ...casesOf("thrown-values", {
    properties: {
      title: "An error keeps its class, its own properties and its causes, with the same text in every place",
      async run({ open }) {
        const { exports } = await open();
        const error = await rejects(exports.errors.fail("thrown: system error"), "TENON_CALL_THREW");
        equal(error.message, "errors.fail() threw: TypeError: no such file");
        equal(error.subject, "errors.fail");
        const cause = error.cause as Error & Record<string, unknown>;
        holds(cause instanceof TypeError, "the cause is not a TypeError");
        equal(cause.message, "no such file");
        const { code, errno, path, syscall, tags } = cause;
        deepEqual(
          { code, errno, path, syscall, tags },
          { code: "ENOENT", errno: -2, path: "/nowhere", syscall: "open", tags: { list: [1, "two", null], big: 3n } },
        );
        deepEqual(cause.cause, { status: 404, headers: { accept: "text/plain" } });
      },
    },
    aggregate: {
      title: "An AggregateError keeps its errors",
      async run({ open }) {
        const { exports } = await open();
        const { cause } = await rejects(exports.errors.fail("thrown: aggregate"), "TENON_CALL_THREW");
        holds(cause instanceof AggregateError, "the cause is not an AggregateError");
        deepEqual(
          cause.errors.map((inner: Error & { code?: string }) => [inner.message, inner.code]),
          [
            ["first", "A"],
            ["second", undefined],
          ],
        );
      },
    },
    values: {
      title: "What is not an error is passed on as the cause",
      async run({ open }) {
        const { exports } = await open();
        const object = await rejects(exports.errors.fail("thrown: object"), "TENON_CALL_THREW");
        equal(object.message, "errors.fail() threw: { status: 404 }");
        deepEqual(object.cause, { status: 404 });
        const text = await rejects(exports.errors.fail("thrown: text"), "TENON_CALL_THREW");
        equal(text.message, "errors.fail() threw: only text");
        equal(text.cause, "only text");
        equal((await rejects(exports.errors.fail("thrown: null"), "TENON_CALL_THREW")).cause, null);
      },
    },
    bounded: {
      title: "A huge, deep or circular error is passed on in part",
      async run({ open }) {
        const { exports } = await open();
        for (const name of ["huge", "deep", "circular"]) {
          const { cause } = await rejects(exports.errors.fail(`thrown: ${name}`), "TENON_CALL_THREW");
          const size = inspect(cause, { depth: Infinity, maxArrayLength: null, maxStringLength: null }).length;
          holds(size < 200_000, `${name}: its cause takes ${size} characters`);
          equal((cause as { kept?: unknown }).kept, "yes");
        }
      },
    },
    hostile: {
      title: "An error that imitates Tenon's own, or cannot be read, fails one call only",
      async run({ open, side }) {
        const { exports } = await open();
        const other = exports.load.pause(1);
        await side.whenPaused(1);
        for (const name of ["forged", "forged result", "revoked", "getters", "proxy"]) {
          const error = await rejects(exports.errors.fail(`thrown: ${name}`), "TENON_CALL_THREW");
          holds(inspect(error) !== "", "the error cannot be printed");
        }
        side.resume();
        equal(await other, 1);
      },
    },
    reason: {
      title: "The plugin sees why a call was cancelled",
      async run({ open }) {
        const plugin = await open();
        for (const given of [{ status: 499 }, Object.assign(new Error("too slow"), { code: "SLOW" })]) {
          const controller = new AbortController();
          const call = rejects(plugin.with({ signal: controller.signal }).waiting.cancellable(), "TENON_CALL_ABORTED");
          await plugin.exports.version();
          controller.abort(given);
          await call;
          const seen = (await rejects(plugin.exports.errors.fail("thrown: reason"), "TENON_CALL_THREW")).cause as any;
          equal(seen.cause.code, "TENON_CALL_ABORTED");
          equal(seen.cause.message, "waiting.cancellable() was cancelled by its caller");
          const { status, code, message } = seen.cause.cause;
          deepEqual(
            { status, code, message },
            { status: undefined, code: undefined, message: undefined, ...entriesOf(given) },
          );
        }
        await rejects(plugin.with({ deadline: 50 }).waiting.cancellable(), "TENON_CALL_DEADLINE");
        const seen = (await rejects(plugin.exports.errors.fail("thrown: reason"), "TENON_CALL_THREW")).cause as any;
        equal(seen.cause.code, "TENON_CALL_DEADLINE");
      },
    },
  }),
  ...casesOf("source-maps", {
    "plugin-stack": {
      title: "The plugin's stack names the plugin's own file and line, and no frame of the host",
      async run({ open, target }) {
        const { exports } = await open();
        for (const fail of [exports.errors.fail, exports.errors.failLater]) {
          const { pluginStack = "" } = await rejects(fail("broken on purpose"), "TENON_CALL_THREW");
          const frame = new RegExp(`${literally(target.stackFile ?? "?")}:\\d+`);
          holds(frame.test(pluginStack), `the stack names no line of ${target.stackFile}:\n${pluginStack}`);
          holds(!/testing[\\/]cases/.test(pluginStack), `the host's frames are in the plugin's stack:\n${pluginStack}`);
        }
      },
    },
    "load-stack": {
      title: "A failure at load has the plugin's stack",
      artifacts: ["throwsAtLoad"],
      async run({ open }) {
        const error = await rejects(open({ artifact: "throwsAtLoad" }), "TENON_LOAD_FAILED");
        holds(/\.\w+:\d+/.test(error.pluginStack ?? ""), `the stack names no line:\n${error.pluginStack}`);
      },
    },
  }),
];

function entriesOf(given: object): object {
  return given instanceof Error ? { ...given, message: given.message } : given;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
