const FRONTEND = new URL("../../../frontend/", import.meta.url);

/** Answers as the published site would: /config.js is of this origin, and so is /shared/. */
export function resolve(specifier, context, nextResolve) {
  if (specifier === "/config.js") return nextResolve(new URL("shared/config.js", FRONTEND).href, context);
  if (specifier.startsWith("/shared/")) return nextResolve(new URL(specifier.slice(1), FRONTEND).href, context);
  return nextResolve(specifier, context);
}
