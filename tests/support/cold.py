from chalicelib import queues, secret_store, vault
from chalicelib.services.merchants import accounts, auth, credentials, guesses
from chalicelib.services.webhooks import endpoints, shares


def forget_everything() -> None:
    """Empties all caches, as in a new process."""
    for cache in (endpoints._recent, shares._unwritten, shares._slow):
        cache.clear()
    accounts._faces.clear()
    auth._sessions.clear()
    credentials.forget()
    guesses.forget()
    secret_store.forget()
    forget_data_keys()
    queues.url.cache_clear()


def forget_data_keys() -> None:
    for keys in (vault.SECRETS, vault.CARDS, vault.TRIES):
        keys.forget()
