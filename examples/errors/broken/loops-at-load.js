for (;;);

export const price = (article) => article.length;
export const catalogue = () => "";
export const categories = () => [];
export const stock = () => 0;
export const recount = () => 0;
export const reorder = () => 0;
