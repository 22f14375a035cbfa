const prices = JSON.parse("{ oak: 12 }");

export const price = (article) => prices[article];
export const catalogue = () => "";
export const categories = () => [];
export const stock = () => 0;
export const recount = () => 0;
export const reorder = () => 0;
