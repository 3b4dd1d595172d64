"""What a person clicks, types and sees: the real page, the real server, the real kernel."""
