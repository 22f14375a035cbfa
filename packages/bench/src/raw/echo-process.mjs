// Plain framed messages over stdio: length, number, two operands; length, number, sum.
let rest = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
  while (rest.length >= 16) {
    const answer = Buffer.allocUnsafe(12);
    answer.writeUInt32LE(8, 0);
    answer.writeUInt32LE(rest.readUInt32LE(4), 4);
    answer.writeInt32LE((rest.readInt32LE(8) + rest.readInt32LE(12)) | 0, 8);
    rest = rest.subarray(16);
    process.stdout.write(answer);
  }
});
process.stdin.on("end", () => process.exit());
