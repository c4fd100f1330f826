/**
 * Opens the checkout window on a merchant's page. As a classic script it defines the global PaymentGateway; as a
 * module, import checkout.mjs. It needs no eval and no inline style, so it runs under a strict Content-Security-Policy
 * that allows this origin in script-src and frame-src.
 */
(() => {
  "use strict";

  const CSS = `
html:has(#payment-gateway-modal){overflow:hidden}
#payment-gateway-modal{position:fixed;inset:0;z-index:2147483647}
#payment-gateway-modal .modal-overlay{position:absolute;inset:0;display:grid;place-items:center;
background:rgb(10 12 20/.6)}
#payment-gateway-modal .modal-content{position:relative;width:min(440px,100%);height:min(720px,100%);
overflow:hidden;border-radius:16px;background:#fff;color:#14171f;box-shadow:0 24px 80px rgb(0 0 0/.4)}
#payment-gateway-modal iframe{position:relative;display:block;width:100%;height:100%;border:0;color-scheme:light dark}
#payment-gateway-modal .close-button{position:absolute;top:10px;right:10px;width:36px;height:36px;padding:0;border:0;
border-radius:50%;background:rgb(128 128 140/.18);color:inherit;font:22px/1 system-ui,sans-serif;cursor:pointer}
#payment-gateway-modal .close-button:focus-visible{outline:3px solid #6a62f0;outline-offset:1px}
@media(max-width:480px){#payment-gateway-modal .modal-content{height:100%;border-radius:0}}
@media(prefers-color-scheme:dark){#payment-gateway-modal .modal-content{background:#161922;color:#fff}}
@media(prefers-reduced-motion:no-preference){#payment-gateway-modal .modal-overlay{animation:pg-in .16s}
@keyframes pg-in{from{opacity:0}}}`;

  /** @type {PaymentGateway | null} */
  let shown = null; // one window per page: its id is unique in the document

  /**
   * @template {keyof HTMLElementTagNameMap} T
   * @param {T} tag @param {Partial<HTMLElementTagNameMap[T]>} properties @param {Record<string, string>} attributes
   */
  const make = (tag, properties, attributes = {}) => {
    const element = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  class PaymentGateway {
    /** The hosted checkout's default address: the origin of this script. An instance may name another address. */
    static checkoutUrl = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : undefined;

    #options;
    /** @type {(() => void) | null} Removes the window, while there is one. */
    #opened = null;

    /** @param {import("./checkout.mjs").PaymentGatewayOptions} options */
    constructor(options) {
      // No prototype: a property that another script put on Object.prototype is not an option of the merchant.
      this.#options = Object.assign(Object.create(null), options);
      for (const name of ["key", "orderId"]) {
        if (!this.#options[name]) throw new Error(`PaymentGateway: ${name} is required`);
      }
    }

    open() {
      if (this.#opened) return;
      shown?.close();
      shown = this;
      const url = this.#url();
      const listeners = new AbortController();
      const opener = document.activeElement;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(CSS);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      const { modal, frame, button } = this.#build(url);
      const { signal } = listeners;
      /** @param {MessageEvent} event */
      const hear = (event) => {
        if (event.origin === url.origin && event.source === frame.contentWindow) this.#receive(event.data);
      };
      window.addEventListener("message", hear, { signal });
      document.addEventListener("keydown", (event) => event.key === "Escape" && this.close(), { signal });
      button.addEventListener("click", () => this.close(), { signal });
      document.body.append(modal);
      const covered = [...document.body.children].filter(
        /** @returns {element is HTMLElement} */
        (element) => element instanceof HTMLElement && element !== modal && !element.inert,
      );
      for (const element of covered) element.inert = true;
      button.focus();
      this.#opened = () => {
        listeners.abort();
        modal.remove();
        for (const element of covered) element.inert = false;
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
        if (opener instanceof HTMLElement || opener instanceof SVGElement) opener.focus({ preventScroll: true });
      };
    }

    close() {
      const undo = this.#opened;
      if (!undo) return;
      this.#opened = shown = null;
      undo();
      this.#options.onClose?.();
    }

    #url() {
      const base = this.#options.checkoutUrl ?? PaymentGateway.checkoutUrl;
      if (!base) throw new Error("PaymentGateway: checkoutUrl is required");
      const url = new URL("/checkout", base);
      const { orderId, key } = this.#options;
      url.search = String(new URLSearchParams({ order_id: orderId, key, embedded: "true" }));
      return url;
    }

    /** @param {URL} url */
    #build(url) {
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
      // Tab from either end comes back. The page behind is inert, and these two catch a focus that would leave.
      /** @param {HTMLElement} target */
      const edge = (target) => make("span", { tabIndex: 0, onfocus: () => target.focus() });
      content.append(edge(button), frame, button, edge(frame));
      overlay.append(content);
      modal.append(overlay);
      return { modal, frame, button };
    }

    /** @param {{ type?: string, data?: any } | null | undefined} message */
    #receive(message) {
      const { type, data } = message ?? {};
      if (type === "payment_success") {
        try {
          this.#options.onSuccess?.(data);
        } finally {
          this.close();
        }
      } else if (type === "payment_failed") this.#options.onFailure?.(data);
      else if (type === "close_modal") this.close();
    }
  }

  globalThis.PaymentGateway = PaymentGateway;
})();
