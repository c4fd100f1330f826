// Arguments: the client's folder, the gateway's URL, key, secret, and the handler's three fields as JSON.
package main

import (
	"encoding/json"
	"os"

	razorpay "github.com/razorpay/razorpay-go"
	"github.com/razorpay/razorpay-go/utils"
)

type object = map[string]interface{}

func must(found object, err error) object {
	if err != nil {
		panic(err)
	}
	return found
}

func main() {
	url, key, secret := os.Args[2], os.Args[3], os.Args[4]
	var paid object
	if err := json.Unmarshal([]byte(os.Args[5]), &paid); err != nil {
		panic(err)
	}
	client := razorpay.NewClient(key, secret)
	client.Request.BaseURL = url

	asked := object{"amount": 50000, "currency": "INR", "notes": object{"table": "7"}}
	order := must(client.Order.Create(asked, nil))
	link := must(client.PaymentLink.Create(object{"amount": 50000, "currency": "INR", "description": "A bill"}, nil))
	refund := must(client.Payment.Refund(paid["razorpay_payment_id"].(string), 100, nil, nil))
	_, refused := client.Order.Create(object{"amount": 1, "currency": "INR"}, nil)
	signed := object{"razorpay_order_id": paid["razorpay_order_id"], "razorpay_payment_id": paid["razorpay_payment_id"]}
	if !utils.VerifyPaymentSignature(signed, paid["razorpay_signature"].(string), secret) {
		panic("the signature is wrong")
	}
	listed := must(client.Order.All(object{"count": 1}, nil))

	shown, _ := json.Marshal(object{
		"order":    must(client.Order.Fetch(order["id"].(string), nil, nil))["id"],
		"notes":    order["notes"],
		"link":     link["id"],
		"refunded": refund["amount"],
		"listed":   len(listed["items"].([]interface{})),
		"refused":  refused.Error(),
	})
	os.Stdout.Write(shown)
}
