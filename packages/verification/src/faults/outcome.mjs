/**
 * What a campaign found.
 *
 * @typedef {object} Outcome
 * @property {string} what
 * @property {number} times
 * @property {number} calls
 * @property {number} lost calls without an answer or a rejection, with a wrong answer, or whose effect is missing
 * @property {number} doubled calls that ran more than once
 * @property {number} rejected calls that ran and were rejected, or were rejected without reason
 * @property {string} note
 */
export {};
