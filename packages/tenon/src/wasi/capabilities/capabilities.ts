import { blockedForever } from "../../errors/factories/wasm-call.js";
import { NetworkAccess } from "../../grants/network/access.js";
import { grantedEnvironment } from "../../runtime/granted-environment.js";
import type { FolderGrant } from "../../runtime/index.js";
import { type GrantedFolder, grantedFolders } from "../files/granted-folders.js";
import { Network } from "../network/network.js";
import { type Clocks, FixedClocks, SystemClocks } from "./clocks.js";
import { GivenInput, type Input } from "./input.js";
import type { WasiOptions } from "./options.js";
import { noticed, type Output, outputs } from "./output.js";
import { type Randomness, SeededRandomness, systemRandomness } from "./randomness.js";
import { pipedOutput } from "./standard-streams.js";

/**
 * What one plugin may reach of the system: its grants, in usable form. Both versions of WASI are built on it and access the
 * system in no other way. If nothing is granted, nothing can be reached.
 */
export interface Capabilities {
  /** The program's name, followed by its arguments. */
  readonly arguments: readonly string[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly clocks: Clocks;
  readonly randomness: Randomness;
  /** Randomness that need not be secure, for example for hash tables. */
  readonly insecureRandomness: Randomness;
  readonly input: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly folders: readonly GrantedFolder[];
  /** The addresses on which the program may listen. */
  readonly listenAddresses: readonly { readonly address: string; readonly port: number }[];
  /** Started when first used. */
  readonly network: Network;
  /**
   * Blocks this thread until something happens in the network, or until `nanoseconds` have passed (`undefined`: no limit).
   *
   * @throws TENON_WASM_BLOCKED if nothing could ever wake it; the reason of an aborted `signal`
   */
  wait(nanoseconds: bigint | undefined): void;
  /** Flushes the output, and closes the network. */
  close(): void;
}

/**
 * Creates the capabilities for grants.
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
    const { grants, settings = {} } = options;
    this.#options = options;
    this.arguments = [options.name, ...(settings.arguments ?? [])].map(withoutNul);
    this.environment = Object.entries(grantedEnvironment(grants.environment, process.env));
    this.clocks = settings.clock === undefined ? new SystemClocks() : new FixedClocks(settings.clock);
    this.input = options.streams?.stdin ?? new GivenInput(settings.input);
    this.folders = grantedFolders(grants.folders as Readonly<Record<string, string | FolderGrant>> | undefined);
    this.#access = new NetworkAccess(grants);
    const { streams } = options;
    const logged = streams === undefined ? outputs(options) : undefined;
    this.stdout = logged?.stdout ?? pipedOutput(streams!.stdout, () => this.network);
    const stderr = logged?.stderr ?? pipedOutput(streams!.stderr, () => this.network);
    this.stderr = options.noticeErrors === undefined ? stderr : noticed(stderr, options.noticeErrors);
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
      // Waiting for the network takes real time, even if the clocks are fixed.
      const start = process.hrtime.bigint();
      this.network.wait(nanoseconds === undefined ? Number.POSITIVE_INFINITY : Number(nanoseconds) / 1e6);
      this.clocks.waited(process.hrtime.bigint() - start);
    } else {
      if (nanoseconds === undefined) throw blockedForever(this.#options.name);
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
    const { seed } = this.#options.settings ?? {};
    return seed === undefined ? systemRandomness : new SeededRandomness(seed, purpose);
  }
}

// C strings end at a NUL.
function withoutNul(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
