"""For every test: no real AWS account, and an environment that is set before chalicelib reads it."""

from tests.support import emulated

emulated.use()
