import { pathToFileURL } from "node:url";
import { tsImport } from "tsx/esm/api";
import { compare } from "../measure.mjs";
import { sample } from "./contract.mjs";

const load = (path) => tsImport(path, import.meta.url);

/**
 * Calls of an Extism plugin written in Rust: by Tenon, and by Extism's own library for JavaScript. Returns no rows if the
 * plugin cannot be built.
 */
export async function extism(host, scale) {
  const { extismFixture } = await load("../../../tenon/src/runtimes/wasm/extism/fixtures/build.mts");
  const fixture = await extismFixture("rust");
  if ("reason" in fixture) {
    console.warn(`Extism is skipped: ${fixture.reason}`);
    return [];
  }
  const plugin = await host.open(fixture.path, sample, {
    place: "inline",
    imports: {
      storeText: (text) => text,
      storeBytes: (bytes) => bytes,
      storePerson: (person) => person,
      scale: (value) => value,
    },
  });
  const peer = await peerOf(fixture.path);
  const numbers = Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0);
  const text = new Uint8Array(1024).fill(97);
  const asText = (output) => output.text();
  const asBytes = (output) => output.bytes();
  const cases = [
    { title: "add two numbers", name: "add", peerName: "add", input: numbers, read: asBytes, count: 20_000 },
    { title: "1 KiB to upper case", name: "upper", peerName: "upper", input: text, read: asBytes, count: 4000 },
    { title: "a short text", name: "greet", peerName: "greet", input: "Ada", read: asText, count: 20_000 },
    {
      title: "two host functions",
      name: "throughHost",
      peerName: "through_host",
      input: "Ada",
      read: asText,
      count: 5000,
    },
  ];
  const results = [];
  for (const { title, name, peerName, input, read, count } of cases) {
    for (const [form, call] of Object.entries({
      "plugin.sync": plugin.sync[name],
      "plugin.exports": plugin.exports[name],
    })) {
      const found = await compare(`Extism: ${title}, ${form}`, {
        ours: form === "plugin.sync" ? repeated(call, input) : repeatedLater(call, input),
        theirs: { "@extism/extism": repeatedLater(async (given) => read(await peer.call(peerName, given)), input) },
        limit: 0.5,
        count: count * scale,
        rounds: 7,
      });
      results.push(...found);
    }
  }
  await peer.close();
  return results;
}

const repeated = (call, input) => (count) => {
  let last;
  for (let index = 0; index < count; index++) last = call(input);
  return last.length;
};

const repeatedLater = (call, input) => async (count) => {
  let last;
  for (let index = 0; index < count; index++) last = await call(input);
  return last.length;
};

async function peerOf(path) {
  const { packageFolder } = await load("../../../wasm-fixtures/src/packages.ts");
  const folder = await packageFolder("extism");
  const { createPlugin } = await import(pathToFileURL(`${folder}/node_modules/@extism/extism/dist/esm/mod.js`).href);
  return createPlugin(path, {
    useWasi: false,
    functions: {
      "extism:host/user": {
        store_text: (context, offset) => context.store(context.read(offset).text()),
        store_bytes: (context, offset) => context.store(context.read(offset).bytes()),
        store_person: (_, offset) => offset,
        scale: (_, value) => value,
      },
    },
  });
}
