"""The tests of wasmnb, by what they come in through: HTTP, the kernel's messages, the page."""
