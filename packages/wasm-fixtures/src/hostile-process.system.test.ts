import { describePlace } from "./hostile/describe-place.js";

// What a process adds is that it can be stopped.
describePlace("process", ({ places }) => places !== undefined);
