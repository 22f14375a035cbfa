/** A token of JavaScript. Comments and white space are none. */
export interface Token {
  readonly kind: "word" | "punctuator" | "literal";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether a line ends between it and the token before it. */
  readonly startsLine: boolean;
  /** The index of the bracket around it, or -1. */
  readonly around: number;
  /** For an opening bracket: the index of its closing bracket. */
  closing: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  readonly comments: readonly { readonly start: number; readonly end: number }[];
}

const pattern =
  /(?<space>[\t\v\f\r\n ]+)|(?<comment>\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)|(?<word>#?[A-Za-z_$][\w$]*)|(?<literal>"(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*"|'(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*'|(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?)n?)|(?<punctuator>\?\.(?!\d)|\.\.\.|=>|[=!]==?|>>>?=?|<<=?|\*\*=?|&&=?|\|\|=?|\?\?=?|\+\+|--|[-+*%&|^<>]=?|[=!~?:;,.(){}[\]@])/y;
const expression = /\/(?:[^\\/[\r\n]|\\[^\r\n]|\[(?:[^\]\\\r\n]|\\[^\r\n])*\])+\/[A-Za-z]*/y;
const quasi = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;

const closers: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "${": "}" };
/** After these words, a slash begins a regular expression; after the others, it divides. */
const beforeOperand = new Set("return typeof case in instanceof new delete void throw do else extends".split(" "));
/** After these, and after a closing brace, only a parser knows. */
const undecided = new Set("of yield await async let get set static default if while for with".split(" "));

/**
 * Splits ASCII text into tokens, or returns `undefined` where only a parser can say what the tokens are. What it returns is right if the text
 * is JavaScript.
 */
export function tokensOf(text: string): Tokens | undefined {
  const tokens: Token[] = [];
  const comments: { start: number; end: number }[] = [];
  const open: number[] = [];
  let startsLine = true;
  let at = 0;
  const add = (kind: Token["kind"], end: number) => {
    const around = open.at(-1) ?? -1;
    tokens.push({ kind, text: text.slice(at, end), start: at, end, startsLine, around, closing: -1 });
    startsLine = false;
    at = end;
  };
  /** Adds a part of a template, and enters what is inserted after it. Returns whether there is an end. */
  const template = (): boolean => {
    quasi.lastIndex = at + 1;
    if (!quasi.test(text)) return false;
    const end = quasi.lastIndex;
    const inserts = text[end - 1] === "{";
    add("literal", inserts ? end - 2 : end);
    if (inserts) {
      add("punctuator", end);
      open.push(tokens.length - 1);
    }
    return true;
  };
  while (at < text.length) {
    const character = text[at];
    if (character === "`") {
      if (!template()) return undefined;
      continue;
    }
    if (character === "/" && text[at + 1] !== "/" && text[at + 1] !== "*") {
      const begins = beginsExpression(tokens);
      if (begins === undefined) return undefined;
      expression.lastIndex = at;
      if (begins && !expression.test(text)) return undefined;
      if (begins) add("literal", expression.lastIndex);
      else add("punctuator", text[at + 1] === "=" ? at + 2 : at + 1);
      continue;
    }
    pattern.lastIndex = at;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const end = pattern.lastIndex;
    if (groups.space !== undefined || groups.comment !== undefined) {
      if (groups.comment !== undefined) comments.push({ start: at, end });
      startsLine ||= /[\r\n]/.test(groups.space ?? groups.comment ?? "");
      at = end;
    } else if (groups.punctuator === undefined) add(groups.word === undefined ? "literal" : "word", end);
    else if (character === ")" || character === "]" || character === "}") {
      const opening = tokens[open.pop() ?? -1];
      if (opening === undefined || closers[opening.text] !== character) return undefined;
      opening.closing = tokens.length;
      if (opening.text !== "${") add("punctuator", end);
      else if (!template()) return undefined;
    } else {
      add("punctuator", end);
      if (closers[groups.punctuator] !== undefined) open.push(tokens.length - 1);
    }
  }
  return open.length === 0 ? { tokens, comments } : undefined;
}

/** Whether a slash at the end of the tokens begins a regular expression; `undefined` if it may be either. */
function beginsExpression(tokens: readonly Token[]): boolean | undefined {
  const last = tokens.at(-1);
  if (last === undefined) return true;
  if (last.kind === "literal") return false;
  if (last.kind === "word") {
    if (undecided.has(last.text)) return undefined;
    return beforeOperand.has(last.text) && tokens.at(-2)?.text !== "." && tokens.at(-2)?.text !== "?.";
  }
  if (last.text === "]") return false;
  if (last.text !== ")") return ["}", "++", "--", "."].includes(last.text) ? undefined : true;
  const opening = tokens.findLast(({ closing }) => closing === tokens.length - 1);
  const before = tokens[tokens.indexOf(opening as Token) - 1];
  return before !== undefined && undecided.has(before.text) ? undefined : false;
}
