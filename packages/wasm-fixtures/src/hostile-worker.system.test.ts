import { describePlace } from "./hostile/describe-place.js";

// Values are lifted and lowered by the same code in every place; what differs is loading, stopping and limits.
describePlace("worker", (one) => one.places !== undefined || one.limits !== undefined || one.when === "open");
