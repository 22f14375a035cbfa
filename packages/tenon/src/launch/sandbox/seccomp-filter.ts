import { assemble, decisions, type Instruction, seccompData } from "./bpf.js";
import {
  checkedCalls,
  type FilterArchitecture,
  forbiddenCalls,
  hiddenCalls,
  newestCall,
  numberOf,
} from "./system-calls.js";

/** Source: Linux, include/uapi/linux/audit.h. */
const auditArchitectures: Readonly<Record<FilterArchitecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };
/** Calls with this bit take pointers of 32 bits: the x32 ABI. */
const x32Bit = 0x40000000;

const errors = { permission: 1, noSuchCall: 38, familyNotSupported: 97 } as const;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const newNamespaces = 0x7e020000;
/** TIOCSTI, TIOCLINUX, TIOCSETD, TIOCCONS: they act on a terminal that others use. */
const terminalRequests = [0x5412, 0x541c, 0x5423, 0x541d];
/** S_ISUID and S_ISGID. A plugin whose host is root could leave a program in a granted folder that runs as root. */
const setIdBits = 0o6000;
/** What tells a device apart from the other kinds of files. */
const kindMask = 0o170000;
const deviceKinds = [0o020000, 0o060000];

const families = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
const typeMask = 0xf;
const rawSocket = 3;
const netlinkRoute = 0;

/**
 * Returns the filter of system calls for plugins, for the kernel: a program of classic BPF. What it refuses fails with EPERM; what
 * is newer than it, with ENOSYS. Calls of another architecture end the process.
 */
export function seccompFilter(architecture: FilterArchitecture): Uint8Array {
  const { number } = seccompData;
  return assemble([
    { load: seccompData.architecture },
    { if: "equal", value: auditArchitectures[architecture], yes: "native" },
    { return: decisions.killProcess },
    { label: "native" },
    { load: number },
    ...(architecture === "x64" ? unless("x32", { if: "anyBit", value: x32Bit }, decisions.killProcess) : []),
    ...unless("newer", { if: "above", value: newestCall }, decisions.fail(errors.noSuchCall)),
    ...Object.entries(forbiddenCalls).flatMap(([name, numbers]) =>
      refuse(name, numberOf(numbers, architecture), errors.permission),
    ),
    ...Object.entries(hiddenCalls).flatMap(([name, numbers]) =>
      refuse(name, numberOf(numbers, architecture), errors.noSuchCall),
    ),
    ...(Object.keys(checkedCalls) as (keyof typeof checkedCalls)[]).flatMap((name) => {
      const call = numberOf(checkedCalls[name], architecture);
      if (call === undefined) return [];
      // Each block ends in a decision, so the next one starts with the number still loaded.
      return [
        { if: "equal", value: call, no: `after ${name}` } as const,
        ...checks[name](),
        { label: `after ${name}` },
      ];
    }),
    { return: decisions.allow },
  ]);
}

const allowed: Instruction = { return: decisions.allow };
const refused: Instruction = { return: decisions.fail(errors.permission) };

/** What becomes of a call by its parameters; each ends in a decision. */
const checks: Readonly<Record<keyof typeof checkedCalls, () => readonly Instruction[]>> = {
  clone: () => [parameter(0), ...unless("namespaces", { if: "anyBit", value: newNamespaces }), allowed],
  // 0 is Linux's own, and all bits only ask.
  personality: () => [
    parameter(0),
    { if: "equal", value: 0, yes: "personality allowed" },
    { if: "equal", value: 0xffffffff, yes: "personality allowed" },
    refused,
    { label: "personality allowed" },
    allowed,
  ],
  ioctl: () => [
    parameter(1),
    ...terminalRequests.flatMap((value) => unless(`terminal ${value}`, { if: "equal", value })),
    allowed,
  ],
  socket: () => [
    parameter(0),
    { if: "equal", value: families.unix, yes: "socket allowed" },
    { if: "equal", value: families.netlink, yes: "netlink" },
    { if: "equal", value: families.inet, yes: "internet" },
    { if: "equal", value: families.inet6, yes: "internet" },
    { return: decisions.fail(errors.familyNotSupported) },
    { label: "netlink" },
    parameter(2),
    { if: "equal", value: netlinkRoute, yes: "socket allowed" },
    { return: decisions.fail(errors.familyNotSupported) },
    { label: "internet" },
    parameter(1),
    { and: typeMask },
    ...unless("raw socket", { if: "equal", value: rawSocket }),
    { label: "socket allowed" },
    allowed,
  ],
  socketpair: () => [
    parameter(0),
    { if: "equal", value: families.unix, yes: "pair allowed" },
    { return: decisions.fail(errors.familyNotSupported) },
    { label: "pair allowed" },
    allowed,
  ],
  chmod: () => noSetId("chmod", 1),
  fchmod: () => noSetId("fchmod", 1),
  fchmodat: () => noSetId("fchmodat", 2),
  fchmodat2: () => noSetId("fchmodat2", 2),
  creat: () => noSetId("creat", 1),
  // Without O_CREAT, the mode is whatever is in the register.
  open: () => [...created("open", 1), ...noSetId("open", 2)],
  openat: () => [...created("openat", 2), ...noSetId("openat", 3)],
  mkdir: () => noSetId("mkdir", 1),
  mkdirat: () => noSetId("mkdirat", 2),
  mknod: () => noDevice("mknod", 1),
  mknodat: () => noDevice("mknodat", 2),
};

/** O_CREAT and O_TMPFILE, the same on both architectures. */
const creates = 0o100 | 0o20000000;

function created(name: string, flags: number): readonly Instruction[] {
  return [
    parameter(flags),
    { if: "anyBit", value: creates, yes: `${name} creates` },
    allowed,
    { label: `${name} creates` },
  ];
}

function noSetId(name: string, mode: number): readonly Instruction[] {
  return [parameter(mode), ...unless(`set-id by ${name}`, { if: "anyBit", value: setIdBits }), allowed];
}

function noDevice(name: string, mode: number): readonly Instruction[] {
  return [
    parameter(mode),
    ...unless(`set-id by ${name}`, { if: "anyBit", value: setIdBits }),
    { and: kindMask },
    ...deviceKinds.flatMap((value) => unless(`device ${value} by ${name}`, { if: "equal", value })),
    allowed,
  ];
}

function parameter(index: number): Instruction {
  return { load: seccompData.parameter(index) };
}

/** Returns a decision if the condition holds, and goes on otherwise. */
function unless(
  label: string,
  condition: { readonly if: "equal" | "above" | "anyBit"; readonly value: number },
  decision: number = decisions.fail(errors.permission),
): readonly Instruction[] {
  return [{ ...condition, no: `not ${label}` }, { return: decision }, { label: `not ${label}` }];
}

function refuse(name: string, call: number | undefined, error: number): readonly Instruction[] {
  return call === undefined ? [] : unless(name, { if: "equal", value: call }, decisions.fail(error));
}
