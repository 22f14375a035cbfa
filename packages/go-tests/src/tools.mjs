import { fileURLToPath } from "node:url";
import { BuildStore } from "../../tenon/dist/build/index.js";
import { bundledTools } from "../../tenon/dist/builders/go/module/bundled-tools.js";
import { findLocalTools } from "../../tenon/dist/builders/go/module/local-tools.js";

const bundle = fileURLToPath(new URL("../../go-toolchain", import.meta.url));

/**
 * Starts Go's compiler and linker in their own process. Exits if they are not available.
 *
 * @param {string} toolchain
 * @returns {Promise<import("../../tenon/dist/builders/go/module/go-tools.js").GoTools>}
 */
export async function openTools(toolchain) {
  const tools =
    toolchain === "local"
      ? await findLocalTools(process.env, new BuildStore({ area: "go" }))
      : await bundledTools(new BuildStore({ area: "go-toolchain" }), bundle);
  if (tools !== undefined) return tools;
  console.error(
    toolchain === "local"
      ? "go-tests: skipped: go is not on PATH"
      : "go-tests: skipped: packages/go-toolchain is not built; run npm run build:go-toolchain",
  );
  process.exit(0);
}
