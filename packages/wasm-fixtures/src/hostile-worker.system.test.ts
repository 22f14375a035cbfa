import { describePlace } from "./hostile/describe-place.js";

// The same code lifts and lowers values in every place; only loading, stopping and limits differ.
describePlace("worker", (one) => one.places !== undefined || one.limits !== undefined || one.when === "open");
