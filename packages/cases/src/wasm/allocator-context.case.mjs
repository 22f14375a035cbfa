// node: --import tsx
// The allocator of a component neither sees nor changes the task-local storage of the task that it allocates for.
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const host = createHost();
const plugin = /** @type {any} */ (await host.open(await fromText("allocator-context")));
expect("what the task sees after the allocator stored 7", await plugin.exports.f("text"), 0);
await host.close();
done();
