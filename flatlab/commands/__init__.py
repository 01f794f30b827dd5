"""The commands of ``flatlab``: each module here registers its own, so a new command is one new file."""
