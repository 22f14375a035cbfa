/**
 * The contract of every template, so that a new plugin fits a new host. The three texts say the same; a test compares
 * their fingerprints.
 */
export const contractWit = `/// What the host and its plugins agree on.
package example:greeter@1.0.0;

world greeter {
  /// Writes a line to the host's log.
  import log: func(message: string);

  /// Greets a person by name.
  export greet: func(name: string) -> string;
}
`;

const definition = `export const greeter = contract("example:greeter@1.0.0", {
  imports: {
    log: t.func([["message", t.string]], undefined, { docs: "Writes a line to the host's log." }),
  },
  exports: {
    greet: t.func([["name", t.string]], t.string, { docs: "Greets a person by name." }),
  },
});
`;

/** The same for TypeScript and JavaScript. */
export const contractModule = `import { contract, t } from "tenon";

/** What the host and its plugins agree on. */
${definition}`;

/** The same beside the text for plugins in TypeScript, which are typed by it. */
export const pluginContractModule = `import { contract, t } from "tenon/contract";

/** What the plugin and its hosts agree on. contract.wit says the same, so that it can be checked without being run. */
${definition}`;

/** @param types the type packages that the program uses. */
export function tsconfig(types: readonly string[]): object {
  return {
    compilerOptions: {
      target: "es2023",
      lib: ["es2023", "esnext.disposable"],
      module: "nodenext",
      types,
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    },
  };
}
