/** Lets Node follow the imports of the pages, which begin at the root of their origin: /shared/… and /config.js. */
import { register } from "node:module";

register("./origin-hooks.js", import.meta.url);
