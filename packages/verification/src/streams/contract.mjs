import { contract, t } from "tenon";

/** Streams of bytes and of numbers, both ways. */
export const flow = contract("verification:flow@1.0.0", {
  exports: {
    writeBytes: t.func([["size", t.u64]], t.stream(t.u8), { async: true }),
    readBytes: t.func([["data", t.stream(t.u8)]], t.u64, { async: true }),
    writeNumbers: t.func([["count", t.u32]], t.stream(t.u32), { async: true }),
    readNumbers: t.func([["numbers", t.stream(t.u32)]], t.u64, { async: true }),
  },
});
