"""Pays merchants out: when, how much, through which bank, and what each payout holds."""
