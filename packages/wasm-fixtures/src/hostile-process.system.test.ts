import { describePlace } from "./hostile/describe-place.js";

// A process differs from a worker only in how it is stopped.
describePlace("process", ({ places }) => places !== undefined);
