"""Words, workflow, permissions, content rules and errors of Erfarenhetsbanken, in plain Python."""
