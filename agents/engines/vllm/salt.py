"""Salts that keep trust domains apart in a server's prefix cache.

Whether a prompt was seen before shows in the time to the first token, so callers who must not learn of each other's
prompts must not share a cache (CVE-2025-46570). The salt is made here, out of a secret and the domain; what a caller
sends is never used.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

_BYTES = 16


class Salts:
    """The salt of each trust domain. Without a secret of the installation one is made for this process: caches are
    then kept apart as well, and start anew with it.
    """

    def __init__(self, secret: str = ""):
        self._secret = secret.encode() or secrets.token_bytes(32)

    def of(self, domain: str) -> str:
        """The same for the same domain and secret; tells nothing of either."""
        return hmac.new(self._secret, domain.encode(), hashlib.sha256).hexdigest()[: _BYTES * 2]
