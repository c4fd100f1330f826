"""Prints and forwards events as they happen, each once, over any number of restarts."""
