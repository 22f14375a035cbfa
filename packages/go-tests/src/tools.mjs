import { fileURLToPath } from "node:url";
import { bundledTools } from "../../tenon/dist/builders/go/module/bundled-tools.js";
import { findLocalTools } from "../../tenon/dist/builders/go/module/local-tools.js";
import { ModuleStore } from "../../tenon/dist/runtime/module-store.js";

const bundle = fileURLToPath(new URL("../../go-toolchain", import.meta.url));

/** Go's compiler and linker, with a process of their own. */
export async function openTools(toolchain) {
  const store = new ModuleStore(undefined, "go");
  const tools = toolchain === "local" ? await findLocalTools(process.env, store) : await bundledTools(store, bundle);
  if (tools !== undefined) return tools;
  console.error(
    toolchain === "local"
      ? "go-tests: skipped, as there is no go in PATH"
      : "go-tests: skipped, as packages/go-toolchain is not built: npm run build:go-toolchain",
  );
  process.exit(0);
}
