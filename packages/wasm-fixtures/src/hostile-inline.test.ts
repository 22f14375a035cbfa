import { describePlace } from "./hostile/describe-place.js";

describePlace("inline");
