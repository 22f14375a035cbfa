/**
 * The contract of every template, so that a new plugin fits a new host. The three forms mean the same; a test compares their
 * fingerprints.
 */
export const contractWit = `/// The interface between the host and its plugins.
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

/** The interface between the host and its plugins. */
${definition}`;

/** The same for plugins in TypeScript, to type the plugin. */
export const pluginContractModule = `import { contract, t } from "tenon/contract";

/** The interface between the plugin and its hosts. contract.wit is the same, for checks that run no code. */
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
