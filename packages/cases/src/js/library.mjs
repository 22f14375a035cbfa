/**
 * Returns the text of a CommonJS package of the size and kind of lodash: one file of about 1 KiB for each function, whose
 * functions are made when it is loaded.
 *
 * @param {number} functions
 */
export function library(functions) {
  const comment = "// What it does is described here, at length.\n";
  const one = (/** @type {number} */ index) =>
    `function f${index}(value) {\n  ${comment}  var result = "ü${index}";\n${`  if (value === "${"x".repeat(40)}") result += String(value).length;\n`.repeat(12)}  return result + value;\n}\nexports.f${index} = f${index};\n`;
  return `;(function () {\n${Array.from({ length: functions }, (_, index) => one(index)).join("")}}).call(this);\n`;
}
