import {
  type Contract,
  camel,
  type FunctionType,
  type InterfaceType,
  type Items,
  kebab,
  pascal,
  type ResourceType,
  type Signature,
  signatures,
  type Type,
} from "../../../contract/index.js";
import { hasComponentForm } from "../../../contract/model/component-form.js";
import { recursionIn } from "../../../contract/model/component-types.js";
import { functionTypes, holdsStreams } from "../../../contract/model/reach.js";
import { staticName } from "../../../contract/model/signature.js";
import { recursionUnsupported } from "../../../errors/factories/contract.js";
import { componentTypeUnsupported } from "../../../errors/factories/script-build.js";
import { Conversions } from "./conversion.js";

/** Modules that the component's world provides to the bundle, in addition to the contract's own. */
const services = {
  settings: "tenon:guest/settings@0.1.0",
  log: "tenon:guest/log@0.1.0",
  panic: "tenon:guest/panic@0.1.0",
};

interface BothWays {
  readonly receive: Conversions;
  readonly give: Conversions;
}

/** The entry of the bundle. */
export interface Entry {
  readonly source: string;
  /** Modules that the bundler leaves to the component: its world's imports. */
  readonly external: readonly string[];
}

/**
 * Writes the module that the component is made from: it exports what the world exports, and forwards to the plugin.
 *
 * Source: componentize-js 0.23, "Usage": each function of the world is an export; interfaces are objects.
 *
 * @param plugin the plugin's file.
 * @param guest the file of `AuthoredPlugin`.
 * @throws TENON_CONTRACT_UNSUPPORTED for streams, futures and recursive types
 */
export function entrySource(contract: Contract, plugin: string, guest: string): Entry {
  const recursion = recursionIn(contract);
  if (recursion !== undefined) throw recursionUnsupported(contract.id, recursion.label, recursion.type.target.name);
  for (const side of ["imports", "exports"] as const)
    for (const each of signatures(contract[side])) expectSupported(each, contract, side);
  const lines = [
    `import * as source from ${JSON.stringify(plugin)};`,
    `import { AuthoredPlugin, hostClass, hostFunction } from ${JSON.stringify(guest)};`,
    `import { get as settings } from "${services.settings}";`,
    `import { write as log } from "${services.log}";`,
    `import { report } from "${services.panic}";`,
  ];
  const conversions = { receive: new Conversions("receive"), give: new Conversions("give") };
  const body: string[] = [];
  const external: string[] = Object.values(services);
  const imports: string[] = [];
  for (const [key, item] of offered(contract.imports)) {
    const name = `import${external.length}`;
    const specifier = item.kind === "interface" ? interfaceName(contract, key, item) : kebab(key);
    external.push(specifier);
    if (item.kind === "interface") {
      lines.push(`import * as ${name} from ${JSON.stringify(specifier)};`);
      const members = offered(item.members).map(
        ([member, type]) => `${member}: ${imported(`${name}.${member}`, type, conversions)}`,
      );
      imports.push(`${key}: { ${members.join(", ")} }`);
    } else if (item.kind === "function") {
      lines.push(`import ${name} from ${JSON.stringify(specifier)};`);
      imports.push(`${key}: ${imported(name, item, conversions)}`);
    }
  }
  body.push(
    `const plugin = new AuthoredPlugin(source, { imports: { ${imports.join(", ")} }, settings, log, report });`,
  );
  const exported: string[] = [];
  for (const [at, [key, item]] of offered(contract.exports).entries()) {
    if (item.kind === "resource") continue;
    const name = item.kind === "interface" ? interfaceName(contract, key, item) : key;
    const value = item.kind === "interface" ? served(key, item, conversions) : functionOf([key], item, conversions);
    body.push(`const export${at} = ${value};`);
    exported.push(`export${at} as ${JSON.stringify(name)}`);
  }
  body.push(`export { ${exported.join(", ")} };`);
  return {
    source: `${[...lines, ...conversions.receive.lines, ...conversions.give.lines, ...body].join("\n")}\n`,
    external,
  };
}

