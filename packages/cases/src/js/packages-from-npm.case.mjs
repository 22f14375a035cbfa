// node: --import tsx
// seconds: 600
// React, typeorm and better-sqlite3 as npm installs them: in a plugin's bundle, left to Node, and as the host's own copy.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cached, once } from "@tenon/fixtures";
import { contract, createHost, t } from "tenon";
import { done, expect, skip } from "../case.mjs";
import { folderOf } from "./folder.mjs";

const manifest = {
  private: true,
  dependencies: { react: "19.2.0", "react-dom": "19.2.0", "reflect-metadata": "0.2.2", typeorm: "0.3.27" },
  // It needs a compiler where npm finds no built one.
  optionalDependencies: { "better-sqlite3": "12.4.1" },
};
const versions = Object.values({ ...manifest.dependencies, ...manifest.optionalDependencies }).join("-");
const installed = await once(cached("cases", `npm-${process.versions.modules}-${versions}`), async (folder) => {
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const { status, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel", "error"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0)
    throw new Error(`npm install: ${/^npm (?:error|ERR!) (?!code)(.*)/m.exec(stderr)?.[1] ?? `exit code ${status}`}`);
}).catch((error) => skip(error.message));

const { file, remove } = folderOf({
  "package.json": readFileSync(join(installed, "package.json"), "utf8"),
  "tsconfig.json": '{ "compilerOptions": { "experimentalDecorators": true, "jsx": "react-jsx" } }',
  "notes.ts": `import "reflect-metadata";
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity()
class Note {
  @PrimaryGeneratedColumn() id!: number;
  @Column({ type: "text" }) text!: string;
}
(globalThis as any).pluginSource = DataSource;
(globalThis as any).pluginNote = Note;

export async function run(text: string): Promise<string> {
  const source = new DataSource({ type: "better-sqlite3", database: ":memory:", entities: [Note], synchronize: true });
  await source.initialize();
  const notes = source.getRepository(Note);
  await notes.save(notes.create({ text }));
  const [found] = await notes.find();
  await source.destroy();
  return \`\${found instanceof Note} \${found.id} \${found.text}\`;
}
`,
  "page.tsx": `import { useState } from "react";
import { renderToStaticMarkup } from "react-dom/server";

function Page({ text }: { text: string }) {
  const [shown] = useState(text);
  return <p>{shown}</p>;
}
(globalThis as any).PluginPage = Page;
export const run = (text: string) => renderToStaticMarkup(<Page text={text} />);
`,
});
symlinkSync(join(installed, "node_modules"), file("node_modules"), "dir");

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const host = createHost();
/** @param {string} name @param {import("tenon").OpenOptions} options */
const run = async (name, options) => {
  try {
    const plugin = await host.open(file(name), one, options);
    const answer = await plugin.exports.run("x");
    await plugin.close();
    return answer;
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
};
// The host's program is this file, so it says where its copies are.
const ofHost = createRequire(file("host.js"));
/** @param {readonly string[]} names */
const shared = (...names) => Object.fromEntries(names.map((name) => [name, pathToFileURL(ofHost.resolve(name))]));
const left = /** @type {any} */ (globalThis);
const places = /** @type {const} */ (["inline", "worker", "process"]);

const react = ofHost("react");
const { renderToStaticMarkup } = ofHost("react-dom/server");
const pageFromHost = () => {
  try {
    return renderToStaticMarkup(react.createElement(left.PluginPage, { text: "y" }));
  } catch {
    return "a hook of another React";
  }
};
const choices = [
  ["bundled", {}],
  ["external", { external: ["react", "react-dom"] }],
  ["shared", { shared: { ...shared("react"), ...shared("react/jsx-runtime", "react-dom/server") } }],
];
for (const place of places)
  for (const [how, options] of /** @type {[string, object][]} */ (choices)) {
    expect(`${place}, React ${how}`, await run("page.tsx", { place, ...options }), "<p>x</p>");
    if (place !== "inline") continue;
    const expected = how === "bundled" ? "a hook of another React" : "<p>y</p>";
    expect(`a page of the plugin in the host, React ${how}`, pageFromHost(), expected);
  }

if (!existsSync(join(installed, "node_modules", "better-sqlite3", "build"))) {
  console.log("typeorm: left out, better-sqlite3 could not be installed");
} else {
  const { DataSource } = ofHost("typeorm");
  const options = { bundled: {}, external: { external: ["typeorm"] }, shared: { shared: shared("typeorm") } };
  for (const place of places)
    for (const [how, each] of Object.entries(options)) {
      expect(`${place}, typeorm ${how}`, await run("notes.ts", { place, ...each }), "true 1 x");
      if (place !== "inline") continue;
      expect(`one class DataSource, typeorm ${how}`, left.pluginSource === DataSource, how !== "bundled");
    }
  const entities = [left.pluginNote];
  const source = new DataSource({ type: "better-sqlite3", database: ":memory:", entities, synchronize: true });
  await source.initialize();
  const notes = source.getRepository(left.pluginNote);
  await notes.save(notes.create({ text: "from the host" }));
  expect("an entity of the plugin in the host's database", (await notes.find())[0].text, "from the host");
  await source.destroy();
}
await host.close();
remove();
done();
