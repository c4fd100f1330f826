"""The instruments whose payments always go the same way. README.md and docs/acquirers.md list them for developers.

The card numbers are those of other gateways' sandboxes, so that the numbers which developers know by heart work here.
"""

SUCCEED = """
    4111111111111111 4242424242424242 4012888888881881 5555555555554444 5105105105105100 2223003122003222
    378282246310005 371449635398431 6011111111111117 6521525252525251
    4100280000001007 5500670000001002 6527658900001005 36082800091007 340256000401007 5267318187975449 4386289407660153
    5104060000000008 4718609108204366 5104015555555558 5241810000000000
""".split()
# Decline code to the cards that the bank declines with this code.
DECLINED = {
    "CARD_DECLINED": (
        "4000000000000002", "4100280000060003", "4100280000050004", "4100280000040005",
        "5305620000030003", "5305620000020004", "5305620000010005",
    ),
    "INSUFFICIENT_FUNDS": ("4000000000009995", "4100280000080001", "5305620000050001"),
    "LOST_CARD": ("4000000000009987",),
    "CARD_EXPIRED": ("4000000000000069",),
    "INCORRECT_CVC": ("4000000000000127",),
    "PROCESSING_ERROR": ("4000000000000119",),
    "PAYMENT_TIMED_OUT": ("4100280000090000", "5305620000060000"),
    "PAYMENT_CANCELLED": ("4100280000070002", "5305620000040002"),
    "CARD_NOT_ENABLED": ("4100280000030006", "5305620000000006"),
    "CARD_NUMBER_INVALID": ("4100280000010008", "5305620000080008"),
    "BANK_TECHNICAL_ERROR": ("4100280000020007", "5305620000090007"),
    "AUTHENTICATION_FAILED": ("4100280000000009", "5305620000070009"),
}  # fmt: skip
CHALLENGED = {
    "4000002760003184": "challenge, approve",
    "4000000000003220": "challenge, approve",
    "4000002500003155": "challenge, approve",
    "4000003800000446": "challenge, approve",
    "4000008260003178": "challenge, decline INSUFFICIENT_FUNDS",
    "4000008400001629": "challenge, decline CARD_DECLINED",
}
# Card number to script.
TEST_CARDS = (
    dict.fromkeys(SUCCEED, "approve")
    | {number: f"decline {code}" for code, numbers in DECLINED.items() for number in numbers}
    | CHALLENGED
)
# The name before the @ of a VPA, in lower case, to script.
TEST_VPAS = {
    "success": "approve",
    "failure": "decline PAYMENT_FAILED",
    "slow": "wait 2s, approve",
    "silent": "silence 1h, approve",
    "flaky": "flaky, approve",
    "late": "decline PAYMENT_TIMED_OUT, then approve after 30s",
    "working": "working 30s, approve",
    "challenge": "challenge, approve",
    "duplicate": "challenge, duplicate, approve",
}
# Minor units of a UPI payment in rupees to script. A VPA above decides first.
UPI_AMOUNTS = {
    201: "decline INSUFFICIENT_FUNDS",
    204: "decline INCORRECT_PIN",
    302: "decline PAYMENT_CANCELLED",
    402: "decline PAYMENT_DECLINED",
}
# Minor units of a refund to script, so that a developer can see a refund fail or take its time. A slow refund stands
# for a closed instant way: the bank falls back to its slow way.
REFUSED_REFUND_AMOUNT = 13131
SLOW_REFUND_AMOUNT = 2468
REFUND_AMOUNTS = {
    REFUSED_REFUND_AMOUNT: "decline REFUND_FAILED",
    SLOW_REFUND_AMOUNT: "working 30s, approve",
}
