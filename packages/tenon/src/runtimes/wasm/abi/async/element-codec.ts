import type { Type } from "../../../../contract/core.js";
import { componentForm } from "../../../../contract/model/component-form.js";
import { codeContext, compile } from "../calls/compile.js";
import { passHandles, type ResolveResource } from "../calls/pass-handles.js";
import { layoutOf } from "../code/layout.js";
import type { CanonicalOptions } from "../code/options.js";
import { ValueSource } from "../code/value-source.js";
import type { ComponentState } from "../state/component-state.js";
import type { GuestMemory } from "../state/guest-memory.js";
import type { ElementBuffers } from "../streams/copy.js";
import { type Chunk, chunkLength, type Sink, type Source } from "../streams/shared-stream.js";

/** Reads and writes the elements of a stream or future in the memory of one of its ends. */
export class ElementCodec implements ElementBuffers {
  readonly #memory: GuestMemory;
  /** In memory. Elements without a type are not in memory at all: their pointer means nothing. */
  readonly #size: number;
  readonly #alignment: number;
  /** By the form of the elements on the other side: see `Sink.form`. */
  readonly #loads = new Map<Type | undefined, (pointer: number, count: number) => Chunk>();
  readonly #stores = new Map<Type | undefined, (pointer: number, chunk: Chunk) => void>();
  readonly #compile: (code: (values: ValueSource) => string) => (...parameters: any[]) => any;
  readonly #usual: Type | undefined;

  constructor(element: Type | undefined, options: CanonicalOptions, state: ComponentState, resolve: ResolveResource) {
    const context = codeContext(options, state, "stream");
    this.#memory = context.memory;
    const { size, alignment } = element === undefined ? { size: 0, alignment: 1 } : layoutOf(element);
    this.#size = size;
    this.#alignment = alignment;
    this.#usual = element && componentForm(element);
    this.#compile = (code) => {
      const values = new ValueSource();
      return compile(values, code(values), context, passHandles(state, resolve));
    };
  }

  #load(form: Type | undefined): (pointer: number, count: number) => Chunk {
    let load = this.#loads.get(form);
    if (load === undefined) {
      load = this.#compile((values) => loader(values, form ?? this.#usual, this.#size));
      this.#loads.set(form, load);
    }
    return load;
  }

  #store(form: Type | undefined): (pointer: number, chunk: Chunk) => void {
    let store = this.#stores.get(form);
    if (store === undefined) {
      store = this.#compile((values) => storer(values, form ?? this.#usual, this.#size));
      this.#stores.set(form, store);
    }
    return store;
  }

  source(pointer: number, count: number): Source & { readonly progress: number } {
    return this.#buffer(pointer, count);
  }

  sink(pointer: number, count: number): Sink & { readonly progress: number } {
    return this.#buffer(pointer, count);
  }

  /** @throws TENON_WASM_ABI if the guest's buffer is not in its memory. */
  #buffer(pointer: number, count: number): Source & Sink & { readonly progress: number } {
    const [memory, size] = [this.#memory, this.#size];
    const [load, store] = [this.#load.bind(this), this.#store.bind(this)];
    memory.refresh();
    if (count > 0 && size > 0) memory.check(pointer, this.#alignment, count * size);
    let progress = 0;
    return {
      get remaining() {
        return count - progress;
      },
      get progress() {
        return progress;
      },
      take(wanted, form) {
        const at = pointer + progress * size;
        progress += wanted;
        memory.refresh();
        memory.budget();
        return load(form)(at, wanted);
      },
      put(chunk, form) {
        const at = pointer + progress * size;
        progress += chunkLength(chunk);
        memory.refresh();
        store(form)(at, chunk);
      },
    };
  }
}

function loader(values: ValueSource, element: Type | undefined, size: number): string {
  if (element === undefined) return "(p, n) => n";
  if (element.kind === "u8") return "(p, n) => { memory.spend(n); return memory.bytes.slice(p, p + n); }";
  return `(p, n) => {
  memory.spend(n * ${Math.max(1, size)});
  const list = [];
  for (let i = 0; i < n; i++, p += ${size}) list.push(${values.load(element, "p")});
  return list;
}`;
}

function storer(values: ValueSource, element: Type | undefined, size: number): string {
  if (element === undefined) return "() => {}";
  if (element.kind === "u8") return "(p, v) => { memory.bytes.set(v, p); }";
  return `(p, v) => {
  state.mayLeave = false;
  for (let i = 0; i < v.length; i++, p += ${size}) { const e = v[i]; ${values.store(element, "e", "p")} }
  state.mayLeave = true;
}`;
}
