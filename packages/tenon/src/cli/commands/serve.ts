import { Command, InvalidArgumentError, Option } from "commander";
import { addGrantOptions } from "../options/grant-options.js";
import { milliseconds, placeOption, readSettings, settingsOption } from "../options/option-values.js";
import { addProgramOptions } from "../options/runtime-options.js";
import type { Output } from "../output/output.js";
import { withHost } from "../plugins/host.js";
import { type ServeOptions, servePlugin } from "../running/serve-plugin.js";

/** `tenon serve`: serves HTTP with a plugin. */
export function serveCommand(output: Output): Command {
  const command = new Command("serve")
    .description("Serve HTTP with a plugin: a wasi:http/proxy component, or any plugin with that contract.")
    .argument("<PLUGIN>", "plugin file or folder")
    .addOption(
      new Option("--port <PORT>", "port to listen on; 0 for any free port").argParser(portNumber).default(8080),
    )
    .option("--host <ADDRESS>", "address to listen on", "127.0.0.1")
    .addOption(placeOption("where the plugin runs (default: worker; a component has threads of its own)"))
    .addOption(settingsOption())
    .addOption(
      new Option(
        "--deadline <MS>",
        "time limit until a response starts, in milliseconds; 0 for none (default: 30000)",
      ).argParser(milliseconds),
    )
    .addOption(
      new Option(
        "--requests-per-instance <N>",
        "requests that one instance of a component serves; 0 for no limit (default: 1)",
      ).argParser(count),
    )
    .addHelpText("after", helpText);
  return addProgramOptions(addGrantOptions(command)).action(async (plugin: string, options: ServeOptions) => {
    const settings = await readSettings(options.settings);
    await withHost(output, (host) => servePlugin(host, { plugin, settings, options }, output));
  });
}

const helpText = `
Prints the URL when the server is ready; Ctrl-C stops it. Errors of requests go
to stderr, clients only see a status. The plugin can access only what you grant
it.

Each request gets a new instance of a component, so that no request can learn
anything of another. If the component keeps nothing of one request for the
next, --requests-per-instance makes it faster.

Examples:
  tenon serve plugins/site.wasm
  tenon serve plugins/site.wasm --port 0 --json
  tenon serve plugins/proxy.wasm --grant-network api.example.com:443 --grant-env LANG`;

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new InvalidArgumentError("Expected a number of requests, such as 1000; 0 for no limit.");
  return Number(text);
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError("Expected a port, such as 8080; 0 for any free port.");
  return Number(text);
}
