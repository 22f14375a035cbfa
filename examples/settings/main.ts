/** A plugin declares its settings as JSON Schema in tenon.json. The host checks them before it runs the plugin. */
import { createHost, isTenonError } from "tenon";
import { mailer } from "./contract.js";

await using host = createHost();
const artifact = new URL("plugins/mailer", import.meta.url);

const settings: unknown[] = [
  { server: "mail.example" },
  { server: "mail.example", port: 465, security: "tls" },
  {},
  { server: "mail.example", port: "587" },
  { server: "mail.example", securty: "tls" },
  { server: "mail.example", security: "ssl", port: 70_000 },
  { server: "mail.example", password: "secret" },
];
for (const given of settings) {
  const shown = JSON.stringify(given, (key, value) => (key === "password" ? "…" : value));
  try {
    const plugin = await host.open(artifact, mailer, { settings: given });
    console.log(`${shown}\n  ${await plugin.exports.signature("Ada")}`);
  } catch (error) {
    if (!isTenonError(error, "TENON_SETTINGS_INVALID")) throw error;
    console.log(`${shown}\n  ${error.code}`);
    for (const { message, fix } of error.findings) console.log(`  ${message}\n    to fix this: ${fix.text}`);
  }
}

console.log("a running plugin gets new settings by a swap with itself; invalid settings change nothing");
const plugin = await host.open(artifact, mailer, { settings: { server: "old.example" }, fresh: true });
await plugin.swap(undefined, { settings: { server: "new.example" } });
console.log(`  ${await plugin.exports.signature("Ada")}`);
const refused = await plugin.swap(undefined, { settings: { server: 5 } }).catch((error: unknown) => error);
console.log(`  ${isTenonError(refused) ? refused.message : "NOT REFUSED"}`);
console.log(`  ${await plugin.exports.signature("Ada")}`);
