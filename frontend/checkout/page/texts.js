/** Chooses the language: the one that the payer or the shop asked for, else the browser's. */
import { recall, remember } from "/shared/storage.js";
import { options } from "./options.js";
import { texts as english } from "./texts/en.js";

const LANGUAGES = ["en", "hi"];
const SLOT = "language";

/** @returns {string} */
function choose() {
  const wanted = [recall(SLOT), options.locale, navigator.language];
  const known = wanted.map((each) => String(each).slice(0, 2)).find((each) => LANGUAGES.includes(each));
  return known ?? "en";
}

export const language = choose();
document.documentElement.lang = language;

export const texts = language === "hi" ? (await import("./texts/hi.js")).texts : english;

/** Shows the page in the other language. A payment under way goes on, as after any reload. */
export function switchLanguage() {
  remember(SLOT, language === "hi" ? "en" : "hi");
  location.reload();
}
