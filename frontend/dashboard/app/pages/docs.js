/** The integration guide: snippets that run as they are, with the merchant's own key in them. */
import { config } from "/config.js";
import { h } from "/shared/dom.js";
import { request } from "../session.js";
import { texts } from "../texts.js";
import { codeBlock, heading } from "../ui/parts.js";

const t = texts.docs;

const createOrder = (key) => `curl -X POST ${config.apiUrl}/api/v1/orders \\
  -H "X-Api-Key: ${key}" \\
  -H "X-Api-Secret: ${t.yourSecret}" \\
  -H "Content-Type: application/json" \\
  -d '{"amount": 50000, "currency": "INR", "receipt": "receipt_123"}'`;

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

const NODE = `const crypto = require("crypto");

// body: the raw bytes of the request, before any JSON parsing
function isGenuine(body, signature, secret) {
  const expected = crypto.createHmac("sha256", secret).update(body).digest("hex");
  return signature.length === expected.length
    && crypto.timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
}

// isGenuine(rawBody, request.headers["x-webhook-signature"], "whsec_…")`;

const PYTHON = `import hashlib, hmac

def is_genuine(body: bytes, signature: str, secret: str) -> bool:
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature, expected)`;

function section(testId, title, text, ...snippets) {
  return h("section", { class: "card pad", testId }, h("h2", null, title), h("p", { class: "muted" }, text), snippets);
}

function snippet(testId, text, name) {
  return [name && h("h3", null, name), codeBlock(text, { testId, "aria-label": name ?? testId })];
}

export function mount(root) {
  const guide = h("div", { class: "stack" });
  const show = (key) => guide.replaceChildren(
    section("section-create-order", t.order, t.orderText, snippet("code-snippet-create-order", createOrder(key))),
    section("section-sdk-integration", t.sdk, t.sdkText, snippet("code-snippet-sdk", openCheckout(key))),
    section("section-webhook-verification", t.webhook, t.webhookText, snippet("code-snippet-webhook", NODE, "Node.js"), snippet("code-snippet-webhook-python", PYTHON, "Python")));
  root.append(h("div", { class: "page narrow", testId: "api-docs" }, heading(t.title, t.text, h("a", { class: "button", href: "/docs" }, t.reference)), guide));
  show("YOUR_API_KEY");
  request("GET", "/merchants/profile").then((profile) => show(profile.api_key)).catch(() => {});
}
