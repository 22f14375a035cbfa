addEventListener("fetch", (event) => event.respondWith(answer(event.request)));

async function answer(request) {
  const { pathname, search } = new URL(request.url);
  if (pathname === "/echo") return new Response(request.body, { headers: { "x-method": request.method } });
  if (pathname === "/count") return new Response(`${(await request.arrayBuffer()).byteLength}`);
  if (pathname === "/fail") throw new Error("of the inside");
  return new Response(`${request.method} ${pathname}${search}`, {
    status: 201,
    headers: { "content-type": "text/plain" },
  });
}
