/** Signs a merchant in. */
import { h } from "/shared/dom.js";
import { navigate, pathWithin } from "../router.js";
import { currentSession, signIn } from "../session.js";
import { texts } from "../texts.js";
import { field, messageOf, notice } from "../ui/parts.js";

const destination = () => pathWithin(new URLSearchParams(location.search).get("next"));

/** @type {Mount} */
export function mount(root) {
  if (currentSession()) {
    navigate(destination(), { replace: true });
    return undefined;
  }
  const email = h("input", {
    class: "input",
    id: "email",
    type: "email",
    testId: "email-input",
    autocomplete: "username",
    required: true,
  });
  const password = h("input", {
    class: "input",
    id: "password",
    type: "password",
    testId: "password-input",
    autocomplete: "current-password",
    required: true,
  });
  const show = h("input", {
    type: "checkbox",
    onChange: () => {
      password.type = show.checked ? "text" : "password";
    },
  });
  const submit = h("button", { class: "button primary", testId: "login-button" }, texts.login.submit);
  const problem = h(
    "div",
    null,
    new URLSearchParams(location.search).has("ended") ? notice("warn", texts.login.ended) : null,
  );

  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    submit.disabled = true;
    submit.classList.add("working");
    try {
      await signIn(email.value.trim(), password.value);
      navigate(destination(), { replace: true });
    } catch (error) {
      problem.replaceChildren(notice("bad", messageOf(error)));
      password.select();
    } finally {
      submit.disabled = false;
      submit.classList.remove("working");
    }
  }

  root.append(
    h(
      "form",
      { class: "card login", testId: "login-form", onSubmit: send },
      h("img", { src: "/shared/icon.svg", alt: "", width: 44, height: 44 }),
      h("h1", null, texts.login.title),
      h("p", { class: "muted" }, texts.login.text),
      problem,
      field(texts.login.email, email),
      field(texts.login.password, password),
      h("label", { class: "check small" }, show, texts.login.show),
      submit,
      h("a", { class: "small", href: "/docs" }, texts.login.docs),
    ),
  );
  email.focus();
  return undefined;
}
