"""Reconciles files of the bank and of the acquirer with the ledger."""
