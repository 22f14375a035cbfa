import type { ContentCodec } from "./content.js";
import { wire } from "./reader.js";
import type { ElementCodec } from "./scalars.js";

/** The messages of google/protobuf/wrappers.proto: one value, in field 1. Unknown fields are left out. */
export function wrapperContent(element: ElementCodec): ContentCodec {
  const tag = (1 << 3) | element.wire;
  return {
    write(writer, value) {
      if (element.isInitial(value)) return;
      writer.uint32(tag);
      element.write(writer, value);
    },
    read(reader, previous, group) {
      let value = previous ?? element.initial;
      reader.enter();
      reader.spend(1);
      for (;;) {
        if (reader.at >= reader.end) {
          if (group !== 0) throw reader.cut();
          break;
        }
        const kind = reader.tag();
        if (reader.number === 1 && kind === element.wire) value = element.read(reader);
        else if (kind === wire.groupEnd && reader.number === group) break;
        else reader.skip(kind);
      }
      reader.leave();
      return value instanceof Uint8Array && value.byteLength === 0 ? new Uint8Array(0) : value;
    },
  };
}

/** google.protobuf.Empty where it stands for "no value". Unknown fields are left out. */
export const emptyContent: ContentCodec = {
  write() {},
  read(reader, _previous, group) {
    reader.enter();
    for (;;) {
      if (reader.at >= reader.end) {
        if (group !== 0) throw reader.cut();
        break;
      }
      const kind = reader.tag();
      if (kind === wire.groupEnd && reader.number === group) break;
      reader.skip(kind);
    }
    reader.leave();
    return null;
  },
};
