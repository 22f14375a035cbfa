import { workerPlace } from "../../../dist/places/worker/index.js";
import { contract, t } from "../../../dist/contract/index.js";
import runtime from "./fixtures/runtime.mjs";
const sample = contract("demo:worker@1.0.0", { exports: { do: t.func([["deed", t.string]]), echo: t.func([["text", t.string]], t.string) } });
const i = await workerPlace().start(runtime, { path: "/x", fingerprint: "", payload: {} }, { contract: sample, imports: { get() {} }, log: console.log, signal: new AbortController().signal, settings: undefined, grants: {} }, { bytes: 1e6, memory: 32e6, grace: 200 });
console.log(i.functions.get("echo").invokeSync(["hi"], {deadline:0}));
try { i.functions.get("do").invokeSync([process.argv[2]], { deadline: 0 }); } catch (e) { console.log(e.code, e.message); }
console.log("lost", (await i.lost).message);
