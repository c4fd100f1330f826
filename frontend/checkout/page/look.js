/** Gives the page the merchant's colour, with a text on it that can be read. */

/** The share of light that a channel gives, as in WCAG's relative luminance. @param {string} hex */
function light(hex) {
  const value = Number.parseInt(hex, 16) / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** @param {string} color "#rrggbb" */
function luminance(color) {
  const [red = "", green = "", blue = ""] = color.slice(1).match(/../g) ?? [];
  return 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
}

/** Returns the colour of a text on this colour: the one of black and white with more contrast. @param {string} color */
export const textOn = (color) => (luminance(color) > 0.179 ? "#000000" : "#ffffff");

/** Sets the accent, unless the text is no colour. @param {string | null | undefined} color */
export function paint(color) {
  if (!color || !/^#[0-9a-f]{6}$/i.test(color)) return;
  const { style } = document.documentElement;
  style.setProperty("--accent", color);
  style.setProperty("--accent-hover", color);
  style.setProperty("--on-accent", textOn(color));
  style.setProperty("--accent-text", "var(--text)");
  style.setProperty("--accent-soft", "var(--sunken)");
}
