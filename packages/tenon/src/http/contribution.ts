import type { Contribution } from "../contributions/index.js";

/** Plugins that serve HTTP: `tenon serve`. */
export const httpContribution: Contribution = {
  name: "http",
  commands: [
    {
      name: "serve",
      description: "Serve HTTP with a plugin: a wasi:http/proxy component, or any plugin with that contract.",
      arguments: [{ name: "<PLUGIN>", description: "plugin file or folder" }],
      options: [
        {
          flags: "--port <PORT>",
          description: "port to listen on; 0 for any free port",
          read: portNumber,
          default: 8080,
        },
        { flags: "--host <ADDRESS>", description: "address to listen on", default: "127.0.0.1" },
        {
          opening: "place",
          description: "where the plugin runs (default: worker; a component has threads of its own)",
        },
        { opening: "settings" },
        {
          opening: "deadline",
          description: "time limit until a response starts, in milliseconds; 0 for none (default: 30000)",
        },
        {
          flags: "--requests-per-instance <N>",
          description: "requests that one instance of a component serves; 0 for no limit (default: 1)",
          read: count,
        },
        { opening: "grants" },
        { opening: "runtime" },
      ],
      help: `Prints the URL when the server is ready; Ctrl-C stops it. Errors of requests go
to stderr, clients only see a status. The plugin can access only what you grant
it.

Each request gets a new instance of a component, so that no request can learn
anything of another. If the component keeps nothing of one request for the
next, --requests-per-instance makes it faster.

Examples:
  tenon serve plugins/site.wasm
  tenon serve plugins/site.wasm --port 0 --json
  tenon serve plugins/proxy.wasm --grant-network api.example.com:443 --grant-env LANG`,
      async run({ arguments: [plugin], options }, context) {
        const { servePlugin } = await import("./serve-plugin.js");
        await servePlugin(plugin, options as import("./serve-plugin.js").ServeOptions, context);
      },
    },
  ],
};

function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError("Expected a number of requests, such as 1000; 0 for no limit.");
  return Number(text);
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new RangeError("Expected a port, such as 8080; 0 for any free port.");
  return Number(text);
}
