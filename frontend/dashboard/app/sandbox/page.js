/** Shows the sandbox of a test stage: its clock, events on demand, faults and test instruments. */
import { h } from "/shared/dom.js";
import { heading } from "../ui/parts.js";
import { clockCard } from "./clock.js";
import { faultsSection } from "./faults.js";
import { instrumentsSection } from "./instruments.js";
import { texts } from "./texts.js";
import { triggerCard } from "./triggers.js";

/** @type {Mount} */
export function mount(root) {
  const [clock, faults, instruments] = [clockCard(), faultsSection(), instrumentsSection()];
  root.append(
    h(
      "div",
      { class: "page" },
      heading(texts.title, texts.text),
      h("div", { class: "columns even" }, clock.element, triggerCard()),
      faults.element,
      instruments.element,
    ),
  );
  return () => {
    for (const each of [clock, faults, instruments]) each.stop();
  };
}
