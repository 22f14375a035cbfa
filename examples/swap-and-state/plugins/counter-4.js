// Version 4 was saved in the middle of a change: increment is missing.
export const version = () => "4";
