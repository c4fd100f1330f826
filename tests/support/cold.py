from chalicelib import queues, vault
from chalicelib.services import auth, credentials, endpoints, guesses, merchants


def forget_everything() -> None:
    """As a new process, which remembers nothing."""
    endpoints._recent.clear()
    merchants._names.clear()
    auth._sessions.clear()
    credentials.forget()
    guesses.forget()
    vault._current = None
    vault._open_data_key.cache_clear()
    queues.url.cache_clear()
