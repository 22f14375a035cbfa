import type { JsonSchema } from "../runtime/index.js";

const milliseconds = (description: string) => ({ type: "number", minimum: 0, description });
const whole = (description: string) => ({ type: "integer", minimum: 0, description });
const texts = (description: string) => ({ type: "array", items: { type: "string", minLength: 1 }, description });

const limits = {
  type: "object",
  additionalProperties: false,
  description: "Limits of the plugin. Times are in milliseconds, sizes in bytes; 0 means no limit.",
  properties: {
    deadline: milliseconds("How long a call may take. Default 30000."),
    bytes: whole("How large the parameters or the result of a call may be. Default 64 MiB."),
    buffer: whole("How many bytes may be under way in each direction. Default 256 MiB."),
    concurrency: whole("How many calls run at the same time; more wait. Default 0."),
    queue: whole("How many calls may wait for their turn. Default 10000."),
    load: milliseconds("How long loading may take. Default 10000."),
    drain: milliseconds("How long a swap, a rest or a close waits for running calls. Default 10000."),
    grace: milliseconds("How long a cancelled call may keep running before it is killed. Default 200."),
    memory: whole("Memory of the thread or process, in bytes. Default 0."),
    stack: whole("The call stack of the thread or process: 0, or 1 MiB to 1 GiB. Default 0."),
    processes: whole("Processes that the plugin may have at the same time. Default 0."),
    files: whole("Files and connections that each of its processes may have open. Default 0."),
    cpu: milliseconds("CPU time of all its processes together. Default 0."),
    table: whole("Entries of all WebAssembly tables together. Default 0."),
    requests: whole("How many requests one instance of a wasi:http component serves. Default 1."),
  },
};

const grants = {
  type: "object",
  additionalProperties: false,
  description: "What the plugin may access. Nothing by default.",
  properties: {
    environment: {
      type: "object",
      description: "Environment variables by name: a value, or true to pass on the host's.",
      additionalProperties: { anyOf: [{ type: "string" }, { const: true }] },
    },
    folders: {
      type: "object",
      description: "Folders by the path under which the plugin sees them. A path alone grants read access.",
      additionalProperties: {
        anyOf: [
          { type: "string", minLength: 1 },
          {
            type: "object",
            required: ["path"],
            additionalProperties: false,
            properties: {
              path: { type: "string", minLength: 1, description: "The folder, relative to this file." },
              write: { type: "boolean", description: "Whether files may be changed. Default false." },
            },
          },
        ],
      },
    },
    network: texts("Where it may connect to: example.com, *.example.com:443, 127.0.0.1:8080, or *."),
    listen: texts("Addresses on which it may listen: 127.0.0.1:8080."),
    programs: texts("Programs that it may start: absolute paths, or names in the folders of its PATH."),
    functions: texts("Host functions that it may call: log, store.get, store. Default: all."),
    storage: {
      description: "What it may store under its name: true, or how much.",
      anyOf: [
        { const: true },
        {
          type: "object",
          additionalProperties: false,
          properties: {
            bytes: whole("Bytes of keys and values. Default 64 MiB."),
            entries: whole("Entries. Default 100000."),
            folder: { type: "boolean", description: "Whether it also has a folder. Default false." },
          },
        },
      ],
    },
    resources: {
      type: "object",
      additionalProperties: false,
      description: "How much it may use. Limits of the same name win.",
      properties: {
        memory: whole("Bytes of memory."),
        processes: whole("Processes in its process group."),
        files: whole("Open files of each of its processes."),
        cpu: milliseconds("CPU time."),
      },
    },
    unenforced: { enum: ["refuse", "allow"], description: "What becomes of a grant that cannot be enforced." },
  },
};

const supervision = {
  type: "object",
  additionalProperties: false,
  description: "When to restart a crashed plugin. Times are in milliseconds.",
  properties: {
    restart: { type: "boolean", description: "Whether a crashed plugin is restarted at all. Default true." },
    backoff: {
      type: "object",
      additionalProperties: false,
      properties: {
        first: milliseconds("The delay after the first crash. Default 100."),
        factor: { type: "number", minimum: 1, maximum: 1000, description: "What multiplies the delay. Default 2." },
        max: milliseconds("The longest delay. Default 30000."),
        jitter: { type: "number", minimum: 0, maximum: 1, description: "The random share of a delay. Default 0.2." },
      },
    },
    crashes: { type: "integer", minimum: 0, maximum: 1000, description: "Crashes that are tolerated. Default 5." },
    window: { type: "number", minimum: 1, description: "How long a crash counts. Default 60000." },
    cooldown: milliseconds("How long an open circuit stays open. Default 30000."),
  },
};

/** What can be set for one plugin, and for all of them under `defaults`. */
const shared = {
  place: { type: "string", minLength: 1, description: "Where it runs: inline, worker, worker-pool or process." },
  isolation: { enum: ["none", "contained", "sandboxed"], description: "The lowest isolation level to accept." },
  start: {
    enum: ["now", "first-call"],
    description: "When it starts: now (the default), or with its first call, for which its contract must be known.",
  },
  idle: {
    type: "number",
    minimum: 0,
    maximum: 2147483647,
    description: "After how many milliseconds without use it is put to rest. Default 0: never.",
  },
  limits,
  grants,
  supervision,
};

/**
 * The JSON Schema of a config file. It is published as `config.schema.json`, for editors:
 * `# yaml-language-server: $schema=node_modules/tenon/config.schema.json`.
 */
export const configSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:tenon:config:1",
  title: "Tenon's config file",
  description: "Plugins that a host opens: createHost({ config: FILE }), tenon check --config FILE.",
  type: "object",
  additionalProperties: false,
  required: ["plugins"],
  properties: {
    $schema: { type: "string", description: "This schema, for editors." },
    defaults: {
      type: "object",
      additionalProperties: false,
      description: "For every plugin that does not set the same itself. Limits and supervision are merged key by key.",
      properties: shared,
    },
    plugins: {
      type: "object",
      description: "The plugins by name.",
      propertyNames: { minLength: 1, maxLength: 200 },
      additionalProperties: {
        type: "object",
        additionalProperties: false,
        required: ["artifact"],
        properties: {
          artifact: {
            type: "string",
            minLength: 1,
            description: "A path relative to this file, npm:PACKAGE, an https: URL, command:LINE or builtin:NAME.",
          },
          integrity: { type: "string", minLength: 1, description: "The digest of everything that runs: sha256-…" },
          contract: {
            type: "string",
            minLength: 1,
            description:
              "A .wit file, a folder of them or a .json file, relative to this file; or the id of a contract that the program gives. Default: the plugin's own.",
          },
          runtime: {
            anyOf: [{ type: "string", minLength: 1 }, { type: "object" }],
            description: "The runtime by its name, its options, or both.",
          },
          settings: { description: "The plugin's settings." },
          external: texts("Packages that are not bundled into a JavaScript plugin."),
          shared: texts("Packages of which a JavaScript plugin uses the host's own copy."),
          folder: {
            type: "string",
            minLength: 1,
            description: "Where npm: names are looked for and command: lines start. Default: the folder of this file.",
          },
          priority: { type: "number", description: "Overrides the manifest's priority at extension points." },
          requires: {
            type: "object",
            additionalProperties: { type: "string" },
            description:
              "Plugins of this file that must be open before this one, with their version ranges: { store: ^1.0.0 }, { store: '*' }.",
          },
          ...shared,
        },
      },
    },
  },
} as const satisfies JsonSchema;
