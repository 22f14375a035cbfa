import { errors } from "../errors/index.js";
import { grantedEnvironment } from "../runtime/granted-environment.js";
import type { FolderGrant } from "../runtime/index.js";
import { type Clocks, FixedClocks, SystemClocks } from "./clocks.js";
import { type GrantedFolder, grantedFolders } from "./files/granted-folders.js";
import { Input } from "./input.js";
import type { WasiOptions } from "./model.js";
import { NetworkAccess } from "./network/access.js";
import { Network } from "./network/network.js";
import { type Output, outputs } from "./output.js";
import { type Randomness, SeededRandomness, systemRandomness } from "./randomness.js";

/**
 * What one plugin may reach of the system: the grants, as things that can be used. Both levels of WASI stand on it, and
 * nothing else of them touches the system. Nothing granted means nothing reachable.
 */
export interface Capabilities {
  /** The program's name, and what follows it. */
  readonly arguments: readonly string[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly clocks: Clocks;
  readonly randomness: Randomness;
  /** Where randomness begins that need not be good, such as that of hash tables. */
  readonly insecureRandomness: Randomness;
  readonly input: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly folders: readonly GrantedFolder[];
  /** Addresses on which the program may listen. */
  readonly listenAddresses: readonly { readonly address: string; readonly port: number }[];
  /** Started when first used. */
  readonly network: Network;
  /**
   * Blocks this thread until something happens in the network, or for so many nanoseconds (`undefined`: for ever).
   *
   * @throws TENON_WASM_BLOCKED where nothing could ever happen; the reason of an aborted `signal`
   */
  wait(nanoseconds: bigint | undefined): void;
  /** Passes on what is left of the output, and ends the network. */
  close(): void;
}

/**
 * The capabilities that grants give.
 *
 * @throws TENON_GRANT_INVALID, TENON_OPTION_INVALID (a name or value of the environment)
 */
export function createCapabilities(options: WasiOptions): Capabilities {
  return new GrantedCapabilities(options);
}

class GrantedCapabilities implements Capabilities {
  readonly arguments: readonly string[];
  readonly environment: readonly (readonly [string, string])[];
  readonly clocks: Clocks;
  readonly input: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly folders: readonly GrantedFolder[];
  readonly #options: WasiOptions;
  readonly #access: NetworkAccess;
  #randomness: Randomness | undefined;
  #insecure: Randomness | undefined;
  #network: Network | undefined;

  constructor(options: WasiOptions) {
    const { grants } = options;
    this.#options = options;
    this.arguments = [options.name, ...(grants.arguments ?? [])].map(withoutNul);
    this.environment = Object.entries(grantedEnvironment(grants.environment, process.env));
    this.clocks = grants.clock === undefined ? new SystemClocks() : new FixedClocks(grants.clock);
    this.input = new Input(grants.input);
    this.folders = grantedFolders(grants.folders as Readonly<Record<string, string | FolderGrant>> | undefined);
    this.#access = new NetworkAccess(grants);
    ({ stdout: this.stdout, stderr: this.stderr } = outputs(options));
  }

  get listenAddresses() {
    return this.#access.listen;
  }

  get randomness(): Randomness {
    this.#randomness ??= this.#randomnessFor("random");
    return this.#randomness;
  }

  get insecureRandomness(): Randomness {
    this.#insecure ??= this.#randomnessFor("insecure");
    return this.#insecure;
  }

  get network(): Network {
    this.#network ??= new Network(this.#access, this.#options.waker);
    return this.#network;
  }

  wait(nanoseconds: bigint | undefined): void {
    this.#options.signal?.throwIfAborted();
    if (this.#network?.busy === true || this.#options.waker?.busy === true) {
      // The network takes real time, whatever the clocks show.
      const start = process.hrtime.bigint();
      this.network.wait(nanoseconds === undefined ? Number.POSITIVE_INFINITY : Number(nanoseconds) / 1e6);
      this.clocks.waited(process.hrtime.bigint() - start);
    } else {
      if (nanoseconds === undefined) throw neverWoken(this.#options.name);
      this.clocks.sleep(nanoseconds);
    }
  }

  close(): void {
    this.stdout.end();
    this.stderr.end();
    this.#network?.close();
    this.#network = undefined;
  }

  #randomnessFor(purpose: string): Randomness {
    const { seed } = this.#options.grants;
    return seed === undefined ? systemRandomness : new SeededRandomness(seed, purpose);
  }
}

function neverWoken(name: string) {
  return errors.TENON_WASM_BLOCKED({
    message: `${name} waits, with neither a clock nor anything of the network that could wake it`,
    subject: name,
  });
}

// C strings end at a NUL.
function withoutNul(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
