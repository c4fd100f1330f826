"""Finds the order of webhooks after which a receiver ends in another state than after the order of the events.

sequences.py enumerates what may happen to a flow's deliveries, flows.py makes the flows happen, recording.py turns their
webhooks into new ones, courier.py delivers them, search.py looks for a difference and shortens it.
"""
