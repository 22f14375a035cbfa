// Loads and fits, but each function fails in its own way.
let host;
export const activate = ({ imports }) => {
  host = imports;
};

export function price(article) {
  if (article === "oak") return "twelve";
  return article.dimensions.height;
}

export const catalogue = (kibibytes) => "x".repeat(kibibytes * 1024);

export function categories() {
  const wood = [];
  wood.push(wood);
  return wood;
}

export const stock = () => new Promise(() => {});

export function recount() {
  for (;;);
}

export const reorder = () => host.fetchPrice("oak");
