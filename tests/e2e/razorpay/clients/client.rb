# Arguments: the client's folder, the gateway's URL, key, secret, and the handler's three fields as JSON.
folder, url, key, secret, paid = ARGV
$LOAD_PATH.unshift("#{folder}/lib")
require 'json'
require 'razorpay'

Razorpay::Request.class_eval { define_method(:get_base_url) { |_host| url } }
Razorpay.setup(key, secret)
paid = JSON.parse(paid)

order = Razorpay::Order.create(amount: 50_000, currency: 'INR', notes: { table: '7' })
link = Razorpay::PaymentLink.create({ amount: 50_000, currency: 'INR', description: 'A bill' }.to_json)
refund = Razorpay::Payment.fetch(paid['razorpay_payment_id']).refund(amount: 100)
refused = begin
  Razorpay::Order.create(amount: 1, currency: 'INR')
rescue Razorpay::BadRequestError => e
  e.message
end
Razorpay::Utility.verify_payment_signature(paid.transform_keys(&:to_sym))

puts JSON.generate(
  order: Razorpay::Order.fetch(order.id).is_a?(Razorpay::Order) ? order.id : nil,
  notes: order.notes,
  link: link.id,
  refunded: refund.amount,
  listed: Razorpay::Order.all(count: 1).items.length,
  refused: refused
)
