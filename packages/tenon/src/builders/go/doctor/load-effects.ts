import type { GoFile } from "./go-file.js";
import type { Token } from "./go-tokens.js";

/** Something that is done while a plugin is loaded. */
export interface LoadEffect {
  readonly file: string;
  readonly line: number;
  /** As written: `os.Exit`, `go`. */
  readonly what: string;
  readonly severity: "error" | "warning";
  readonly why: string;
}

const ends = { severity: "error", why: "it ends the host's process" } as const;
const twice = {
  severity: "warning",
  why: "it panics when the same name is registered a second time in the process",
} as const;
const shared = { severity: "warning", why: "it changes what the whole process shares" } as const;
const stays = { severity: "warning", why: "it goes on for ever, since a plugin cannot be unloaded" } as const;

type Rule = Pick<LoadEffect, "severity" | "why">;

/** By import path: functions, as patterns of the whole name, and what is wrong with calling them at load. */
const calls: Readonly<Record<string, readonly (readonly [RegExp, Rule])[]>> = {
  os: [
    [/^Exit$/, ends],
    [/^(?:Setenv|Unsetenv|Clearenv|Chdir)$/, shared],
  ],
  syscall: [[/^(?:Exit|Kill)$/, ends]],
  log: [
    [/^(?:Fatal|Panic)(?:f|ln)?$/, ends],
    [/^Set(?:Output|Flags|Prefix)$/, shared],
  ],
  "log/slog": [[/^SetDefault$/, shared]],
  "net/http": [
    [/^Handle(?:Func)?$/, twice],
    [/^(?:ListenAndServe(?:TLS)?|Serve)$/, stays],
  ],
  flag: [
    [/^(?:Bool|Duration|Float64|Func|BoolFunc|Int|Int64|String|TextVar|Uint|Uint64|Var|\w+Var)$/, twice],
    [/^Parse$/, shared],
  ],
  expvar: [[/^(?:Publish|New\w+)$/, twice]],
  "database/sql": [[/^Register$/, twice]],
  "encoding/gob": [[/^Register(?:Name)?$/, twice]],
  "os/signal": [[/^(?:Notify|Ignore|Reset)$/, shared]],
  "runtime/debug": [[/^Set\w+$/, shared]],
  runtime: [[/^(?:GOMAXPROCS|LockOSThread)$/, shared]],
  "github.com/prometheus/client_golang/prometheus": [[/^(?:MustRegister|Register)$/, twice]],
  "github.com/prometheus/client_golang/prometheus/promauto": [[/^New\w+$/, twice]],
  "github.com/spf13/pflag": [[/^(?:\w+)$/, twice]],
  "go.uber.org/zap": [[/^ReplaceGlobals$/, shared]],
};

/**
 * What the files of one package do while it is initialised: calls in init functions, in the values of package variables,
 * and in functions of the package that these call by name.
 */
export function loadEffects(files: readonly GoFile[]): LoadEffect[] {
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
  const effects: LoadEffect[] = [];
  for (const { file, body } of queue) {
    for (const [index, token] of body.entries()) {
      const effect = effectAt(body, index, file);
      if (effect !== undefined) effects.push({ file: file.path, line: token.line, ...effect });
      const called = isCall(body, index) && body[index - 1]?.text !== "." ? functions.get(token.text) : undefined;
      if (called === undefined) continue;
      queue.push(called);
      functions.delete(token.text);
    }
  }
  return effects;
}

function effectAt(body: readonly Token[], index: number, file: GoFile): (Rule & { what: string }) | undefined {
  const token = body[index];
  if (token?.kind !== "word" || body[index - 1]?.text === ".") return undefined;
  if (token.text === "go" && body[index + 1]?.kind === "word") return { what: "a goroutine", ...stays };
  if (token.text === "panic" && isCall(body, index))
    return { what: "panic", severity: "warning", why: "it makes plugin.Open panic in the host" };
  const path = file.imports.get(token.text);
  const name = body[index + 2];
  if (path === undefined || body[index + 1]?.text !== "." || name === undefined || !isCall(body, index + 2))
    return undefined;
  const rule = calls[path]?.find(([pattern]) => pattern.test(name.text))?.[1];
  return rule === undefined ? undefined : { what: `${token.text}.${name.text}`, ...rule };
}

function isCall(body: readonly Token[], index: number): boolean {
  return body[index]?.kind === "word" && body[index + 1]?.text === "(" && body[index + 1]?.kind === "sign";
}
