import { failureOf } from "@tenon/fixtures/tests";
import { expect, test } from "vitest";
import { library } from "./peers.js";

test("a package that is not installed is a coded error, with the command that installs it", async () => {
  const name: string = "@tenon/no-such-package";
  const refused = await failureOf(library(name, () => import(name)));
  expect(refused).toMatchObject({ code: "TENON_METRICS_LIBRARY", fix: { command: `npm install ${name}` } });
});

test("a package that fails while it is loaded says why itself", async () => {
  const broken = new Error("broken");
  await expect(library("broken", () => Promise.reject(broken))).rejects.toBe(broken);
});
