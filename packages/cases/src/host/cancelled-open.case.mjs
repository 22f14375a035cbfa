// node: --import tsx
// Opening a folder of Go source is cancelled while it is built: open rejects right away, and nobody builds on. So does close
// while a swap builds.
import { missing } from "@tenon/fixtures";
import { contract, createHost, t } from "tenon";
import { check, done, expect, skip } from "../case.mjs";
import { folderOf } from "../js/folder.mjs";

const reason = missing.go();
if (reason !== undefined) skip(reason);

const { file, remove } = folderOf({
  "go/plugin.wit": "package demo:greeter@1.0.0;\nworld greeter { export greet: func(name: string) -> string; }\n",
  // New each time, so that nothing is cached.
  "go/greeter.go": `package main

import "net/http"

type Plugin struct{}

func (Plugin) Greet(name string) string { return http.StatusText(200) + name + "${Date.now()}" }
`,
  "greeter.mjs": 'export const greet = (name) => "Hello, " + name;',
});
const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });
/** @type {string[]} */
const steps = [];
const controller = new AbortController();
const host = createHost({
  cacheFolder: file("cache"),
  progress: (step) => {
    steps.push(step);
    controller.abort(new Error("enough"));
  },
});
const code = (/** @type {{ code: string }} */ error) => error.code;
const opening = host.open(file("go"), greeter, { signal: controller.signal });
expect("open, cancelled at the first step of the build", await opening.catch(code), "TENON_CALL_ABORTED");
const before = steps.length;
const plugin = await host.open(file("greeter.mjs"), greeter);
expect("the host goes on", await plugin.exports.greet("Ada"), "Hello, Ada");
const swap = plugin.swap(file("go")).catch(code);
while (steps.length === before) await new Promise((resolve) => setImmediate(resolve));
await host.close();
expect("a swap that builds while the host is closed", await swap, "TENON_PLUGIN_CLOSED");
check("steps of both builds", steps, !steps.includes("linking"), "without the last one, linking");
remove();
done();
