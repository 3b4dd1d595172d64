"""The packages that a site's notebooks need: what is wanted, and where it comes from."""
