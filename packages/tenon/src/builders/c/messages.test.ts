import { expect, test } from "vitest";
import { errorsIn, sourceError } from "./messages.js";

test("an error is shown with the notes that follow it, and a warning's notes are not", () => {
  const output = `/p/a.c:9:1: warning: unused variable 'x' [-Wunused-variable]
/p/a.c:9:1: note: about the warning
/p/a.c:5:6: error: conflicting types for 'plugin_greet'
/p/plugin.h:12:13: note: previous declaration is here
/p/a.c:7:2: error: use of undeclared identifier 'y' [-Wx]`;
  expect(sourceError(errorsIn(output), "/p").message).toBe(
    `/p/a.c:5:6: conflicting types for 'plugin_greet'
  note: /p/plugin.h:12:13: previous declaration is here
/p/a.c:7:2: use of undeclared identifier 'y'`,
  );
});
