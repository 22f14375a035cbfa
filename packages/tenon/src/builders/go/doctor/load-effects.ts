import type { GoLoadEffect } from "../../../errors/factories/go-doctor.js";
import type { GoFile } from "./go-file.js";
import type { Token } from "./go-tokens.js";

/** A call that affects the host while the plugin is loaded. */
export interface FoundEffect {
  readonly file: string;
  readonly line: number;
  /** As written: `os.Exit`, `go`. */
  readonly call: string;
  readonly effect: GoLoadEffect;
}

/** By import path: functions, as patterns of the whole name, and the effect of calling them while the plugin is loaded. */
const calls: Readonly<Record<string, readonly (readonly [RegExp, GoLoadEffect])[]>> = {
  os: [
    [/^Exit$/, "exit"],
    [/^(?:Setenv|Unsetenv|Clearenv|Chdir)$/, "share"],
  ],
  syscall: [[/^(?:Exit|Kill)$/, "exit"]],
  log: [
    [/^(?:Fatal|Panic)(?:f|ln)?$/, "exit"],
    [/^Set(?:Output|Flags|Prefix)$/, "share"],
  ],
  "log/slog": [[/^SetDefault$/, "share"]],
  "net/http": [
    [/^Handle(?:Func)?$/, "register"],
    [/^(?:ListenAndServe(?:TLS)?|Serve)$/, "run-on"],
  ],
  flag: [
    [/^(?:Bool|Duration|Float64|Func|BoolFunc|Int|Int64|String|TextVar|Uint|Uint64|Var|\w+Var)$/, "register"],
    [/^Parse$/, "share"],
  ],
  expvar: [[/^(?:Publish|New\w+)$/, "register"]],
  "database/sql": [[/^Register$/, "register"]],
  "encoding/gob": [[/^Register(?:Name)?$/, "register"]],
  "os/signal": [[/^(?:Notify|Ignore|Reset)$/, "share"]],
  "runtime/debug": [[/^Set\w+$/, "share"]],
  runtime: [[/^(?:GOMAXPROCS|LockOSThread)$/, "share"]],
  "github.com/prometheus/client_golang/prometheus": [[/^(?:MustRegister|Register)$/, "register"]],
  "github.com/prometheus/client_golang/prometheus/promauto": [[/^New\w+$/, "register"]],
  "github.com/spf13/pflag": [[/^(?:\w+)$/, "register"]],
  "go.uber.org/zap": [[/^ReplaceGlobals$/, "share"]],
};

/**
 * Finds what the files of a package do while it is initialised: calls in init functions, in the values of package variables,
 * and in functions of the package that these call by name.
 */
export function loadEffects(files: readonly GoFile[]): FoundEffect[] {
  const functions = new Map<string, { file: GoFile; body: readonly Token[] }>();
  const queue: { file: GoFile; body: readonly Token[] }[] = [];
  for (const file of files) {
    queue.push({ file, body: file.initializers });
    for (const { name, isMethod, body } of file.functions) {
      if (isMethod) continue;
      if (name === "init") queue.push({ file, body });
      else functions.set(name, { file, body });
    }
  }
  const effects: FoundEffect[] = [];
  for (const { file, body } of queue) {
    for (const [index, token] of body.entries()) {
      const found = effectAt(body, index, file);
      if (found !== undefined) effects.push({ file: file.path, line: token.line, ...found });
      const called = isCall(body, index) && body[index - 1]?.text !== "." ? functions.get(token.text) : undefined;
      if (called === undefined) continue;
      queue.push(called);
      functions.delete(token.text);
    }
  }
  return effects;
}

function effectAt(
  body: readonly Token[],
  index: number,
  file: GoFile,
): Pick<FoundEffect, "call" | "effect"> | undefined {
  const token = body[index];
  if (token?.kind !== "word" || body[index - 1]?.text === ".") return undefined;
  if (token.text === "go" && body[index + 1]?.kind === "word") return { call: "a goroutine", effect: "run-on" };
  if (token.text === "panic" && isCall(body, index)) return { call: "panic", effect: "panic" };
  const path = file.imports.get(token.text);
  const name = body[index + 2];
  if (path === undefined || body[index + 1]?.text !== "." || name === undefined || !isCall(body, index + 2))
    return undefined;
  const effect = calls[path]?.find(([pattern]) => pattern.test(name.text))?.[1];
  return effect === undefined ? undefined : { call: `${token.text}.${name.text}`, effect };
}

function isCall(body: readonly Token[], index: number): boolean {
  return body[index]?.kind === "word" && body[index + 1]?.text === "(" && body[index + 1]?.kind === "sign";
}
