<?php
// Arguments: the client's folder, the gateway's URL, key, secret, and the handler's three fields as JSON.
[, $folder, $url, $key, $secret, $paid] = $argv;
error_reporting(E_ALL & ~E_DEPRECATED);
require "$folder/Razorpay.php";

use Razorpay\Api\Api;
use Razorpay\Api\Errors\BadRequestError;

$api = new Api($key, $secret);
$api->setBaseUrl($url);
$paid = json_decode($paid, true);

$order = $api->order->create(['amount' => '50000', 'currency' => 'INR', 'notes' => ['table' => '7']]);
$link = $api->paymentLink->create(['amount' => 50000, 'currency' => 'INR', 'description' => 'A bill']);
$refund = $api->payment->fetch($paid['razorpay_payment_id'])->refund(['amount' => '100']);
$refused = '';
try {
    $api->order->create(['amount' => 1, 'currency' => 'INR']);
} catch (BadRequestError $error) {
    $refused = $error->getMessage();
}
$api->utility->verifyPaymentSignature($paid);

echo json_encode([
    'order' => get_class($api->order->fetch($order->id)) === 'Razorpay\Api\Order' ? $order->id : null,
    'notes' => $order->notes->toArray(),
    'link' => $link->id,
    'refunded' => $refund->amount,
    'listed' => count($api->order->all(['count' => 1])->items),
    'refused' => $refused,
]);
