/**
 * Opens the checkout window on a merchant's page. As a classic script it defines the global PaymentGateway; as a
 * module, import checkout.mjs. It needs no eval and no inline style, so it runs under a strict Content-Security-Policy
 * that allows this origin in script-src and frame-src.
 */
(() => {
  "use strict";

  // A page may load the script twice. The first one goes on, because it knows the window that is open.
  const known = globalThis.PaymentGateway;
  if (known && Object.hasOwn(known, "checkoutUrl")) return;
  // Each element is in the shadow of the one around it: no style of the page wins over these, and its queries find all.
  const BASE = "all:initial!important;box-sizing:border-box!important;";
  const CSS = {
    modal: `:host{${BASE}display:block!important;position:fixed!important;inset:0!important;
z-index:2147483647!important}:host([hidden]){display:none!important}dialog{display:block;position:fixed;inset:0;
width:100%;height:100%;max-width:none;max-height:none;margin:0;padding:0;border:0;background:none}dialog::backdrop{
background:none}::slotted(*){${BASE}position:absolute!important;inset:0!important;display:grid!important;
grid-template-rows:minmax(0,1fr)!important;justify-items:center!important;align-items:start!important;
padding:max(12px,3vh) 12px 12px!important;
background:rgb(10 12 20/.6)!important}@media(max-width:480px){::slotted(*){padding:0!important}}
@media(prefers-reduced-motion:no-preference){::slotted(*){animation:in .16s!important}@keyframes in{from{opacity:0}}}`,
    overlay: `::slotted(*){${BASE}display:block!important;position:relative!important;
width:min(440px,100%)!important;height:640px!important;max-height:100%!important;overflow:hidden!important;
border-radius:16px!important;background:#fff!important;color:#14171f!important;
box-shadow:0 24px 80px rgb(0 0 0/.4)!important}::slotted(*)::before,::slotted(*)::after{content:none!important}
@media(max-width:480px){::slotted(*){height:100%!important;border-radius:0!important}}
@media(prefers-color-scheme:dark){::slotted(*){background:#161922!important;color:#f0f2f6!important}}`,
    content: `::slotted(iframe){${BASE}display:block!important;width:100%!important;height:100%!important;
color-scheme:light dark!important}::slotted(span){${BASE}position:absolute!important}::slotted(button){${BASE}
position:absolute!important;top:10px!important;right:10px!important;width:36px!important;height:36px!important;
border-radius:50%!important;background:rgb(128 128 140/.18)!important;color:inherit!important;
font:22px/36px system-ui,sans-serif!important;text-align:center!important;cursor:pointer!important}
::slotted(button:focus-visible){outline:3px solid #6a62f0!important;outline-offset:1px!important}.ask{
position:absolute;inset:0;display:grid;align-content:center;gap:12px;padding:32px;background:inherit;
font:15px/1.5 system-ui,sans-serif;text-align:center}.ask[hidden]{display:none}.ask strong{font-size:18px}.ask p{
margin:0;opacity:.75}.ask button{min-height:46px;border:1px solid #8b93a1;border-radius:8px;background:none;
color:inherit;font:600 15px system-ui,sans-serif;cursor:pointer}.ask button:focus-visible{outline:3px solid #6a62f0;
outline-offset:1px}.ask .stay{border-color:#4f46e5;background:#4f46e5;color:#fff}`,
  };
  const TICK = 2_000; // milliseconds for which a payer sees the success
  const LATE = 600_000; // for which a payment may end after its window was closed
  const MARK = "paymentGateway"; // in the history entry by which Back closes the window
  const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;

  /** @type {{ close(): void } | null} */
  let shown = null; // one window per page: its id is unique in the document

  /** Copies own properties, without what another script put on Object.prototype. @param {any} from */
  const own = (from) => Object.assign(Object.create(null), from);

  /**
   * @template {keyof HTMLElementTagNameMap} T
   * @param {T} tag @param {Partial<HTMLElementTagNameMap[T]>} [properties] @param {Record<string, string>} attributes
   */
  const make = (tag, properties, attributes = {}) => {
    const element = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  /** Old browsers get a style element. @param {Document | ShadowRoot} root @param {string} css */
  const style = (root, css) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
      return sheet;
    } catch {
      const element = make("style", { textContent: css, nonce: script?.nonce });
      (root instanceof Document ? root.head : root).append(element);
      return /** @type {CSSStyleSheet} */ (element.sheet);
    }
  };

  /** @param {HTMLElement} host @param {string} css @param {Node[]} parts */
  const shade = (host, css, ...parts) => {
    const root = host.attachShadow({ mode: "open" });
    root.append(...parts);
    return style(root, css);
  };

  /** @param {any} options @param {string | undefined} origin */
  const addressOf = ({ key, orderId, locale, retry, methods, theme, prefill, razorpay, checkoutUrl }, origin) => {
    const base = checkoutUrl ?? origin;
    if (!base) throw new Error("PaymentGateway: checkoutUrl is required");
    const url = new URL("/checkout", base);
    url.search = String(new URLSearchParams({ order_id: orderId, key, embedded: "true" }));
    /** @type {[string, any][]} */
    const wishes = [
      ["locale", locale],
      ["retry", typeof retry === "boolean" ? (retry ? undefined : 0) : retry],
      ["methods", methods && [...methods].join()],
      ["color", own(theme).color],
      ["razorpay", razorpay],
      ...Object.entries(own(prefill)).map(([name, value]) => /** @type {[string, any]} */ ([`prefill.${name}`, value])),
    ];
    const given = wishes.filter(([, value]) => value !== undefined && value !== null);
    url.hash = String(new URLSearchParams(given.map(([name, value]) => [name, String(value)])));
    return url;
  };

  /** @param {URL} url */
  const build = (url) => {
    const modal = make(
      "div",
      { id: "payment-gateway-modal" },
      { "data-test-id": "payment-modal", role: "dialog", "aria-modal": "true", "aria-label": "Payment" },
    );
    const overlay = make("div", { className: "modal-overlay" });
    const content = make("div", { className: "modal-content" });
    const frame = make(
      "iframe",
      { src: url.href, title: "Checkout" },
      { "data-test-id": "payment-iframe", referrerpolicy: "origin" },
    );
    const button = make(
      "button",
      { type: "button", className: "close-button", textContent: "×" },
      { "data-test-id": "close-modal-button", "aria-label": "Close" },
    );
    const [stay, go] = [make("button", { type: "button", className: "stay" }), make("button", { type: "button" })];
    const words = { title: make("strong"), text: make("p"), stay, go };
    const question = make("div", { className: "ask", hidden: true }, { role: "alertdialog", "aria-label": "Payment" });
    question.append(...Object.values(words));
    const dialog = make("dialog", {}, { "aria-label": "Payment" });
    dialog.append(make("slot"));
    /** Catches a focus that would leave the window. @param {HTMLElement} target */
    const edge = (target) => make("span", { tabIndex: 0, onfocus: () => target.focus() });
    content.append(edge(button), frame, button, edge(frame));
    overlay.append(content);
    modal.append(overlay);
    document.body.append(modal); // a style element has no sheet elsewhere
    shade(modal, CSS.modal, dialog);
    const sheet = shade(overlay, CSS.overlay, make("slot"));
    shade(content, CSS.content, make("slot"), question);
    const size = /** @type {CSSStyleRule} */ (sheet.cssRules[0]).style;
    return { modal, dialog, frame, button, question, words, size };
  };

  class PaymentGateway {
    /** @param {import("./checkout.mjs").PaymentGatewayOptions} given */
    constructor(given) {
      const options = own(given);
      for (const name of ["key", "orderId"]) {
        if (!options[name]) throw new Error(`PaymentGateway: ${name} is required`);
      }
      /** Removes the window, while there is one. @type {(() => void) | null} */
      let leave = null;
      /** Stops listening for the end of a payment whose window was closed. @type {(() => void) | null} */
      let forget = null;

      this.open = () => {
        if (leave) return;
        if (!/^https?:\/\//.test(window.origin)) {
          throw new Error("PaymentGateway: browsers show the checkout only in pages from a web server (http or https)");
        }
        const url = addressOf(options, PaymentGateway.checkoutUrl);
        forget?.();
        shown?.close();
        shown = this;
        const { modal, dialog, frame, button, question, words, size } = build(url);
        const listeners = new AbortController();
        const { signal } = listeners;
        const opener = document.activeElement;
        /** The question before the window closes over a payment; empty without one. @type {Record<string, string>} */
        let busy = {};
        /** @type {any} The payment that succeeded, until the merchant knows of it. */
        let paid = null;
        let expired = false;
        /** @type {ReturnType<typeof setTimeout>[]} */
        const timers = [];
        const remove = () => {
          listeners.abort();
          watcher.disconnect();
          timers.forEach(clearTimeout);
          modal.remove();
          forget = null;
        };
        const close = () => {
          leave = null;
          if (shown === this) shown = null;
          unlock();
          modal.hidden = true;
          for (const name of ["id", "data-test-id"]) modal.removeAttribute(name);
          dialog.close?.();
          forget = remove;
          // A frame with a payment under way goes on following it, unseen.
          if (busy.title && modal.isConnected) timers.push(setTimeout(remove, LATE));
          else remove();
          if (opener instanceof HTMLElement || opener instanceof SVGElement) opener.focus({ preventScroll: true });
          try {
            if (paid) options.onSuccess?.(paid);
          } finally {
            paid = null;
            options.onClose?.();
          }
        };
        leave = close;
        const isOpen = () => leave === close;
        const ask = () => {
          if (!busy.title || paid) return close();
          for (const [name, element] of Object.entries(words)) element.textContent = String(busy[name]);
          question.hidden = false;
          words.stay.focus();
        };
        const stay = () => {
          question.hidden = true;
          button.focus();
        };
        /** The messages of the checkout, by type. @type {Record<string, (data: any) => void>} */
        const heard = own({
          payment_success(/** @type {any} */ data) {
            if (paid) return;
            busy = {};
            if (isOpen()) {
              paid = data;
              stay();
              timers.push(setTimeout(close, TICK));
            } else {
              remove();
              options.onSuccess?.(data);
            }
          },
          payment_failed(/** @type {any} */ data) {
            busy = {};
            if (!isOpen()) remove();
            else if (!question.hidden) stay();
            options.onFailure?.(data);
          },
          busy(/** @type {any} */ data) {
            busy = own(data);
            if (busy.title) return;
            if (!question.hidden) stay();
            if (expired && isOpen() && !paid) close();
          },
          resize(/** @type {any} */ data) {
            const height = Number(data?.height);
            if (height > 0) size.setProperty("height", `${Math.max(320, Math.ceil(height))}px`, "important");
          },
          close_modal: () => isOpen() && ask(),
        });
        /** @param {MessageEvent} event */
        const hear = ({ origin, source, data }) => {
          if (origin === url.origin && source === frame.contentWindow) heard[data?.type]?.(data.data);
        };
        /** @param {Event} event */
        const onEscape = (event) => {
          if (!isOpen() || (event instanceof KeyboardEvent && event.key !== "Escape")) return;
          event.preventDefault();
          if (question.hidden) ask();
          else stay();
        };
        document.addEventListener("keydown", onEscape, { signal });
        dialog.addEventListener("cancel", onEscape);
        dialog.addEventListener("close", () => isOpen() && dialog.showModal()); // some browsers close without asking
        button.addEventListener("click", ask);
        words.stay.addEventListener("click", stay);
        words.go.addEventListener("click", close);
        const onBack = () => {
          if (!isOpen() || history.state?.[MARK]) return;
          if (busy.title) enter();
          ask();
        };
        window.addEventListener("message", hear, { signal });
        window.addEventListener("popstate", onBack, { signal });
        // Another script may remove the window.
        const watcher = new MutationObserver(() => modal.isConnected || (isOpen() ? close() : remove()));
        const unlock = lock();
        if (dialog.showModal) dialog.showModal();
        button.focus();
        watcher.observe(document, { childList: true, subtree: true });
        enter();
        const expire = () => {
          expired = true;
          heard.busy?.(busy);
        };
        if (options.timeout > 0) timers.push(setTimeout(expire, options.timeout * 1000));
      };
      this.close = () => leave?.();
    }
  }
  /** Adds the history entry by which Back closes the window, unless the page is at one that an earlier window left. */
  const enter = () => {
    const { state } = history;
    if (!state?.[MARK]) history.pushState({ ...(typeof state === "object" && state), [MARK]: true }, "");
  };
  /** Stops the page from scrolling; the returned function lets it go again. */
  const lock = () => {
    const sheet = style(document, "html{overflow:hidden!important}");
    return () => {
      sheet.disabled = true;
      document.adoptedStyleSheets = document.adoptedStyleSheets?.filter((other) => other !== sheet);
    };
  };

  /** The hosted checkout's default address: the origin of this script. An instance may name another address. */
  PaymentGateway.checkoutUrl = script?.src;
  globalThis.PaymentGateway = PaymentGateway;
})();
