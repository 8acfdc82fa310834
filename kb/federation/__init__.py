"""Signing in through an identity provider: the only code that knows Authlib, joserfc and requests (ADR 14).

``configuration`` reads which providers there are, ``fetching`` asks them within limits, ``directory`` keeps
what they publish, ``tokens`` believes or refuses an ID token, ``client`` is what services use.
"""
