/** Codes of the config file. */
export const configCodes = {
  TENON_CONFIG_INVALID: {
    title: "The config file is not valid",
    cause: "It is not valid YAML or JSON, or a key or value in it is wrong.",
    fix: "Correct each place that the findings name by line and column. An editor finds them with the schema: # yaml-language-server: $schema=node_modules/tenon/config.schema.json",
  },
  TENON_CONFIG_UNREADABLE: {
    title: "The config file cannot be read",
    cause: "It does not exist, is a folder, is not text, is too large, or may not be read by this user.",
    fix: "Pass the path of a .yaml, .yml or .json file of at most 1 MiB.",
  },
} as const;
