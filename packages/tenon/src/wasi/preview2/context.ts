import { errors } from "../../errors/index.js";
import type { Capabilities } from "../capabilities.js";
import type { HostInterface } from "../model.js";

/** Something that a component holds and that must be closed when it ends. */
export interface Closable {
  close(): void;
}

/** What the interfaces of one component share. */
export class Context {
  readonly capabilities: Capabilities;
  readonly #open = new Set<Closable>();

  constructor(capabilities: Capabilities) {
    this.capabilities = capabilities;
  }

  /** Keeps an object in mind until it is ended. */
  own<T extends Closable>(object: T): T {
    this.#open.add(object);
    return object;
  }

  /** Closes an object that the component dropped. */
  end(object: Closable): void {
    if (this.#open.delete(object)) object.close();
  }

  closeAll(): void {
    for (const object of this.#open) object.close();
    this.#open.clear();
  }
}

/** Makes an interface when a component first imports it. */
export type MakeInterface = (context: Context) => HostInterface;

/** What ends an object that needs no end. */
export const noEnd = (): void => {};

/** The error of a component that does what WASI forbids: it traps. */
export function misuse(what: string) {
  return errors.TENON_WASI_MISUSE({ message: `the plugin ${what}` });
}
