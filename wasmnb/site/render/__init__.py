"""Notebooks as HTML that needs no script: Markdown, code, stored outputs, widgets as they stood."""
