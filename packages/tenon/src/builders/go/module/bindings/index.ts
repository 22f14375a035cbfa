import { type Contract, kebab, pascal, type Signature, signatures, type Type } from "../../../../contract/index.js";
import { componentContract } from "../../../../contract/model/component-contract.js";
import { isAsynchronous } from "./async-functions.js";
import { asyncSource, contextSource } from "./async-source.js";
import { authorSource } from "./author-source.js";
import type { Writers } from "./call-parts.js";
import { Carriers } from "./carriers.js";
import { FlatValues } from "./flat-values.js";
import { goFunction, memberName, scopeOf } from "./function-names.js";
import { writeExport, writeImport } from "./functions.js";
import { GoNames } from "./go-names.js";
import { GoText } from "./go-text.js";
import { GoTypes } from "./go-types.js";
import { exported, guestOnly, guestPackage } from "./guest-package.js";
import { MemoryValues } from "./memory-values.js";
import { resourcesOf, writeHostResource, writeOwnResource } from "./resources.js";
import { streamSource } from "./stream-source.js";
import { supportSource } from "./support-source.js";
import { expectSupported } from "./unsupported.js";

/** What the bindings depend on in the author's source: which methods there are. */
export interface AuthorTypes {
  /** Whether the author's package declares a method on a type. */
  hasMethod(type: string, method: string): boolean;
  hasFunction(name: string): boolean;
  /** Whether the first parameter of a method is a context.Context. */
  takesContext(type: string, method: string): boolean;
}

/** A method that the contract requires. */
export interface RequiredMethod {
  readonly type: string;
  readonly method: string;
  /** In Go's syntax: `Greet(name string) string`. */
  readonly signature: string;
}

/** Go source that connects an author's types with a contract. */
export interface GoBindings {
  /** All code in one file that only imports the standard library, for editors. */
  readonly source: string;
  /** The same without the support code, which it imports as the package `guestPackage`. */
  readonly main: string;
  /** The packages of the standard library that it imports. */
  readonly packages: readonly string[];
  /** Every method that the author's types must have. */
  readonly required: readonly RequiredMethod[];
  /** Returns the method that a line requires, if any. Lines count from 1, and are the same in both sources. */
  requiredAt(line: number): RequiredMethod | undefined;
}

const guestVersion = "0.1.0";

/**
 * Generates the bindings of a contract: a package main that only imports the standard library. Core names are those of the
 * canonical ABI.
 *
 * @throws TENON_CONTRACT_UNSUPPORTED for more than 32 flags
 */
export function generateBindings(contract: Contract, author: AuthorTypes): GoBindings {
  expectSupported(contract);
  return new BindingsWriter(componentContract(contract), author).write();
}

class BindingsWriter {
  readonly #contract: Contract;
  readonly #author: AuthorTypes;
  readonly #names: GoNames;
  readonly #text = new GoText();
  readonly #writers: Writers;
  readonly #carriers: Carriers;
  readonly #withContext: boolean;
  readonly #required: RequiredMethod[] = [];
  readonly #lines = new Map<number, RequiredMethod>();
  #count = 0;

