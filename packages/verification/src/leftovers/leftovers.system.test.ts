import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { missing } from "@tenon/fixtures";
import { needs } from "@tenon/fixtures/tests";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("./main.mjs", import.meta.url));

// A sample of the campaign, one kill in each phase: the whole takes half an hour.
needs(missing.linux()).describe("kill -9 leaves no process, file or socket", () => {
  test.each(["host-javascript-contained", "host-program-contained", "host-javascript-sandboxed"])(
    "%s",
    async (row) => {
      const { stdout } = await promisify(execFile)(process.execPath, [program, "--kills", "5", row]);
      expect(stdout).toMatch(/^leftovers: 0$/m);
    },
    180_000,
  );
});
