import { ValuePosition } from "../../contract/formats/value-json/value-position.js";
import { argumentInvalid } from "../../errors/factories/command-argument.js";
import { didYouMean } from "../../runtime/nearest.js";
import { bytesForm } from "./argument-form.js";
import { bytesOfText } from "./bytes.js";
import { referenceArgument } from "./streams.js";

/** Returns the position of an argument on the command line. @param form how to write the whole argument */
export function argumentPosition(argument: string, form: string): ValuePosition {
  return new ValuePosition({
    bytes: bytesOfText,
    bytesForm,
    reference: referenceArgument,
    near: didYouMean,
    error: (path, problem, fix, cause) =>
      argumentInvalid(
        path === "" ? argument : `${argument} at ${path}`,
        problem,
        fix ?? `Write the argument as ${form}.`,
        cause,
      ),
  });
}
