import { compileFunction } from "node:vm";
import { moduleClosing, strictOpening } from "../../runtime/script.js";
import { type Declared, type Imported, readModule } from "./module-statements.js";

/** A module, as the code of a script that has every line and column of it, but for the first line. */
export interface PlainModule {
  readonly code: string;
  /** By how many columns the first line is shifted to the right. */
  readonly shift: number;
  readonly exports: readonly string[];
  /** What the module imports, in order. */
  readonly imports: readonly string[];
}

/** What an import leads to. */
export interface Target {
  /** What is passed to `require` for it. */
  readonly token: string;
  /** Whether the module may say that it was an ES module once: it then has its default export in a property. */
  readonly mayBeConverted: boolean;
}

/**
 * Turns a module into a script without asking the bundler, if its statements allow that: what remains of it is the same text at the same
 * place. Returns `undefined` for everything that is not plainly right, errors included, so that the bundler decides.
 *
 * @param targetOf what an import leads to, which is a CommonJS module. It may be `undefined`.
 */
export function plainModule(
  text: string,
  targetOf: (specifier: string) => Target | undefined,
): PlainModule | undefined {
  const read = readModule(text.replace(/^#!.*/, ""));
  if (read === undefined) return undefined;
  const imports: string[] = [];
  for (const imported of read.imports) {
    const target = targetOf(imported.specifier);
    const statement = target && importing(imported, target);
    if (statement === undefined) return undefined;
    imports.push(statement);
  }
  const exported = [...read.exports].sort((a, b) => (a.name < b.name ? -1 : 1));
  const prefix = `{${exporting(exported)}${imports.join("")}`;
  const block = `${prefix}${read.body}\n}`;
  try {
    // In a static block, what only a module forbids is forbidden as well: `return`, `await`, two functions of one name.
    compileFunction(`class module{static{${block}}}`);
  } catch {
    return undefined;
  }
  return {
    code: `${strictOpening}${block}${moduleClosing}\n`,
    shift: strictOpening.length + prefix.length,
    exports: exported.map(({ name }) => name),
    imports: read.imports.map(({ specifier }) => specifier),
  };
}

function exporting(exported: readonly Declared[]): string {
  return `module.exports={__esModule:true,${exported.map(({ name, local }) => `get ${name}(){return ${local}}`)}};`;
}

/** As an import of a CommonJS module does in Node, this takes each name once. The plugin may have an `Object` of its own. */
function importing({ all, names }: Imported, { token, mayBeConverted }: Target): string | undefined {
  const module = `require(${JSON.stringify(token)})`;
  if (all !== undefined && mayBeConverted) return undefined;
  if (all === undefined && names.length === 0) return `${module};`;
  const statements = names.map(({ name, local }) => {
    if (name !== "default") return `const{${name}:${local}}=${module}??{};`;
    return mayBeConverted
      ? `const ${local}=(module=>module?.__esModule?module.default:module)(${module});`
      : `const ${local}=${module};`;
  });
  if (all !== undefined) statements.push(`const ${all}=(${namespace})(${module},{}.constructor);`);
  return statements.join("");
}

/** What the bundler does for `import * as all`. */
const namespace =
  '(module,Object)=>__tenon_copy(Object.defineProperty(module==null?{}:Object.create(Object.getPrototypeOf(module)),"default",{value:module,enumerable:true}),module)';
