/**
 * Serves a page that is written for Razorpay's checkout.js: defines window.Razorpay over this gateway's own window. A
 * script element with data-key inside a form gets a button, whose payment posts the form.
 */
(() => {
  const CHECKOUT = "http://localhost:3001"; // the publish step writes the stage's address here
  const METHODS = ["upi", "card", "netbanking"];
  const MODAL = "#payment-gateway-modal";
  const OFF = [false, 0, "0", "false"];
  const ON = [true, 1, "1", "true"];
  const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;
  const { form, data } = formAround();
  const page = /** @type {any} */ (globalThis);

  function formAround() {
    const parent = script?.parentElement;
    const own = { .../** @type {Record<string, any>} */ (script?.dataset) };
    return { form: parent instanceof HTMLFormElement && own.key ? parent : null, data: own };
  }

  /** @param {string} tag @param {object} properties @returns {any} */
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  /** Turns the names with dots that attributes have ("prefill.name") into objects. Copies. @param {any} given */
  const nested = (given) => {
    const tree = Object.create(null);
    for (const [path, value] of Object.entries(given ?? {})) {
      const names = path.split(".");
      const last = /** @type {string} */ (names.pop());
      let place = tree;
      for (const name of names) {
        place[name] = Object.assign(Object.create(null), place[name]);
        place = place[name];
      }
      place[last] = value;
    }
    return tree;
  };

  /** Returns the methods that are left; undefined for all. @param {any} options */
  const methodsOf = ({ method, config }) => {
    const hidden = [config?.display?.hide ?? []].flat().filter((each) => !each.instrument && !each.issuers);
    const shown = METHODS.filter(
      (name) => !OFF.includes(method?.[name]) && !hidden.some((each) => each?.method === name),
    );
    return shown.length < METHODS.length ? shown : undefined;
  };

  /** Returns how often the payer may try again; undefined for no limit. @param {any} retry */
  const retriesOf = (retry) => (OFF.includes(retry) || OFF.includes(retry?.enabled) ? 0 : retry?.max_count);

  /** @param {unknown} contact */
  const withCountry = (contact) => (/^\d{10}$/.test(String(contact)) ? `+91${contact}` : contact);

  /** @param {Record<string, unknown> | undefined} notes */
  const texts = (notes) => notes && Object.fromEntries(Object.entries(notes).map(([k, v]) => [k, String(v)]));

  /** Returns what the checkout page has to know beyond the SDK's options. @param {any} options */
  const wishOf = ({ amount, currency, name, description, image, prefill, notes, modal }) => ({
    amount,
    currency,
    name,
    description,
    image,
    email: prefill?.email,
    contact: withCountry(prefill?.contact),
    notes: texts(notes),
    escape: !OFF.includes(modal?.escape),
    confirm: ON.includes(modal?.confirm_close),
  });

  /** Returns the SDK's options. @param {any} options */
  const translated = (options) => ({
    key: options.key,
    orderId: options.order_id,
    checkoutUrl: CHECKOUT,
    methods: methodsOf(options),
    retry: retriesOf(options.retry),
    timeout: Number(options.timeout) || undefined,
    theme: { color: options.theme?.color },
    locale: options.config?.display?.language,
    prefill: {
      name: options.prefill?.name,
      vpa: options.prefill?.vpa,
      method: options.prefill?.method,
      bank: options.prefill?.bank,
      card: options.prefill?.["card[number]"],
    },
    razorpay: JSON.stringify(wishOf(options)),
  });

  /** The SDK, whose script this one loads. @type {Promise<any> | null} */
  let loading = null;
  const load = () => {
    const known = page.PaymentGateway;
    if (known && Object.hasOwn(known, "checkoutUrl")) return Promise.resolve(known);
    loading ??= new Promise((resolve, reject) => {
      const tag = make("script", { src: `${CHECKOUT}/checkout.js`, nonce: script?.nonce });
      tag.onload = () => resolve(page.PaymentGateway);
      tag.onerror = () => {
        loading = null;
        reject(new Error(`Razorpay: ${tag.src} does not load. Is the gateway running?`));
      };
      (document.head ?? document.documentElement).append(tag);
    });
    return loading;
  };

  /** @param {HTMLFormElement} target @param {Record<string, unknown>} fields */
  const post = (target, fields) => {
    for (const [name, value] of Object.entries(fields)) {
      target.append(make("input", { type: "hidden", name, value: String(value ?? "") }));
    }
    HTMLFormElement.prototype.submit.call(target);
  };

  /** Leaves the page by a POST. @param {string} action @param {Record<string, unknown>} fields */
  const leaveTo = (action, fields) => {
    const target = make("form", { method: "post", action });
    document.body.append(target);
    post(target, fields);
  };

  /** @param {any} payment */
  const responseOf = ({ paymentId, orderId, razorpay }) => ({
    razorpay_payment_id: paymentId,
    razorpay_order_id: orderId,
    ...razorpay,
  });

  /** Returns the error for the page; a general one while the server's is not known. @param {any} payment */
  const errorOf = ({ paymentId, orderId, error, razorpay }) =>
    razorpay?.error ?? {
      code: "BAD_REQUEST_ERROR",
      description: error?.description,
      source: "gateway",
      step: "payment_response",
      reason: "payment_failed",
      metadata: { payment_id: paymentId, order_id: orderId },
    };

  /** @param {any} error */
  const errorFields = (error) =>
    Object.fromEntries(
      Object.entries(error).map(([name, value]) => [
        `error[${name}]`,
        typeof value === "object" ? JSON.stringify(value) : value,
      ]),
    );

  class Razorpay {
    /** @param {any} given */
    constructor(given) {
      const options = nested(given);
      if (!options.key) throw new Error("No key passed");
      /** @type {{ name: string, fn: Function, once: boolean }[]} */
      let listeners = [];
      /** @type {any} */
      let gateway = null;
      let wanted = false; // open, or about to be
      let paid = false;

      /** @param {string} name @param {unknown} event */
      const emit = (name, event) => {
        const called = listeners.filter((each) => each.name === name);
        listeners = listeners.filter((each) => !(each.name === name && each.once));
        for (const { fn } of called) fn.call(this, event);
      };
      /** @param {any} response */
      const finish = (response) => {
        const { callback_url: url, handler, redirect } = options;
        if (url && !(handler && OFF.includes(redirect))) leaveTo(url, response);
        else handler?.call(this, response);
      };
      /** @param {any} error */
      const fail = (error) => {
        emit("payment.failed", { error });
        if (options.callback_url && ON.includes(options.redirect)) leaveTo(options.callback_url, errorFields(error));
        else if (retriesOf(options.retry) === 0) gateway?.close();
      };
      const closed = () => {
        wanted = false;
        window.removeEventListener("keydown", onKey, true);
        if (!paid) options.modal?.ondismiss?.();
      };
      /** Keeps Esc from the window, for modal.escape false. @param {KeyboardEvent} event */
      const onKey = (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopImmediatePropagation();
      };
      const watch = () => {
        if (OFF.includes(options.modal?.escape)) window.addEventListener("keydown", onKey, true);
        if (!ON.includes(options.modal?.backdropclose)) return;
        document.querySelector(`${MODAL} .modal-overlay`)?.addEventListener("click", ({ target, currentTarget }) => {
          if (target !== currentTarget) return;
          /** @type {HTMLElement | null} */ (document.querySelector(`${MODAL} .close-button`))?.click();
        });
      };
      /** @param {any} PaymentGateway */
      const show = (PaymentGateway) => {
        if (!wanted) return;
        paid = false;
        gateway ??= new PaymentGateway({
          ...translated(options),
          onSuccess(/** @type {any} */ payment) {
            paid = true;
            finish(responseOf(payment));
          },
          onFailure: (/** @type {any} */ payment) => fail(errorOf(payment)),
          onClose: closed,
        });
        gateway.open();
        watch();
      };

      this.open = () => {
        if (!options.order_id) {
          throw new Error("Razorpay: order_id is required here. Create the order on your server first.");
        }
        if (wanted) return this;
        wanted = true;
        load()
          .then(show)
          .catch((/** @type {Error} */ error) => {
            closed();
            console.error(error);
          });
        return this;
      };
      this.close = () => {
        wanted = false;
        gateway?.close();
      };
      /** @param {string} name @param {Function} fn */
      this.on = (name, fn, once = false) => {
        listeners.push({ name, fn, once });
        return this;
      };
      /** @param {string} name @param {Function} fn */
      this.once = (name, fn) => this.on(name, fn, true);
      /** Without a function: all of this name. @param {string} name @param {Function} [fn] */
      this.off = (name, fn) => {
        listeners = listeners.filter((each) => each.name !== name || (fn && each.fn !== fn));
        return this;
      };
    }
  }

  page.Razorpay ??= Razorpay;
  load().catch(() => {}); // open() reports it

  if (!form) return;
  const own = new page.Razorpay({
    ...data,
    ...(data.callback_url ? {} : { handler: (/** @type {any} */ response) => post(form, response) }),
  });
  form.append(
    make("input", { type: "submit", className: "razorpay-payment-button", value: data.buttontext ?? "Pay Now" }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    own.open();
  });
})();
