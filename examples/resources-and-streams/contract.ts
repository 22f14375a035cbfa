import { contract, t } from "tenon";

/** A resource of the host: a bar on its screen. Plugins receive one and advance it. */
const ProgressBar = t.resource("progress-bar", {
  methods: { advance: t.func([["by", t.u32]]) },
});

/** A resource of the plugin: a position in a table. Rows stay in the plugin until the host asks for them. */
const Cursor = t.resource("cursor", {
  constructs: [["csv", t.string]],
  methods: {
    next: t.func([], t.option(t.list(t.string))),
    skip: t.func([["rows", t.u32]], t.u32),
  },
  statics: { open: t.func([], t.u32) },
});

export const table = contract("demo:table@1.0.0", {
  imports: { screen: t.interface({ ProgressBar }) },
  exports: {
    tables: t.interface({
      Cursor,
      /** Borrows the host's bar: it may be used until the call ends. */
      countRows: t.func(
        [
          ["csv", t.string],
          ["bar", t.borrow(ProgressBar)],
        ],
        t.u32,
        { async: true },
      ),
    }),
    /** Bytes travel in chunks, and the reader sets the pace. */
    generate: t.func([["rows", t.u32]], t.stream(t.u8)),
    generated: t.func([], t.u32),
    checksum: t.func([["data", t.stream(t.u8)]], t.string, { async: true }),
  },
});
