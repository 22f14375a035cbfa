import { inexactInteger } from "./numbers.js";

const quote = 0x22;
const backslash = 0x5c;

/**
 * Counts the members of all objects in a text. `undefined` means that something in the text needs a closer look: half of a
 * surrogate pair, a number that may be inexact or too large, too many levels. It relies on `JSON.parse` for the syntax.
 */
export function countMembers(text: string, levels: number): number | undefined {
  let members = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(text, at + 1);
      if (end === -1) return undefined;
      at = end;
    } else if (code === 0x3a) members++;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > levels) return undefined;
    } else if (code === 0x5d || code === 0x7d) depth--;
    else if (isDigit(code)) {
      const end = endOfNumber(text, at);
      if (end === -1) return undefined;
      at = end;
    }
  }
  return members;
}

/** Returns where the closing quote is, or -1. */
function endOfString(text: string, begin: number): number {
  let search = begin + 24;
  for (let at = begin; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) {
      at++;
      // \uD800 to \uDFFF, which must be there in pairs.
      if (text.charCodeAt(at) !== 0x75 || (text.charCodeAt(at + 1) | 0x20) !== 0x64) continue;
      if (text.charCodeAt(at + 2) < 0x38) continue;
      if (!/^[89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]/.test(text.slice(at + 2, at + 9))) return -1;
      at += 10;
    } else if (at >= search) {
      // The engine finds the end of a long string faster, up to the next escape.
      const end = text.indexOf('"', at);
      if (end === -1) return -1;
      const escaped = text.slice(at, end).indexOf("\\");
      if (escaped === -1) return end;
      at += escaped - 1;
      search = at + 24 + escaped;
    }
  }
  return -1;
}

/** Returns where the last character of a number is, or -1 if it may be inexact or too large. */
function endOfNumber(text: string, begin: number): number {
  let end = endOfDigits(text, begin);
  let isWhole = true;
  if (text.charCodeAt(end) === 0x2e) {
    isWhole = false;
    end = endOfDigits(text, end + 1);
  }
  if ((text.charCodeAt(end) | 0x20) === 0x65) {
    const sign = text.charCodeAt(end + 1);
    end = endOfDigits(text, sign === 0x2b || sign === 0x2d ? end + 2 : end + 1);
    if (!Number.isFinite(Number(text.slice(begin, end)))) return -1;
  } else if (isWhole ? end - begin > 15 && inexactInteger(text.slice(begin, end)) : end - begin > 300) return -1;
  return end - 1;
}

function endOfDigits(text: string, begin: number): number {
  let end = begin;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
