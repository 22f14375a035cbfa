import { rm } from "node:fs/promises";
import { Command } from "commander";
import { storedPluginUnknown } from "../../errors/factories/storage.js";
import { isTenonError } from "../../errors/index.js";
import { didYouMean } from "../../runtime/nearest.js";
import type { StoredPlugin } from "../../storage/embedded.js";
import { embeddedStorage } from "../../storage/lazy.js";
import type { Output } from "../output/output.js";

interface StorageOptions {
  readonly storage?: string;
}

/** `tenon storage`: shows, repairs and removes what plugins have stored in a folder. */
export function storageCommand(output: Output): Command {
  return new Command("storage")
    .description("Show, repair or remove what plugins have stored.")
    .addHelpText(
      "after",
      `
Plugins that tenon run and tenon serve open store data in your own folder for
data, those of a host where createHost({ storage }) says: name that with
--storage. No plugin that uses it may be open.

Examples:
  tenon storage list
  tenon storage list --storage ./plugin-data
  tenon storage repair counter --storage ./plugin-data`,
    )
    .addCommand(listCommand(output))
    .addCommand(repairCommand(output))
    .addCommand(clearCommand(output));
}

function listCommand(output: Output): Command {
  return described("list", "List the plugins that have stored something, and how much.", "tenon storage list").action(
    async ({ storage }: StorageOptions) => {
      const { root, plugins } = await stored(storage);
      const provider = embeddedStorage(root);
      const rows: Record<string, unknown>[] = [];
      for (const { plugin, folder } of plugins) {
        try {
          const store = await provider.open(plugin);
          const use = await store.use().catch(async (thrown) => {
            await store.abandon?.();
            throw thrown;
          });
          await store.close(use);
          rows.push({ plugin, ...use, folder });
        } catch (thrown) {
          if (!isTenonError(thrown)) throw thrown;
          rows.push({ plugin, problem: thrown.message, folder });
        }
      }
      if (output.json) output.document({ storage: root, plugins: rows });
      else if (rows.length === 0) output.note(`No plugin has stored anything in ${root}.`);
      else for (const row of rows) output.line(rowText(row, output));
    },
  );
}

function rowText({ plugin, bytes, entries, problem, folder }: Record<string, unknown>, output: Output): string {
  const { bold, dim, yellow } = output.colours;
  const amount =
    problem === undefined
      ? `${Number(bytes).toLocaleString("en")} bytes in ${Number(entries).toLocaleString("en")} entries`
      : yellow(String(problem));
  return `${bold(String(plugin))}  ${amount} ${dim(`(${folder})`)}`;
}

function repairCommand(output: Output): Command {
  return described("repair", "Keep what can still be read of damaged data.", "tenon storage repair counter")
    .argument("<NAME>", "the plugin's name")
    .action(async (name: string, { storage }: StorageOptions) => {
      const { repairStored } = await import("../../storage/embedded.js");
      const { kept, removed } = await repairStored(await named(name, storage));
      if (output.json) output.document({ plugin: name, kept, removed });
      else
        output.line(`Kept ${kept} entries of ${name}${removed === 0 ? "" : `, and removed ${removed} damaged ones`}.`);
    });
}

function clearCommand(output: Output): Command {
  return described(
    "clear",
    "Remove everything that a plugin has stored, its folder too.",
    "tenon storage clear counter",
  )
    .argument("<NAME>", "the plugin's name")
    .action(async (name: string, { storage }: StorageOptions) => {
      const { plugin, folder } = await named(name, storage);
      const { root } = await stored(storage);
      // Fails if it is open in another process. What is damaged is removed.
      const open = await embeddedStorage(root)
        .open(plugin)
        .catch((thrown) => {
          if (isTenonError(thrown) && thrown.code === "TENON_STORAGE_DAMAGED") return undefined;
          throw thrown;
        });
      await open?.abandon?.();
      await rm(folder, { recursive: true });
      if (output.json) output.document({ plugin, removed: folder });
      else output.line(`Removed what ${plugin} had stored in ${folder}.`);
    });
}

function described(name: string, description: string, example: string): Command {
  return new Command(name)
    .description(description)
    .option("--storage <FOLDER>", "where the plugins store data (default: a folder in your data)")
    .addHelpText("after", `\nExamples:\n  ${example}\n  ${example} --storage ./plugin-data`);
}

async function stored(given: string | undefined): Promise<{ root: string; plugins: readonly StoredPlugin[] }> {
  const { storedPlugins } = await import("../../storage/embedded.js");
  const { defaultFolder } = await import("../../storage/program-data.js");
  const root = given ?? defaultFolder();
  return { root, plugins: await storedPlugins(root) };
}

async function named(name: string, given: string | undefined): Promise<StoredPlugin> {
  const { root, plugins } = await stored(given);
  const found = plugins.find(({ plugin }) => plugin === name);
  if (found !== undefined) return found;
  throw storedPluginUnknown(
    name,
    root,
    didYouMean(
      name,
      plugins.map(({ plugin }) => plugin),
    ),
  );
}
