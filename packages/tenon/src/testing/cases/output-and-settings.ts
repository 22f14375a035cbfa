import { type Case, type CaseContext, casesOf } from "../target/case.js";
import { deepEqual, equal, holds, rejects } from "../target/expectations.js";

/** Prints lines, closes the plugin, and returns the lines that its log then has, without what Tenon says about them. */
async function printAndClose({ open, host }: CaseContext, text: string) {
  const plugin = await open();
  const printed: string[] = [];
  let dropped = 0;
  const unlisten = host.on("log", ({ name, line }) => {
    if (name !== plugin.name || line.stream !== "stdout") return;
    const reported = /^\[tenon\] dropped (\d+) bytes/.exec(line.text)?.[1];
    if (reported !== undefined) dropped += Number(reported);
    else if (!line.text.startsWith("[tenon]")) printed.push(line.text);
  });
  await plugin.exports.surroundings.print(text, "");
  await plugin.close();
  unlisten();
  return { printed, dropped };
}

export const outputAndSettingsCases: readonly Case[] = [
  ...casesOf("output", {
    lines: {
      title: "What the plugin prints goes to its log, line by line",
      async run({ open, line }) {
        const { surroundings } = (await open()).exports;
        await surroundings.print("to stdout: ü€😀", "to stderr");
        await surroundings.log("to the log");
        equal((await line(({ text }) => text === "to stdout: ü€😀")).stream, "stdout");
        equal((await line(({ text }) => text === "to stderr")).stream, "stderr");
        equal((await line(({ text }) => text === "to the log")).stream, "log");
      },
    },
    closed: {
      title: "Every line that was printed before the close is delivered, in order",
      async run(context) {
        const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at}`);
        deepEqual(await printAndClose(context, lines.join("\n")), { printed: lines, dropped: 0 });
      },
    },
    flood: {
      title: "Of a flood of output, every byte is delivered, or counted in a line that says how many were dropped",
      async run(context) {
        const text = `${"z".repeat(999)}\n`.repeat(6000);
        const { printed, dropped } = await printAndClose(context, text);
        const delivered = printed.reduce((sum, line) => sum + line.length + 1, 0);
        equal(delivered + dropped, text.length + 1);
      },
    },
    noise: {
      title: "A megabyte of output that is not text is harmless",
      async run({ open, line }) {
        const { surroundings, values } = (await open()).exports;
        await surroundings.noise(1024 * 1024);
        await surroundings.print("after the noise", "");
        equal(await values.u8(1), 1);
        await line(({ text }) => text.endsWith("after the noise"));
      },
    },
  }),
  ...casesOf("settings", {
    passed: {
      title: "The plugin gets its settings as JSON values",
      async run({ open }) {
        const settings = { greeting: "Grüß Gott", level: 3 };
        const { surroundings } = (await open({ settings })).exports;
        deepEqual(JSON.parse(await surroundings.settings()), settings);
      },
    },
    copied: {
      title: "The plugin gets a copy of its settings",
      async run({ open }) {
        const settings = { greeting: "hello" };
        const { surroundings } = (await open({ settings })).exports;
        settings.greeting = "changed";
        equal(JSON.parse(await surroundings.settings()).greeting, "hello");
      },
    },
    circular: {
      title: "Settings that are not JSON are refused",
      async run({ open, host }) {
        const settings: Record<string, unknown> = {};
        settings.self = settings;
        await rejects(open({ settings, fresh: true }), "TENON_SETTINGS_INVALID", "TENON_OPTION_INVALID");
        equal(host.plugins.length, 0);
      },
    },
  }),
  ...casesOf("settings-schema", {
    invalid: {
      title: "Settings that do not fit the schema are refused with their path",
      async run({ open, host }) {
        const error = await rejects(open({ settings: { greeting: 3 } }), "TENON_SETTINGS_INVALID");
        holds(error.message.includes("greeting"), error.message);
        await rejects(open({ settings: { greting: "hello" } }), "TENON_SETTINGS_INVALID");
        equal(host.plugins.length, 0);
      },
    },
  }),
  ...casesOf("environment", {
    granted: {
      title: "The plugin sees the environment variables that it is granted, and no others",
      async run({ open }) {
        process.env.TENON_CONFORMANCE_PASSED = "passed on";
        try {
          const environment = { TENON_CONFORMANCE_GIVEN: "given", TENON_CONFORMANCE_PASSED: true } as const;
          const grants = { environment, unenforced: "allow" } as const;
          const { surroundings } = (await open({ grants })).exports;
          equal(await surroundings.environment("TENON_CONFORMANCE_GIVEN"), "given");
          equal(await surroundings.environment("TENON_CONFORMANCE_PASSED"), "passed on");
          equal(await surroundings.environment("PATH"), undefined);
          equal(await (await open()).exports.surroundings.environment("TENON_CONFORMANCE_PASSED"), undefined);
        } finally {
          delete process.env.TENON_CONFORMANCE_PASSED;
        }
      },
    },
  }),
];
