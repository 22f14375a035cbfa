import { expect, test } from "vitest";
import { t } from "../contract/index.js";
import { errors } from "../errors/index.js";
import { Boundary, openScope } from "./boundary.js";

const connection = t.resource("connection", {});
const create = () => new Boundary({ table: { get: () => undefined }, validates: true });

test("an object that is lent for a call stays ours, and can be sent back only while the call runs", async () => {
  const boundary = create();
  const object = {};
  const [one, two] = [openScope(), openScope()];
  boundary.give(object, connection, false, one);
  boundary.give(object, connection, false, two);
  boundary.endScope(one);
  expect(boundary.receive(object, connection, false, "async", undefined)).toBe(object);
  expect(() => boundary.receive(object, connection, true, "async", undefined)).toThrow(/only borrowed/);
  boundary.endScope(two);
  expect(() => boundary.receive(object, connection, false, "async", undefined)).toThrow(/belongs to another plugin/);
  expect(boundary.held).toBe(0);
  expect(await boundary.close(errors.TENON_PLUGIN_CLOSED("closed"))).toEqual({ released: 0, lent: [] });
});

test("an object that was given away belongs to the other side until it comes back or the boundary closes", async () => {
  const boundary = create();
  const [kept, returned] = [{}, {}];
  boundary.give(kept, connection, true, undefined);
  boundary.give(returned, connection, true, undefined);
  expect(boundary.held).toBe(2);
  expect(boundary.receive(returned, connection, true, "async", undefined)).toBe(returned);
  const { released, lent } = await boundary.close(errors.TENON_PLUGIN_CLOSED("closed"));
  expect({ released, lent }).toEqual({ released: 1, lent: [kept] });
});
