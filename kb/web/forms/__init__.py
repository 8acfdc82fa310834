"""Forms: which fields they show, what was typed, what is wrong. The rules themselves lie in the domain."""
