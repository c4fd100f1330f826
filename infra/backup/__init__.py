"""Copies a test stage's tables into a file and brings them back, to rehearse what docs/operations.md says of AWS."""