  constructor(contract: Contract, author: AuthorTypes) {
    this.#contract = contract;
    this.#author = author;
    this.#names = new GoNames(contract);
    const types = new GoTypes(this.#names);
    this.#carriers = new Carriers(contract, types);
    const memory = new MemoryValues(types, this.#carriers);
    const flat = new FlatValues(types, memory);
    const asynchronous = [...signatures(contract.exports), ...signatures(contract.imports)].some(isAsynchronous);
    const takesContext = (signature: Signature) =>
      signature.type.async && author.takesContext(this.#ownerType(signature), goFunction(signature));
    this.#withContext = signatures(contract.exports).some(takesContext);
    this.#writers = { contract, types, memory, flat, text: this.#text, asynchronous, takesContext };
  }

  write(): GoBindings {
    const text = this.#text;
    text.line(`// Code generated from the contract ${this.#contract.id} by tenon. DO NOT EDIT.`);
    text.line();
    text.line("package main");
    text.line();
    text.block(
      "import (",
      () => {
        for (const name of [...this.#packages(), "unsafe"]) text.line(`tenon${pascal(name)} "${name}"`);
      },
      ")",
    );
    text.line();
    text.line("var _ = tenonMath.Float32bits");
    if (!this.#author.hasFunction("main")) {
      text.line();
      text.line("func main() {}");
    }
    this.#exports();
    this.#imports();
    this.#writers.types.declare(this.#contract, text);
    const before = text.text + this.#writers.memory.text + authorSource;
    const parts = [
      this.#writers.asynchronous ? asyncSource : "",
      this.#withContext ? contextSource : "",
      this.#carriers.used ? streamSource + this.#carriers.text : "",
      this.#tuples(),
    ];
    const after = parts.join("");
    return {
      source: before + supportSource + after,
      main: exported(importingGuest(before) + after),
      packages: this.#packages(),
      required: this.#required,
      requiredAt: (line) => this.#lines.get(line),
    };
  }

  #packages(): readonly string[] {
    return [
      ...(this.#withContext ? ["context"] : []),
      "errors",
      ...(this.#carriers.used ? ["io"] : []),
      "math",
      "runtime",
      "strconv",
    ];
  }

  #exports(): void {
    const byInterface = grouped(signatures(this.#contract.exports), (each) => each.interface);
    for (const [key, list] of byInterface) this.#exportedInterface(key, list);
    this.#guestExports();
  }

  #exportedInterface(key: string | undefined, list: readonly Signature[]): void {
    const text = this.#text;
    const type = this.#names.exported(key);
    const served = list.filter(({ kind }) => kind !== "method" && kind !== "drop");
    const owner = key === undefined ? `world ${this.#contract.world}` : `interface ${kebab(key)}`;
    const docs = key === undefined ? this.#contract.docs : docsOf(this.#contract, key);
    if (served.length > 0) {
      this.#requiredType(type, served, owner, docs);
      text.line();
      text.line(`var tenonSingle${type} = new(${type})`);
    }
    const methods = grouped(list, (each) => (each.kind === "method" ? each.resource : undefined));
    for (const { resource, drop } of resourcesOf(list)) {
      const name = this.#names.type(resource);
      this.#requiredType(name, methods.get(resource) ?? [], owner, resource.docs);
      writeOwnResource(
        this.#writers,
        scopeOf(this.#contract, "exports", drop),
        resource,
        this.#author.hasMethod(name, "Drop"),
      );
    }
    for (const signature of list) {
      if (signature.kind === "drop") continue;
      if (signature.type.optional && !this.#author.hasMethod(this.#ownerType(signature), goFunction(signature)))
        continue;
      const scope = scopeOf(this.#contract, "exports", signature);
      const name = (scope === undefined ? "" : `${scope}#`) + memberName(signature);
      const target = signature.kind === "method" ? undefined : `tenonSingle${type}.${goFunction(signature)}`;
      writeExport(this.#writers, name, signature, this.#count++, target);
    }
  }

  /** Writes the interface that an author's type must implement, and a check for each method that the compiler reports. */
  #requiredType(type: string, list: readonly Signature[], owner: string, docs: string | undefined): void {
    const text = this.#text;
    const { types } = this.#writers;
    const methods = list.map((signature) => {
      const result = signature.kind === "constructor" ? ` *${this.#names.type(signature.resource!)}` : undefined;
      const parameters = [
        ...(this.#writers.takesContext(signature) ? ["_ tenonContext.Context"] : []),
        ...signature.type.parameters.map((each) => types.parameter(each)),
      ].join(", ");
      const rest = `(${parameters})${result ?? types.results(signature.type)}`;
      return { signature, text: goFunction(signature) + rest };
    });
    text.line();
    text.line(`// ${type}Contract is the interface that type ${type} must implement: ${owner} of the contract.`);
    text.docs(docs);
    text.block(`type ${type}Contract interface {`, () => {
      for (const { signature, text: method } of methods) {
        text.docs(signature.type.docs);
        text.line(signature.type.optional ? `// Optional: ${method}` : method);
      }
    });
    for (const { signature, text: method } of methods) {
      if (signature.type.optional) continue;
      const required = { type, method: goFunction(signature), signature: method };
      text.line();
      this.#lines.set(text.next, required);
      this.#required.push(required);
      text.line(`var _ interface{ ${method} } = (*${type})(nil)`);
    }
  }

  #ownerType(signature: Signature): string {
    return signature.kind === "method" && signature.resource !== undefined
      ? this.#names.type(signature.resource)
      : this.#names.exported(signature.interface);
  }

  /** Writes the exports for state and health, if the author's type Plugin has the methods. */
  #guestExports(): void {
    const text = this.#text;
    const world = this.#names.world;
    const has = (method: string) => this.#author.hasMethod(world, method);
    const offered = ["SaveState", "RestoreState", "CheckHealth"].filter(has);
    if (offered.length === 0) return;
    if (!signatures(this.#contract.exports).some((each) => each.interface === undefined && each.kind === "function")) {
      text.line();
      text.line(`var tenonSingle${world} = new(${world})`);
    }
    const outcome: Type = { kind: "result", ok: undefined, err: { kind: "string" } };
    const add = (method: string, path: string, parameters: readonly string[], result: Type) => {
      if (!has(method)) return;
      const type = {
        kind: "function" as const,
        parameters: parameters.map((name) => ({ name, type: { kind: "string" as const } })),
        result,
        async: false,
        optional: true,
      };
      const signature: Signature = {
        path,
        label: method,
        kind: "function",
        interface: undefined,
        name: method,
        resource: undefined,
        type,
      };
      writeExport(this.#writers, path, signature, this.#count++, `tenonSingle${world}.${method}`);
    };
    add("SaveState", `tenon:guest/state@${guestVersion}#save`, [], { kind: "string" });
    add("RestoreState", `tenon:guest/state@${guestVersion}#restore`, ["state"], outcome);
    add("CheckHealth", `tenon:guest/health@${guestVersion}#check`, [], outcome);
  }

  #imports(): void {
    const text = this.#text;
    for (const [key, list] of grouped(signatures(this.#contract.imports), (each) => each.interface)) {
      const variable = this.#names.imported(key);
      const receiver = `tenonImported${variable}`;
      text.line();
      text.line(`type ${receiver} struct{}`);
      text.line();
      text.line(
        `// ${variable} is the host's implementation of ${key === undefined ? "the world's own imports" : `interface ${kebab(key)}`}.`,
      );
      text.docs(key === undefined ? undefined : docsOf(this.#contract, key));
      text.line(`var ${variable} ${receiver}`);
      for (const { resource, drop } of resourcesOf(list))
        writeHostResource(this.#writers, scopeOf(this.#contract, "imports", drop) ?? "$root", resource);
      for (const signature of list) {
        if (signature.kind === "drop") continue;
        const module = scopeOf(this.#contract, "imports", signature) ?? "$root";
        const of =
          signature.kind === "method" && signature.resource !== undefined
            ? `tenonSelf *${this.#names.type(signature.resource)}`
            : receiver;
        writeImport(this.#writers, module, signature, this.#count++, of);
      }
    }
  }

  #tuples(): string {
    const text = new GoText();
    for (const count of this.#writers.types.tuples) {
      const items = Array.from({ length: count }, (_, index) => `T${index}`);
      text.line();
      text.line(`// Tuple${count} is a tuple of the contract.`);
      text.block(`type Tuple${count}[${items.join(", ")} any] struct {`, () => {
        for (const [index, item] of items.entries()) text.line(`F${index} ${item}`);
      });
    }
    return text.text;
  }
}

/** Groups signatures in the order in which the groups appear. */
function grouped<K>(list: readonly Signature[], keyOf: (each: Signature) => K): ReadonlyMap<K, readonly Signature[]> {
  const groups = new Map<K, Signature[]>();
  for (const each of list) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}

/** Returns the same lines with different imports. */
function importingGuest(source: string): string {
  const [first = "", ...others] = guestOnly.map((name) => `\ttenon${pascal(name)} "${name}"`);
  return others.reduce((text, line) => text.replace(line, ""), source.replace(first, `\t. "${guestPackage}"`));
}

function docsOf(contract: Contract, key: string): string | undefined {
  const item = contract.exports[key] ?? contract.imports[key];
  return item?.kind === "interface" ? item.docs : undefined;
}
