export function price(article: string) {
  return article.length *;
}
