"""The time loops and what drives them."""
