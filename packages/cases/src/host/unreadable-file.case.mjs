// A file that the system lets nobody read is a finding, and a coded error.
import { existsSync } from "node:fs";
import { contract, createHost, t } from "tenon";
import { done, expect, skip } from "../case.mjs";

const path = "/proc/self/mem";
if (!existsSync(path)) skip(`there is no ${path}`);
const demo = contract("demo:none@1.0.0", { exports: { run: t.func([], t.string) } });
const host = createHost();
const report = await host.check(path, demo);
expect("check", [report.verdict, report.findings[0]?.code], ["breaks", "TENON_ARTIFACT_UNREADABLE"]);
const opened = await host.open(path, demo).catch((/** @type {{ code: string }} */ error) => error.code);
expect("open", opened, "TENON_ARTIFACT_UNREADABLE");
await host.close();
done();
