// node: --import tsx
// A command that imports what nobody provides does not fit; check and open say the same.
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const host = createHost();
const path = await fromText("unknown-import");
const { verdict, findings } = await host.check(path);
expect("check", [verdict, findings[0]?.code], ["breaks", "TENON_WASM_IMPORT_UNKNOWN"]);
const opened = await host.open(path).catch((/** @type {{ code: string }} */ error) => error.code);
expect("open", opened, "TENON_WASM_IMPORT_UNKNOWN");
await host.close();
done();
