"""Changes that break the rules of owners of orders: (rule, table, key, change)."""

BROKEN_OWNERS = [
    ("qr_codes_count_their_payments", "qr_codes", "qr", {"amount_received": 999}),
    ("qr_codes_count_their_payments", "qr_codes", "qr", {"payments_count": 0}),
    ("qr_codes_count_their_payments", "orders", "oc", {"owner_id": "qr", "counted_at": "2026-11-23T09:00:00Z"}),
    ("subscriptions_count_their_charges", "subscriptions", "sub", {"paid_count": 2}),
    ("subscriptions_count_their_charges", "subscriptions", "sub", {"paid_count": 0, "start_at": 1_795_428_000}),
    ("subscriptions_count_their_charges", "subscriptions", "sub", {"first_pays_cycle": False}),
    ("ended_subscriptions_ask_for_nothing", "orders", "n", {"owner_id": "gone", "updated_at": "2026-11-23T09:00:00Z"}),
    ("ended_subscriptions_ask_for_nothing", "orders", "q", {"owner_id": "gone", "updated_at": "2026-11-23T09:00:00Z"}),
    ("subscriptions_count_their_charges", "orders", "oc", {"owner_id": "sub", "counted_at": "2026-11-23T09:00:00Z"}),
    ("owners_count_paid_orders", "orders", "o",
     {"counted_at": None, "updated_at": "2026-11-20T09:00:00Z"}),
    ("everything_that_waits_has_a_deadline", "qr_codes", "qr", {"deadline_at": None}),
    ("everything_that_waits_has_a_deadline", "subscriptions", "sub", {"deadline_at": None}),
]  # fmt: skip
