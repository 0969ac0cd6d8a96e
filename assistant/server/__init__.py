"""Serves the page and what programs may ask, with one guard before every route."""
