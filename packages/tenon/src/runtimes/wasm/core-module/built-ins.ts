import type { CanonOptions } from "../../../binary/component/index.js";
import { type Contract, fullType, type Items, type Signature, streamTypes, type Type } from "../../../contract/core.js";
import type { BuiltInDefinition } from "../abi/index.js";
import { byMember, interfaceKey } from "../linking/host-functions.js";

/** Prefixes of names: of an import that is called asynchronously, of an asynchronous export, and of its callback. */
export const asyncLowerPrefix = "[async-lower]";
export const asyncLiftPrefix = "[async-lift]";
export const callbackPrefix = "[callback]";

/** A built-in of asynchronous code that a core module imports, with the type that its name refers to. */
export interface BuiltIn {
  readonly definition: BuiltInDefinition;
  /** A stream or future, or the result type of `task.return`. */
  readonly type?: Type | undefined;
}

/** Fills in for indices, which are not used: a core module has one memory and no types. */
const unusedIndex = 0;

const fixedBuiltIns: Readonly<Record<string, BuiltInDefinition>> = {
  "[waitable-set-new]": { kind: "waitable-set-new" },
  "[waitable-set-poll]": { kind: "waitable-set-poll", cancellable: false, memory: unusedIndex },
  "[waitable-set-drop]": { kind: "waitable-set-drop" },
  "[waitable-join]": { kind: "waitable-join" },
  "[subtask-drop]": { kind: "subtask-drop" },
  "[subtask-cancel]": { kind: "subtask-cancel", async: false },
  "[async-lower][subtask-cancel]": { kind: "subtask-cancel", async: true },
  "[backpressure-inc]": { kind: "backpressure-inc" },
  "[backpressure-dec]": { kind: "backpressure-dec" },
  "[context-get-0]": { kind: "context-get", slot: 0 },
  "[context-set-0]": { kind: "context-set", slot: 0 },
  "[context-get-1]": { kind: "context-get", slot: 1 },
  "[context-set-1]": { kind: "context-set", slot: 1 },
  "[task-cancel]": { kind: "task-cancel" },
};

const options: CanonOptions = {
  stringEncoding: "utf8",
  memory: undefined,
  realloc: undefined,
  postReturn: undefined,
  async: false,
  callback: undefined,
};

const exportPrefix = "[export]";
const copyPattern = /^(\[async-lower\])?\[(stream|future)-(cancel-)?(read|write)-(\d+)\](.+)$/;
const newOrDropPattern = /^\[(stream|future)-(new|drop-readable|drop-writable)-(\d+)\](.+)$/;

/**
 * Returns the built-in that an import names, or `undefined` if it names none.
 *
 * Source: wit-component's names of core functions: `$root` `[waitable-join]`, `demo:kit/host@1.0.0` `[stream-new-0]get`,
 * `[export]demo:kit/store@1.0.0` `[task-return]get`.
 */
export function builtInOf(contract: Contract, module: string, name: string): BuiltIn | undefined {
  const isExported = module.startsWith(exportPrefix);
  const scope = isExported ? module.slice(exportPrefix.length) : module;
  const known = scope === "$root" ? fixedBuiltIns[name] : undefined;
  if (known !== undefined) return { definition: known };
  const find = (member: string) => signatureOf(contract, isExported ? "exports" : "imports", scope, member);
  if (isExported && name.startsWith("[task-return]")) {
    const signature = find(name.slice("[task-return]".length));
    const type = signature && fullType(signature).result;
    const result = type === undefined ? undefined : unusedIndex;
    return signature && { definition: { kind: "task-return", result, options }, type };
  }
  const made = newOrDropPattern.exec(name);
  if (made !== null) {
    const [, kind, verb, index, member] = made;
    const type = streamTypeAt(find(member ?? ""), kind, index);
    return type && { definition: { kind: `${kind as "stream"}-${verb as "new"}`, type: unusedIndex }, type };
  }
  const copied = copyPattern.exec(name);
  if (copied === null) return undefined;
  const [, isAsync, kind, cancels, verb, index, member] = copied;
  const type = streamTypeAt(find(member ?? ""), kind, index);
  const async = isAsync !== undefined;
  const base = `${kind as "stream"}-` as const;
  return (
    type && {
      definition:
        cancels === undefined
          ? { kind: `${base}${verb as "read"}`, type: unusedIndex, options: { ...options, async } }
          : { kind: `${base}cancel-${verb as "read"}`, type: unusedIndex, async },
      type,
    }
  );
}

function streamTypeAt(signature: Signature | undefined, kind: string | undefined, index: string | undefined) {
  const type = signature && streamTypes(fullType(signature))[Number(index)];
  return type?.kind === kind ? type : undefined;
}

/** For each contract, side and interface that was asked for: its functions by name. Modules import hundreds of built-ins. */
const indexes = new WeakMap<Contract, Map<string, ReadonlyMap<string, Signature>>>();

function signatureOf(
  contract: Contract,
  side: "imports" | "exports",
  scope: string,
  member: string,
): Signature | undefined {
  let ofContract = indexes.get(contract);
  if (ofContract === undefined) indexes.set(contract, (ofContract = new Map()));
  const name = `${side} ${scope}`;
  let known = ofContract.get(name);
  if (known === undefined) {
    known = membersOf(contract, contract[side], scope);
    // The scopes are the module's own words: those that name nothing are not kept.
    if (known.size > 0) ofContract.set(name, known);
  }
  return known.get(member);
}

function membersOf(contract: Contract, items: Items, scope: string): ReadonlyMap<string, Signature> {
  const key = scope === "$root" ? undefined : interfaceKey(contract, items, scope);
  return key === undefined && scope !== "$root" ? nothing : byMember(items, key);
}

const nothing: ReadonlyMap<string, Signature> = new Map();
