export { compileDecoder, type Decoder } from "./decode.js";
export { compileEncoder, type Encoder } from "./encode.js";
export { Reader, Unreadable } from "./reader.js";
export { noReferences, type References } from "./references.js";
export { blobBytes, noBlobs, TooLarge, Unencodable, Writer } from "./writer.js";
