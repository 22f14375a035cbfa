import { expect, test } from "vitest";
import { contract, t } from "../../../contract/index.js";
import { interfaceId, namesMatch } from "./interface-names.js";

test.each([
  ["demo:kit/store", "demo:kit/store", true],
  ["demo:kit/store@1.0.0", "demo:kit/store@1.4.2", true],
  ["demo:kit/store@1.0.0", "demo:kit/store@2.0.0", false],
  ["wasi:io/streams@0.2.0", "wasi:io/streams@0.2.6", true],
  ["wasi:io/streams@0.2.0", "wasi:io/streams@0.3.0", false],
  ["demo:kit/store@0.0.1", "demo:kit/store@0.0.2", false],
  ["demo:kit/store@1.0.0", "demo:kit/other@1.0.0", false],
  ["demo:kit/store@1.0.0", "demo:kit/store", false],
  ["demo:kit/store@1.0.0-rc.1", "demo:kit/store@1.0.0-rc.2", false],
])("%s and %s: %s", (one, other, match) => {
  expect(namesMatch(one, other)).toBe(match);
  expect(namesMatch(other, one)).toBe(match);
});

test("an interface without an id belongs to the contract's package", () => {
  const own = t.interface({ get: t.func([]) });
  const other = t.interface({ get: t.func([]) }, { id: "wasi:cli/run@0.2.0" });
  const made = contract("demo:kit/world@1.0.0", { exports: { keyValue: own, run: other } });
  expect(interfaceId(made, "keyValue", own)).toBe("demo:kit/key-value@1.0.0");
  expect(interfaceId(made, "run", other)).toBe("wasi:cli/run@0.2.0");
});
