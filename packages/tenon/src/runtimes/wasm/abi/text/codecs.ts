import type { CanonicalOptions } from "../code/options.js";
import type { TextCodec } from "./codec.js";
import { latin1OrUtf16 } from "./latin1-or-utf16.js";
import { utf8 } from "./utf8.js";
import { utf16 } from "./utf16.js";

export const textCodecs: Readonly<Record<CanonicalOptions["stringEncoding"], TextCodec>> = {
  utf8,
  utf16,
  "latin1+utf16": latin1OrUtf16,
};
