/** Shows the integration guide. Its snippets hold the merchant's own key and run unchanged. */
import { config } from "/config.js";
import { h } from "/shared/dom.js";
import { profile } from "../profile.js";
import { texts } from "../texts.js";
import { codeBlock, heading } from "../ui/parts.js";

const t = texts.docs;

/** @param {string} key */
const createOrder = (key) => `curl -X POST ${config.apiUrl}/api/v1/orders \\
  -H "X-Api-Key: ${key}" \\
  -H "X-Api-Secret: ${t.yourSecret}" \\
  -H "Content-Type: application/json" \\
  -d '{"amount": 50000, "currency": "INR", "receipt": "receipt_123"}'`;

/** @param {string} key */
const openCheckout = (key) => `<script src="${config.checkoutUrl}/checkout.js"></script>
<button id="pay">Pay now</button>
<script>
  document.getElementById("pay").addEventListener("click", function () {
    const checkout = new PaymentGateway({
      key: "${key}",
      orderId: "order_…", // from step 1
      onSuccess: function (payment) { console.log("paid", payment.paymentId); },
      onFailure: function (payment) { console.log("failed", payment.error); },
      onClose: function () { console.log("closed"); }
    });
    checkout.open();
  });
</script>`;

const NODE = `const { createHmac, timingSafeEqual } = require("node:crypto");

// body: the raw bytes of the request, before any JSON parsing
function isGenuine(body, headers, secret) {
  const expected = Buffer.from(createHmac("sha256", secret).update(body).digest("hex"));
  const given = Buffer.from(headers["x-webhook-signature"] ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected);
}`;

const PYTHON = `import hashlib
import hmac


def is_genuine(body: bytes, headers: dict[str, str], secret: str) -> bool:
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), headers.get("x-webhook-signature", "").encode())`;

/** @param {string} testId @param {string} title @param {string} text @param {Child[]} snippets */
function section(testId, title, text, ...snippets) {
  return h("section", { class: "card pad", testId }, h("h2", null, title), h("p", { class: "muted" }, text), snippets);
}

const NO_KEY = "YOUR_API_KEY";

/** @param {string} testId @param {string} text @param {string} label */
const snippet = (testId, text, label) => codeBlock(text, label, { testId });

/** Lists what to pay with on a test stage. */
const instruments = () =>
  section(
    "section-test-instruments",
    t.tests,
    t.testsText,
    h(
      "dl",
      { class: "facts" },
      Object.entries(t.instruments).map(([what, then]) =>
        h("div", null, h("dt", null, then), h("dd", null, h("code", null, what))),
      ),
    ),
  );

/** Lists what to check before real payers come. */
const goLive = () =>
  h(
    "section",
    { class: "card pad", testId: "section-go-live" },
    h("h2", null, t.live),
    h(
      "ol",
      { class: "numbered" },
      t.liveSteps.map((each) => h("li", null, each)),
    ),
  );

/** @type {Mount} */
export function mount(root) {
  const guide = h("div", { class: "stack" });
  /** @param {string} key */
  const show = (key) =>
    guide.replaceChildren(
      section(
        "section-create-order",
        t.order,
        t.orderText,
        snippet("code-snippet-create-order", createOrder(key), t.order),
      ),
      section("section-sdk-integration", t.sdk, t.sdkText, snippet("code-snippet-sdk", openCheckout(key), t.sdk)),
      section(
        "section-webhook-verification",
        t.webhook,
        t.webhookText,
        h("h3", null, "Node.js"),
        snippet("code-snippet-webhook", NODE, "Node.js"),
        h("h3", null, "Python"),
        snippet("code-snippet-webhook-python", PYTHON, "Python"),
      ),
      ...(config.demo ? [instruments()] : []),
      goLive(),
    );
  root.append(
    h(
      "div",
      { class: "page narrow", testId: "api-docs" },
      heading(t.title, t.text, h("a", { class: "button", href: "/docs" }, t.reference)),
      guide,
    ),
  );
  show(NO_KEY);
  profile()
    .then((own) => show(own.api_key ?? NO_KEY))
    .catch(() => {});
  return undefined;
}
