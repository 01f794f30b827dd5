"""The compiler: options, generic functions, entry points and their cache, calls by address, vectors."""