/** Returns the world of the component and the packages that it includes: files by name. */
export function worldFiles(contract: Contract, wit: string): Readonly<Record<string, string>> {
  const { namespace, package: name, world, version } = contract;
  const id = `${namespace}:${name}/${world}${version === undefined ? "" : `@${version}`}`;
  const imports = Object.values(services).map((each) => `  import ${each};\n`);
  return {
    "component.wit": `package tenon:component;\n\nworld component {\n  include ${id};\n${imports.join("")}}\n`,
    "deps/contract/contract.wit": wit,
    "deps/guest/guest.wit": `package tenon:guest@0.1.0;

interface settings { get: func() -> string; }
interface log { write: func(line: string); }
interface panic { report: func(message: string); }
`,
  };
}

/** Leaves out optional functions: whether the plugin has them is only known when it runs, so the world cannot have them. */
function offered<I extends Items[string]>(items: Readonly<Record<string, I>>): readonly (readonly [string, I])[] {
  return Object.entries(items).filter(([, item]) => item.kind !== "function" || !item.optional);
}

function interfaceName({ namespace, package: name, version }: Contract, key: string, { id }: InterfaceType): string {
  return id ?? `${namespace}:${name}/${kebab(key)}${version === undefined ? "" : `@${version}`}`;
}

function imported(expression: string, type: FunctionType | ResourceType, conversions: BothWays): string {
  const converted = (each: FunctionType) => {
    const [result, error] = answers(each, conversions.receive);
    return `{ give: ${list(each.parameters, conversions.give)}, receive: ${result}, receiveError: ${error} }`;
  };
  if (type.kind === "function") return `hostFunction(${expression}, ${converted(type)})`;
  const member = (name: string, each: FunctionType) => `{ name: ${JSON.stringify(name)}, ...${converted(each)} }`;
  const methods = type.methods.map((each) => member(camel(each.name), each.type));
  const statics = type.statics.map((each) => member(staticName(each.name, type), each.type));
  return `hostClass(${expression}, [${methods.join(", ")}], [${statics.join(", ")}])`;
}

/** Returns the conversions of what a function answers: of its result, and of its error case. */
function answers({ result }: FunctionType, conversions: Conversions): readonly [string, string] {
  const convert = (each: Type | undefined) => (each && conversions.of(each)) ?? "undefined";
  return result?.kind === "result" ? [convert(result.ok), convert(result.err)] : [convert(result), "undefined"];
}

function served(key: string, item: InterfaceType, conversions: BothWays): string {
  const members = offered(item.members).map(([name, member]) => {
    if (member.kind === "function") return `${name}: ${functionOf([key, name], member, conversions)}`;
    const methods = member.methods.map(({ name, type }) => declared([camel(name)], type, conversions));
    const statics = member.statics.map((each) => declared([staticName(each.name, member)], each.type, conversions));
    const constructs = list(member.constructs?.parameters ?? [], conversions.receive);
    const path = JSON.stringify([key, pascal(member.name)]);
    return `${name}: plugin.class({ path: ${path}, constructs: ${constructs}, methods: [${methods.join(", ")}], statics: [${statics.join(", ")}] })`;
  });
  return `{ ${members.join(", ")} }`;
}

function functionOf(path: readonly string[], type: FunctionType, conversions: BothWays): string {
  return `plugin.function(${declared(path, type, conversions)})`;
}

function declared(path: readonly string[], type: FunctionType, conversions: BothWays): string {
  const { parameters, result } = type;
  const [give, giveError] = answers(type, conversions.give);
  return `{ path: ${JSON.stringify(path)}, parameters: ${parameters.length}, receive: ${list(parameters, conversions.receive)}, give: ${give}, giveError: ${giveError}, fallible: ${result?.kind === "result"} }`;
}

function list(parameters: FunctionType["parameters"], conversions: Conversions): string {
  return `[${parameters.map(({ type }) => conversions.of(type) ?? "undefined").join(", ")}]`;
}

/** The bindings make the host's objects themselves, so that nothing can convert what their constructors get. */
function expectSupported({ label, type, kind }: Signature, { id }: Contract, side: "imports" | "exports"): void {
  const types = functionTypes(type);
  if (types.some(holdsStreams)) throw componentTypeUnsupported(id, label, "a stream or future", "a list");
  if (side === "imports" && kind === "constructor" && types.some(hasComponentForm))
    throw componentTypeUnsupported(id, label, "a map, JSON value or open enum", "its parts");
}
