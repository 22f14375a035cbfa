import type { TenonError } from "../error.js";
import { errors } from "../errors.js";

/** Why the system cannot start a program. Paths are those of the file that was found. */
export type ProgramProblem =
  | { readonly is: "missing"; readonly path: string }
  | { readonly is: "not on the path"; readonly folders: string }
  | { readonly is: "a folder" | "no file" | "empty" | "damaged" | "no program"; readonly path: string }
  | { readonly is: "a shared library"; readonly path: string }
  /** `mode`: "644". */
  | { readonly is: "not executable" | "forbidden"; readonly path: string; readonly mode: string }
  /** `made`: "Windows", "AArch64". */
  | { readonly is: "for another system"; readonly path: string; readonly made: string }
  /** `type`: "relocatable". */
  | { readonly is: "another ELF file"; readonly path: string; readonly type: string }
  | { readonly is: "without its loader"; readonly path: string; readonly loader: string }
  | { readonly is: "without its interpreter"; readonly path: string; readonly interpreter: string }
  | { readonly is: "with CR LF" | "without an interpreter's name"; readonly path: string };

const here = `${process.platform} on ${process.arch}`;
const again = "Build it again, or copy it again.";

/** The system cannot start a program, for a reason that is in its file. */
export function programUnusable(command: string, problem: ProgramProblem, cause?: unknown): TenonError {
  const { problem: text, fix, run } = wording(problem);
  return errors.TENON_PLACE_START({
    message: `the program ${command} cannot be started: ${text}`,
    subject: command,
    ...(cause === undefined ? {} : { cause }),
    fix: run === undefined ? { text: fix } : { text: fix, command: run },
  });
}

interface Wording {
  readonly problem: string;
  readonly fix: string;
  /** The fix as a command. */
  readonly run?: string;
}

function wording(found: ProgramProblem): Wording {
  switch (found.is) {
    case "missing":
      return { problem: `no such file: ${found.path}`, fix: "Check its path, and build or install it." };
    case "not on the path":
      return {
        problem: `it is in none of the folders of PATH: ${found.folders}`,
        fix: "Install it, name it by its full path, or grant the variable PATH with its folder.",
      };
    case "a folder":
      return { problem: `${found.path} is a folder`, fix: "Name the program inside the folder." };
    case "no file":
      return { problem: `${found.path} is neither a file nor a link to one`, fix: "Name a program file." };
    case "empty":
      return { problem: `${found.path} is empty`, fix: again };
    case "damaged":
      return { problem: `${found.path} is a damaged ELF file`, fix: again };
    case "no program":
      return {
        problem: `${found.path} is no program: its first bytes are those of no format that Linux runs`,
        fix: `Name a program for ${here}, or a script that starts with #! and its interpreter.`,
      };
    case "a shared library":
      return { problem: `${found.path} is a shared library`, fix: "Name a program, or build one from it." };
    case "not executable":
      return runs(`${found.path} is not executable (mode ${found.mode})`, `chmod +x ${word(found.path)}`);
    case "forbidden":
      return {
        problem: `${found.path} may not be executed by this user (mode ${found.mode})`,
        fix: "Check who owns it, and that its file system is not mounted with noexec.",
      };
    case "for another system":
      return {
        problem: `${found.path} is a program for ${found.made}, and this system is ${here}`,
        fix: `Build it for ${here}.`,
      };
    case "another ELF file":
      return { problem: `${found.path} is no program, but another ELF file (${found.type})`, fix: "Link it first." };
    case "without its loader":
      return {
        problem: `${found.path} needs the loader ${found.loader}, which this system does not have`,
        fix: found.loader.includes("ld-musl-")
          ? "It was built for musl (Alpine Linux): build it for this system or statically, or install musl."
          : "It was built for another Linux: build it for this system or statically, or install its C library.",
      };
    case "without its interpreter":
      return {
        problem: `${found.path}, line 1: the interpreter ${found.interpreter} is missing, or is no program`,
        fix: `Install ${found.interpreter}, or name the one that this system has, such as #!/usr/bin/env NAME.`,
      };
    case "without an interpreter's name":
      return { problem: `${found.path}, line 1: no interpreter after #!`, fix: "Name one, such as #!/bin/sh." };
    case "with CR LF":
      return runs(
        `${found.path}, line 1: it ends with CR LF, which Linux takes for a part of the interpreter's name`,
        `sed -i 's/\\r$//' ${word(found.path)}`,
      );
  }
}

function runs(problem: string, run: string): Wording {
  return { problem, fix: `Run: ${run}`, run };
}

/** A path as a word of a shell. */
function word(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** A program may not connect there. `target`: "example.com:443". `addresses`: what its name resolves to, if that is why. */
export function networkDenied(plugin: string, target: string, addresses: readonly string[]): TenonError {
  const why =
    addresses.length > 0
      ? `: a granted pattern covers the name, but it resolves to ${addresses.join(", ")}, which is not public`
      : "";
  return errors.TENON_NETWORK_DENIED({
    message: `plugin ${plugin} may not connect to ${target}${why}`,
    subject: target,
    fix: { text: `Grant it, if the plugin should: grants: { network: ["${target}"] }.` },
  });
}
