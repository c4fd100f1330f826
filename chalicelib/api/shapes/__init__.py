"""Holds the API's answers as types, beside the routes that send them. services/views.py makes the answers.

The OpenAPI document and the tests read these types. The API never imports them, so its cold start does not pay for
them.
"""
