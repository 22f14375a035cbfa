import { readWasm, type WasmModule } from "../../binary/wasm/index.js";
import { type Contract, contractFromJson, contractFromWit } from "../../contract/index.js";
import { contractWithForms } from "../../contract/model/component-contract.js";
import { contractOfComponent, contractOfComponentType } from "../../program/component-contract.js";
import { readRecent } from "../../runtime/recent-contracts.js";
import { commandContract } from "./command/contract.js";
import { extismContract } from "./extism/index.js";
import { isRuntimeInterface } from "./linking/guest-interfaces.js";
import { kindOf } from "./modules/artifact-kind.js";
import { parseComponent } from "./modules/parsed-component.js";

const contractSection = "tenon:contract";

/**
 * Returns the contract that a WebAssembly file carries: the types of a component, the text in a section `tenon:contract`, the
 * section `component-type*` that binding generators write to core modules, or the contract that all commands have.
 *
 * @param host the host's contract. It supplies the name of the package, which a component's binary form does not contain.
 * @throws TENON_BINARY_MALFORMED, TENON_COMPONENT_INVALID, TENON_CONTRACT_SYNTAX, TENON_CONTRACT_INVALID,
 * TENON_CONTRACT_UNSUPPORTED
 */
export function contractOfWasm(bytes: Uint8Array, host: Contract | undefined): Contract | undefined {
  const file = readWasm(bytes);
  const section = file.customSection(contractSection);
  const written = section && contractFromText(new TextDecoder().decode(section));
  // A component is what its types say; the text in its section only names the package.
  if (file.kind === "component") {
    const own = contractOfOwnTypes(bytes, written ?? host);
    // The host decides what its values are: it may call a map what the plugin's own WIT calls a list of pairs.
    return host === undefined ? own : contractWithForms(own, host);
  }
  if (written !== undefined) return written;
  switch (kindOf(file)) {
    case "command":
      return commandContract;
    case "extism":
      return extismContract(file, host);
    default:
      return contractOfTypes(file, host);
  }
}

const ownTypes = new WeakMap<Uint8Array, WeakMap<object, Contract>>();
const noHost = {};

/**
 * Returns the contract of a component's own types, whatever its sections say, with the host's maps, JSON and open enums where
 * the component has a form of them. Cached for the same bytes and host.
 */
export function contractOfOwnTypes(bytes: Uint8Array, host: Contract | undefined): Contract {
  let known = ownTypes.get(bytes);
  if (known === undefined) ownTypes.set(bytes, (known = new WeakMap()));
  let contract = known.get(host ?? noHost);
  if (contract === undefined) {
    contract = contractOfComponent(parseComponent(bytes).type, { host, without: belongsToRuntime });
    if (host !== undefined) contract = contractWithForms(contract, host);
    known.set(host ?? noHost, contract);
  }
  return contract;
}

function contractOfTypes(module: WasmModule, host: Contract | undefined): Contract | undefined {
  const section = module.sections.find(({ name }) => name?.startsWith("component-type") === true);
  if (section === undefined) return undefined;
  const content = module.bytes.subarray(section.offset, section.offset + section.size);
  return contractOfComponentType(content, { host, without: belongsToRuntime });
}

/** Whether an interface belongs to the runtime. The WASI interfaces that commands and servers export do not. */
function belongsToRuntime(name: string, direction: "import" | "export"): boolean {
  return direction === "import" ? isRuntimeInterface(name) : name.startsWith("tenon:guest/");
}

function contractFromText(text: string): Contract {
  return readRecent(text, () => (text.trimStart().startsWith("{") ? contractFromJson(text) : contractFromWit(text)));
}
