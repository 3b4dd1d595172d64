"""The error that ends a command: the user's input cannot be used."""


class Unusable(Exception):
    """The command's input cannot be used; the message says what to give instead."""
