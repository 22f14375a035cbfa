// Sends back what comes over stdin: a length, then so many bytes.
import { receiveBytes, sendBytes } from "./framed-bytes.mjs";

receiveBytes(process.stdin, (bytes) => sendBytes(process.stdout, bytes));
process.stdin.on("end", () => process.exit());
