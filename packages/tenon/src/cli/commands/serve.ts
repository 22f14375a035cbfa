import { Command, InvalidArgumentError, Option } from "commander";
import { outputOf } from "../global-options.js";
import { addGrantOptions } from "../grant-options.js";
import { withHost } from "../host.js";
import { milliseconds, placeOption, readSettings } from "../option-values.js";
import { type ServeOptions, servePlugin } from "../running/serve-plugin.js";

/** `tenon serve`: answers HTTP requests with a plugin. */
export function serveCommand(): Command {
  const command = new Command("serve")
    .description("Answer HTTP requests with a plugin: a component of wasi:http/proxy, or any that has its contract.")
    .argument("<PLUGIN>", "a file or folder")
    .addOption(new Option("--port <PORT>", "the port; 0 for a free one").argParser(portNumber).default(8080))
    .option("--host <ADDRESS>", "the address to listen on", "127.0.0.1")
    .addOption(placeOption("where the plugin lives (default: worker)"))
    .option("--settings <JSON>", "the plugin's settings: JSON, or @FILE")
    .addOption(
      new Option("--deadline <MS>", "how long until an answer begins; 0 for no limit (default: 30000)").argParser(
        milliseconds,
      ),
    )
    .addHelpText("after", helpText);
  return addGrantOptions(command).action(async (plugin: string, options: ServeOptions, command: Command) => {
    const output = outputOf(command);
    const settings = await readSettings(options.settings);
    await withHost((host) => servePlugin(host, { plugin, settings, options }, output));
  });
}

const helpText = `
The address is printed once it is served; Ctrl-C ends it. What goes wrong with a request is told here, and the client
learns no more than a status. The plugin reaches nothing that is not granted.

Examples:
  tenon serve plugins/site.wasm
  tenon serve plugins/site.wasm --port 0 --json
  tenon serve plugins/proxy.wasm --grant-network api.example.com:443 --grant-env LANG`;

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError("Expected a port, as 8080; 0 for a free one.");
  return Number(text);
}
