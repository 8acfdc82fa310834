"""Search adapters: the only code that knows an engine, and the protocol that hides it."""
