import type { Capabilities } from "../../capabilities/capabilities.js";
import type { HostInterface } from "../../model/types.js";

/** Something that a component holds and that must be closed with it. */
export interface Closable {
  close(): void;
}

/** What the interfaces of one component share. */
export class Context {
  readonly capabilities: Capabilities;
  /** Of `wasi:random/insecure-seed`: always the same value for an instance. */
  insecureSeed: readonly [bigint, bigint] | undefined;
  readonly #open = new Set<Closable>();

  constructor(capabilities: Capabilities) {
    this.capabilities = capabilities;
  }

  /** Remembers an object, to close it with the component. */
  track<T extends Closable>(object: T): T {
    this.#open.add(object);
    return object;
  }

  /** Closes an object that the component dropped. */
  release(object: Closable): void {
    if (this.#open.delete(object)) object.close();
  }

  /** Ends what belongs to one instance; another may take its place. */
  closeAll(): void {
    this.insecureSeed = undefined;
    for (const object of this.#open) object.close();
    this.#open.clear();
  }
}

/** Creates an interface when a component first imports it. */
export type MakeInterface = (context: Context) => HostInterface;

/** The destructor of resources that need none. */
export const noDestructor = (): void => {};
