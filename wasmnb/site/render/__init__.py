"""Renders notebooks as static HTML: Markdown, code, stored outputs, saved widget state."""
