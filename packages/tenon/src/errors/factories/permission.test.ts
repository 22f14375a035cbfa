import { expect, test } from "vitest";
import { permissionFix } from "./permission.js";

const denied = (permission: unknown, resource = "") =>
  Object.assign(new Error("Access to this API has been restricted"), {
    code: "ERR_ACCESS_DENIED",
    permission,
    resource,
  });

test("the fix names the option that Node's permission model asks for", () => {
  expect(permissionFix(denied("ChildProcess"), "it is a program")?.text).toBe(
    "Start the host with --allow-child-process as well: Node's permission model refused it, and it is a program.",
  );
  expect(permissionFix(denied("FileSystemRead", "/plugins/a.ts"), "it is read")?.text).toContain(
    "--allow-fs-read=/plugins/a.ts as well",
  );
});

test("other causes have no such fix", () => {
  for (const cause of [undefined, "text", new Error("no"), denied("constructor"), denied(1)])
    expect(permissionFix(cause, "")).toBeUndefined();
});
